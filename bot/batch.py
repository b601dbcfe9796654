"""Answers many texts, a line of JSON for a line of JSON; it must not lose, skip or reorder a line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import FarewellError

STANDARD = "-"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

SOME_LINES_FAILED = 3
"""The exit status where some lines could not be read."""

AnswerText = Callable[[str], dict[str, Any]]
"""What is said of a text beside its id."""


class InputUnreadable(FarewellError):
    """The input cannot be read; name a file of JSON lines, or - for standard input."""


class OutputUnwritable(FarewellError):
    """The output cannot be written; name a file in a folder that exists, or - for standard output."""


class LineUnreadable(ValueError):
    """A line that is no question."""


@dataclass(frozen=True)
class Answer:
    """One line of output."""

    line: str
    failed: bool


def answer_lines(lines: Iterable[bytes], answer_text: AnswerText) -> Iterator[Answer]:
    """Answer every line in order: with what is said of its text, or with its number and what is wrong with it."""
    for number, line in enumerate(lines, start=1):
        yield _answer(number, line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line, answer_text)


@contextmanager
def open_input(path: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `-`; raises `InputUnreadable`."""
    if path == STANDARD:
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115  It is closed below; only failing to open it means bad input.
    except OSError as error:
        raise InputUnreadable(f"{path} cannot be read ({error.strerror}); name a file of JSON lines, or -.") from error
    with file:
        yield file


@contextmanager
def open_output(path: str) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only when it is whole, or standard output for `-`.

    Raises:
        OutputUnwritable: the file cannot be made there.
    """
    if path == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    special = target.exists() and not target.is_file()  # A device or a pipe is written to, never replaced.
    fresh = target if special else target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        file = fresh.open("wb")
    except OSError as error:
        raise OutputUnwritable(f"{path} cannot be written ({error.strerror}); name another file, or -.") from error
    try:
        with file:
            yield file
        if not special:
            fresh.replace(target)
    finally:
        if not special:
            fresh.unlink(missing_ok=True)


def _answer(number: int, line: bytes, answer_text: AnswerText) -> Answer:
    try:
        identifier, text = _read(line)
    except LineUnreadable as error:
        return Answer(json.dumps({"line": number, "error": str(error)}), failed=True)
    # Plain ASCII, because an id may hold half a surrogate pair, which no encoding of the file could.
    return Answer(json.dumps({"id": identifier, **answer_text(text)}), failed=False)


def _read(line: bytes) -> tuple[Any, str]:
    try:
        found = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise LineUnreadable("the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise LineUnreadable("the line is empty" if not line.strip() else "the line is not JSON") from None
    if not isinstance(found, dict):
        raise LineUnreadable("the line is not a JSON object")
    if "id" not in found:
        raise LineUnreadable('the object has no "id"')
    if not isinstance(found.get("text"), str):
        raise LineUnreadable('the object has no "text" that is a string')
    try:
        json.dumps(found["id"], allow_nan=False)
    except ValueError:
        raise LineUnreadable('the "id" is a number too large for JSON') from None
    return found["id"], found["text"]


def _refuse(constant: str) -> None:
    raise ValueError(constant)
