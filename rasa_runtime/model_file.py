"""Tells whether the dialogue model on disk is whole and fits what it was trained from.

It must stay importable by any Python without Rasa, as it is asked before anything is started.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

MODEL_NAME = "dialogue.tar.gz"
HASHES_NAME = "dialogue.sha256"

#: What customers said of why they leave; some of it teaches what an answer is.
VERBATIMS = "data/reasons/train.jsonl"
#: What a project's dialogue is made of, relative to its root.
DIALOGUE = ("config.yml", "domain.yml", "data/nlu", "data/rules", "data/stories", "data/responses", VERBATIMS)
#: The code and data of ours whose change makes another model, relative to the directory that holds this package.
CODE = (
    "rasa_runtime/answers.py",
    "rasa_runtime/encoder_featurizer.py",
    "rasa_runtime/intent_classifier.py",
    "rasa_runtime/intent_model.py",
    "rasa_runtime/requirements.txt",
    "encoder",
)

_TRAINED_FROM = "# trained from "


class ModelState(Enum):
    """What `check` found."""

    UP_TO_DATE = "up to date"
    NEEDS_TRAINING = "needs training"
    DAMAGED = "damaged"


def check(model_dir: Path, root: Path) -> ModelState:
    """Compare the model in `model_dir` with its recorded hash and with the dialogue under `root`.

    A model that was never trained, or was trained from other files, needs training; one that differs from what
    training wrote is damaged. Raises `OSError` for files that are there and cannot be read.
    """
    model, hashes = model_dir / MODEL_NAME, model_dir / HASHES_NAME
    if not model.is_file() or not hashes.is_file():
        return ModelState.NEEDS_TRAINING
    lines = hashes.read_text(encoding="utf-8", errors="replace").splitlines()
    if lines[:1] != [f"{hash_file(model)}  {MODEL_NAME}"]:
        return ModelState.DAMAGED
    if lines[1:] != [_TRAINED_FROM + hash_inputs(root)]:
        return ModelState.NEEDS_TRAINING
    return ModelState.UP_TO_DATE


def write_hashes(model_dir: Path, inputs: str) -> None:
    """Record the model in `model_dir` as trained from `inputs`, a `hash_inputs`; `sha256sum -c` reads the file too."""
    content = f"{hash_file(model_dir / MODEL_NAME)}  {MODEL_NAME}\n{_TRAINED_FROM}{inputs}\n"
    unfinished = model_dir / f".{HASHES_NAME}.unfinished"
    unfinished.write_text(content, encoding="utf-8")
    unfinished.replace(model_dir / HASHES_NAME)


def hash_inputs(root: Path) -> str:
    """Return one SHA-256 over all that training reads: the dialogue under `root`, and our code in its pipeline."""
    total = hashlib.sha256()
    ours = Path(__file__).resolve().parent.parent
    for base, names in ((root, DIALOGUE), (ours, CODE)):
        for path in _files(base, names):
            total.update(f"{path.relative_to(base).as_posix()} {hash_file(path)}\n".encode())
    return total.hexdigest()


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _files(base: Path, names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        path = base / name
        if path.is_dir():
            kept = (file for file in path.rglob("*") if file.suffix in {".yml", ".yaml", ".py", ".json"})
            yield from sorted(file for file in kept if file.is_file())
        elif path.is_file():
            yield path


def main() -> int:
    """Print the state of `models/` under the current directory; exit with 0 only if it is up to date."""
    state = check(Path("models"), Path())
    sys.stdout.write(f"The dialogue model: {state.value}\n")
    return 0 if state is ModelState.UP_TO_DATE else 1


if __name__ == "__main__":
    sys.exit(main())
