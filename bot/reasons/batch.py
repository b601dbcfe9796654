"""Says of each line of a batch why the customer leaves; how lines are read and written is `bot.batch`'s part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot import batch
from bot.batch import Answer, InputUnreadable, OutputUnwritable, open_input, open_output
from bot.reasons.classifier import Classification
from bot.retention.reasons import Reason

__all__ = ["Answer", "InputUnreadable", "OutputUnwritable", "answer_lines", "open_input", "open_output"]

DECIMALS = 6

Classify = Callable[[str], Classification]


def answer_lines(lines: Iterable[bytes], classify: Classify) -> Iterator[Answer]:
    """Answer every line in order: with its reasons, or with its number and what is wrong with it."""
    return batch.answer_lines(lines, lambda text: _describe(classify(text)))


def _describe(classification: Classification) -> dict[str, Any]:
    reasons = [reason.value for reason in classification.reasons]
    scores = {reason.value: round(classification.scores[reason], DECIMALS) for reason in Reason}
    return {"reasons": reasons, "scores": scores}
