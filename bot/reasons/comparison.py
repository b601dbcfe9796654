"""Sets a new classifier beside the one in place, on the same verbatims; it must not decide which of them stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.reasons.evaluation import Quality, Reasons, measure
from bot.reasons.intervals import Interval, estimate_gain
from bot.reasons.verbatims import Verbatim


class Classified(Protocol):
    """What a classifier says of a text, as far as it is compared."""

    @property
    def reasons(self) -> Reasons: ...


@dataclass(frozen=True)
class Comparison:
    """How good both are, and in which interval the gain in micro-F1 lies 95 times of 100."""

    present: Quality
    fresh: Quality
    interval: Interval

    @property
    def gain(self) -> float:
        """By how much the new one's micro-F1 is higher."""
        return self.fresh.micro_f1 - self.present.micro_f1


def read_verbatims_by(
    classify: Callable[[str], Classified], verbatims: Sequence[Verbatim], tell: Callable[[int], None] = lambda _: None
) -> list[Reasons]:
    """Return what a classifier makes of each verbatim, telling how many are done."""
    predicted = []
    for number, verbatim in enumerate(verbatims, start=1):
        predicted.append(classify(verbatim.text).reasons)
        tell(number)
    return predicted


def judge(verbatims: Sequence[Verbatim], predicted: Sequence[Reasons]) -> Quality:
    """Measure what a classifier made of verbatims."""
    return measure([it.labels for it in verbatims], predicted, [it.allowed for it in verbatims])


def compare(verbatims: Sequence[Verbatim], present: Sequence[Reasons], fresh: Sequence[Reasons]) -> Comparison:
    """Set side by side what both classifiers made of the same verbatims."""
    right, allowed = [it.labels for it in verbatims], [it.allowed for it in verbatims]
    return Comparison(judge(verbatims, present), judge(verbatims, fresh), estimate_gain(right, fresh, present, allowed))
