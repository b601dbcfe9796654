"""Reads labelled verbatims from a file of JSON lines; it must not change or judge them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.errors import FarewellError
from bot.retention.reasons import Reason

Truth = npt.NDArray[np.bool_]


class VerbatimsUnreadable(FarewellError):
    """The labelled verbatims cannot be read; data/reasons/README.md says what a line looks like."""


@dataclass(frozen=True)
class Verbatim:
    """What a customer said, and every reason it gives, the strongest first."""

    id: str
    text: str
    labels: tuple[Reason, ...]
    allowed: frozenset[Reason] = frozenset()
    """Further reasons that a careful reader might find in it: neither right nor wrong."""
    form: str = ""
    """`answer` or `review`, where it is known."""


def read_verbatims(path: Path) -> list[Verbatim]:
    """Read labelled verbatims; raises `VerbatimsUnreadable`, which names the line at fault."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise VerbatimsUnreadable(f"{path} cannot be read: {error}") from error
    return [_read_line(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def mark(verbatims: Sequence[Verbatim]) -> Truth:
    """Return a row for each verbatim and a column for each reason: true where the label applies."""
    return np.array([[reason in verbatim.labels for reason in Reason] for verbatim in verbatims], dtype=np.bool_)


def mark_certain(verbatims: Sequence[Verbatim]) -> Truth:
    """Return a row for each verbatim and a column for each reason: false where careful readers might not agree."""
    return np.array([[reason not in verbatim.allowed for reason in Reason] for verbatim in verbatims], dtype=np.bool_)


def _read_line(path: Path, number: int, line: str) -> Verbatim:
    try:
        found = json.loads(line)
        labels = tuple(Reason(label) for label in found["labels"])
        allowed = frozenset(Reason(label) for label in found.get("allowed", ()))
        verbatim = Verbatim(str(found["id"]), found["text"], labels, allowed, str(found.get("form", "")))
    except (ValueError, KeyError, TypeError) as error:
        raise VerbatimsUnreadable(f"{path}, line {number}: {type(error).__name__}, {error}") from error
    if not isinstance(verbatim.text, str) or not labels or (Reason.OTHER_UNCLEAR in labels and len(labels) > 1):
        raise VerbatimsUnreadable(f"{path}, line {number}: needs a text, and labels with other_unclear only alone")
    if not allowed.isdisjoint(labels):
        raise VerbatimsUnreadable(f"{path}, line {number}: what is merely allowed cannot be a label, too")
    return verbatim
