"""Trains Rasa models in Rasa's own environment and asks them, ours and stock alike; it must not compare them."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import ROOT
from bench.stock import RASA_PYTHON, TrainingFailed
from bot.reasons.terminal import EncoderSetting

Tell = Callable[[str, int, int], None]

_ANSWERS = Path(__file__).with_name("rasa_answers.py")
_SECONDS = "seconds.json"


@dataclass(frozen=True)
class RasaAnswer:
    """What a model takes a text for; `nlu_fallback` where it is not sure enough."""

    intent: str
    ranking: Mapping[str, float]
    """How sure it is of each intent."""
    seconds: float


@dataclass(frozen=True)
class RasaModel:
    """A trained model on disk."""

    path: Path
    seconds: float
    """What its training took, of the clock."""

    def answer(self, texts: Sequence[str], name: str, tell: Tell) -> list[RasaAnswer]:
        """Read the texts in order on one thread, telling how far it is; raises `TrainingFailed` where Rasa gives up."""
        with subprocess.Popen(
            [str(RASA_PYTHON), "-W", "ignore", str(_ANSWERS), str(self.path)],
            cwd=ROOT,
            env=_make_environment() | {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        ) as rasa:
            answers: list[RasaAnswer] = []
            for text in texts:
                tell(f"Asking {name}", len(answers), len(texts))
                line = _ask(rasa, text)
                if not line:
                    raise TrainingFailed(f"The model {self.path} does not load or does not answer.")
                answers.append(RasaAnswer(**json.loads(line)))
            tell(f"Asking {name}", len(answers), len(texts))
            rasa.communicate()
        return answers


def train_once(folder: Path, model: str, command: Sequence[str]) -> RasaModel:
    """Run `command` with Rasa's Python unless it was run in `folder` before, and return what it wrote there as `model`.

    Raises `TrainingFailed`, which says where the log is.
    """
    took = folder / _SECONDS
    if not (took.exists() and (folder / model).exists()):
        took.write_text(json.dumps(_run(folder, command)), encoding="utf-8")
    if not (folder / model).exists():
        took.unlink()
        raise TrainingFailed(f"Rasa wrote no model; its log is {folder / 'train.log'}")
    return RasaModel(folder / model, json.loads(took.read_text(encoding="utf-8")))


def _run(folder: Path, command: Sequence[str]) -> float:
    log = folder / "train.log"
    began = time.monotonic()
    with log.open("wb") as output:
        ended = subprocess.run(
            [str(RASA_PYTHON), "-W", "ignore", *command],
            cwd=folder,  # Here Rasa keeps its cache.
            env=_make_environment(),
            stdout=output,
            stderr=output,
            check=False,
        )
    if ended.returncode != 0:
        raise TrainingFailed(f"Rasa could not be trained; its log is {log}")
    return round(time.monotonic() - began, 1)


def _ask(rasa: subprocess.Popen[str], text: str) -> str:
    assert rasa.stdin is not None  # noqa: S101  It tells mypy what PIPE makes.
    assert rasa.stdout is not None  # noqa: S101
    try:
        rasa.stdin.write(json.dumps(text) + "\n")
        rasa.stdin.flush()
    except BrokenPipeError:
        return ""
    return rasa.stdout.readline()


def _make_environment() -> dict[str, str]:
    encoder = EncoderSetting().encoder_path
    return (
        os.environ
        | ({"ENCODER_PATH": str(encoder.resolve())} if encoder else {})
        | {
            "PYTHONPATH": str(ROOT),
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        }
    )
