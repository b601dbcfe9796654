"""Reads messages whose meaning is known, to measure on; it must not let a mistake in the file pass."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import FarewellError
from bot.intents.meanings import Meaning

FOLDER = Path("data/intents")
DEVELOPMENT_DATA = FOLDER / "dev.jsonl"
OPT_OUT_SAID = FOLDER / "opt_out_said.jsonl"
OPT_OUT_NOT_SAID = FOLDER / "opt_out_not_said.jsonl"


class ExamplesUnreadable(FarewellError):
    """The file of examples cannot be read; data/intents/README.md says what a line is."""


@dataclass(frozen=True)
class Example:
    """A message, what it means, and what a careful reader would allow as well."""

    text: str
    meaning: Meaning
    allowed: frozenset[Meaning] = frozenset()


def read_examples(path: Path) -> list[Example]:
    """Return the examples of a file of JSON lines `{"text","intent","allowed"}`; raises `ExamplesUnreadable`."""
    return [_make(path, number, row) for number, row in _read_rows(path)]


def read_texts(path: Path) -> list[str]:
    """Return the texts of a file of JSON lines `{"text"}`; raises `ExamplesUnreadable`."""
    return [row["text"] for _, row in _read_rows(path)]


def _make(path: Path, number: int, row: dict[str, Any]) -> Example:
    try:
        return Example(row["text"], Meaning(row["intent"]), frozenset(map(Meaning, row.get("allowed") or ())))
    except (KeyError, ValueError, TypeError):
        raise ExamplesUnreadable(f"{path}, line {number}: `intent` and `allowed` must be of the sixteen.") from None


def _read_rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ExamplesUnreadable(f"{path} cannot be read ({error.strerror}).") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise ExamplesUnreadable(f'{path}, line {number}: not a JSON object with a "text".')
        rows.append((number, row))
    return rows
