"""Trains the dialogue model: `rasa train` with a fixed name, put in place only when it is finished.

It must not need a secret or a network, and must never leave half a model where a whole one was.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tarfile
import tempfile
from pathlib import Path

from rasa_runtime.answers import write_answers
from rasa_runtime.logs import keep_quiet
from rasa_runtime.model_file import DIALOGUE, HASHES_NAME, MODEL_NAME, VERBATIMS, hash_inputs, write_hashes


class TrainingFailed(Exception):
    """The dialogue model could not be trained; the one before, if any, is still in its place."""


def train(root: Path, model_dir: Path) -> Path:
    """Train the dialogue under `root` into `model_dir` and return the model's path.

    Raises `TrainingFailed` with what Rasa said.
    """
    inputs = hash_inputs(root)
    model_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model_dir, prefix=".training-") as unfinished:
        examples = write_answers(root / VERBATIMS, Path(unfinished) / "answers.yml")
        trained = _run_rasa(root, Path(unfinished), examples)
        # The hashes go first: a stop between the two steps leaves a model that is asked to be trained again.
        (model_dir / HASHES_NAME).unlink(missing_ok=True)
        trained.replace(model_dir / MODEL_NAME)
    write_hashes(model_dir, inputs)
    return model_dir / MODEL_NAME


def _run_rasa(root: Path, output: Path, more: list[Path]) -> Path:
    from rasa.model_training import train as rasa_train
    from rasa.shared.exceptions import RasaException

    said = io.StringIO()
    data = [str(root / name) for name in DIALOGUE if name.startswith("data/") and (root / name).is_dir()]
    data += [str(path) for path in more]
    try:
        with contextlib.redirect_stdout(said):  # Rasa would name the directory that is about to vanish.
            result = rasa_train(
                domain=str(root / "domain.yml"),
                config=str(root / "config.yml"),
                training_files=data,
                output=str(output),
                fixed_model_name=MODEL_NAME,
                # Rasa's cache does not see when the encoder's files change.
                force_training=True,
            )
    except SystemExit as stop:  # Rasa prints some errors and leaves.
        raise TrainingFailed(said.getvalue().strip()) from stop
    except RasaException as error:
        raise TrainingFailed(f"{type(error).__name__}: {error}") from error
    if result.model is None:
        raise TrainingFailed(said.getvalue().strip() or "Rasa found nothing to train.")
    return Path(result.model)


def describe_operating_point(model: Path) -> str:
    """Return what each threshold for "not understood" gave in cross-validation, and which one was taken."""
    with tarfile.open(model) as archive:
        name = next(name for name in archive.getnames() if name.endswith("/model.json"))
        content = archive.extractfile(name)
        assert content is not None  # noqa: S101  It is a file of the archive.
        found = json.load(content)["calibration"]
    lines = ["Cross-validated: below  in scope  out of scope"]
    for point in found["points"]:
        taken = "  <- taken" if point["threshold"] == found["threshold"] else ""
        shares = f"{point['in_scope_accuracy']:9.1%} {point['out_of_scope_recall']:13.1%}"
        lines.append(f"                  {point['threshold']:.2f} {shares}{taken}")
    lines.append(f"Calibration error {found['calibration_error']:.3f}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Train what the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m rasa_runtime.train", description="Train the dialogue model.")
    parser.add_argument("--root", type=Path, default=Path(), help="the directory with config.yml, domain.yml and data/")
    parser.add_argument("--out", type=Path, default=Path("models"), help="the directory for the model")
    arguments = parser.parse_args()
    keep_quiet(show_warnings=True)
    try:
        model = train(arguments.root, arguments.out)
    except TrainingFailed as error:
        sys.stderr.write(f"The dialogue model could not be trained.\n{error}\n")
        return 1
    sys.stdout.write(f"The dialogue model is trained: {model}\n{describe_operating_point(model)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
