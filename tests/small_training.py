"""A classifier that is really trained, on so few verbatims that a test has time for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from bot.reasons.verbatims import Verbatim, read_verbatims
from bot.retention.reasons import Reason

DATA = Path(__file__).parents[1] / "data" / "reasons"
PER_REASON = 14
CALIBRATING_PER_REASON = 4


def choose_verbatims() -> list[Verbatim]:
    """Return the last short verbatims of each reason: plain ones, quickly read."""
    return _choose(DATA / "train.jsonl", PER_REASON)


def choose_calibration() -> list[Verbatim]:
    """Return a few short ones to calibrate by."""
    return _choose(DATA / "calibration.jsonl", CALIBRATING_PER_REASON)


def _choose(path: Path, per_reason: int) -> list[Verbatim]:
    short = [verbatim for verbatim in read_verbatims(path) if len(verbatim.text.split()) <= 20]
    kept = {v.id: v for reason in Reason for v in [v for v in short if reason in v.labels][-per_reason:]}
    return list(kept.values())


def write_verbatims(path: Path, verbatims: Iterable[Verbatim]) -> Path:
    """Write verbatims as they are read again; return the path."""
    lines = [
        json.dumps({"id": v.id, "text": v.text, "labels": list(v.labels), "allowed": sorted(v.allowed)})
        for v in verbatims
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
