"""Runs the dialogue's own model in Rasa's environment, as a child process that answers a line for a line.

It must not judge anything itself, and leaves no process behind.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.errors import FarewellError
from bot.retention.utterances import Intent, Utterance

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "rasa_runtime/.venv/bin/python"
MODEL = Path("models/dialogue.tar.gz")


class RuntimeUnavailable(FarewellError):
    """The dialogue's model cannot be run: `make setup` makes it and its environment."""


class Understanding:
    """A running model. Takes one text at a time, from one thread."""

    def __init__(self, questions: IO[str], answers: IO[str]) -> None:
        self._questions = questions
        self._answers = answers

    def understand(self, text: str) -> Utterance:
        """Return the text with its intent; raises `RuntimeUnavailable` where the process has ended."""
        if not text.strip():
            return Utterance(text, Intent.NOT_UNDERSTOOD, 0.0)
        try:
            self._questions.write(json.dumps(text) + "\n")
            self._questions.flush()
        except BrokenPipeError as error:
            raise RuntimeUnavailable("The dialogue's model stopped in the middle; what it said is above.") from error
        answer = _read(self._answers)
        return Utterance(text, Intent(answer["intent"]), float(answer["confidence"]))


@contextmanager
def run_model(model: Path = MODEL) -> Iterator[Understanding]:
    """Start the model and stop it in the end; raises `RuntimeUnavailable`. Starting takes some seconds."""
    if not PYTHON.is_file():
        raise RuntimeUnavailable(f"There is no {PYTHON}: run `make setup`.")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [str(PYTHON), "-W", "ignore", "-m", "rasa_runtime.understand", "--model", str(model.resolve())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
    )
    questions, answers = process.stdin, process.stdout
    assert questions is not None  # noqa: S101  Both are pipes, as asked for above.
    assert answers is not None  # noqa: S101
    try:
        _read(answers)
        yield Understanding(questions, answers)
    finally:
        answers.close()
        try:
            questions.close()
        except BrokenPipeError:
            process.kill()
        process.wait()


def _read(answers: IO[str]) -> dict[str, str]:
    line = answers.readline()
    if not line:
        raise RuntimeUnavailable("The dialogue's model could not be run; why is said above. `make train` makes it.")
    answer: dict[str, str] = json.loads(line)
    return answer
