"""Which of several reasons leads: the one the rest of the conversation goes by.

It must not drop the others; all of them are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.retention.reasons import Reason


class ReasonSource(StrEnum):
    """Where a reason comes from: a button, the classifier, or a correction by staff. Never mixed."""

    TAPPED = "tapped"
    INFERRED = "inferred"
    CORRECTED = "corrected"


# Staff have read everything; a tap is the person's own choice; the classifier only guesses.
_WEIGHT = {ReasonSource.CORRECTED: 2, ReasonSource.TAPPED: 1, ReasonSource.INFERRED: 0}


@dataclass(frozen=True)
class Stated:
    """One reason from one source; `score` is between 0 and 1."""

    label: Reason
    source: ReasonSource
    score: float


def choose_leading(stated: Iterable[Stated]) -> Reason | None:
    """Return the leading reason, or None where none was stated.

    A definite reason leads over `other_unclear` even if that was tapped ("Something else") and the reason only
    inferred from the words that followed. Staff's corrections lead over all; of equals, the one stated first.
    """

    def strength(reason: Stated) -> tuple[bool, bool, int, float]:
        corrected = reason.source is ReasonSource.CORRECTED
        return (corrected, reason.label is not Reason.OTHER_UNCLEAR, _WEIGHT[reason.source], reason.score)

    strongest = max(stated, key=strength, default=None)
    return strongest.label if strongest else None
