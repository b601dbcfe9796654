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


GUESS = 0.5
"""An inferred reason below this score is a guess: of such, fewer than half were right (bot/reasons/decision.py)."""
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


def choose_to_go_by(stated: Iterable[Stated]) -> Reason | None:
    """Return the reason by which the conversation goes on: the leading one, but nobody is apologised to on a guess."""
    reasons = list(stated)
    leading = choose_leading(reasons)
    known = any(reason.label is leading and not _is_guess(reason) for reason in reasons)
    return leading if leading is None or known else Reason.OTHER_UNCLEAR


def _is_guess(reason: Stated) -> bool:
    return reason.source is ReasonSource.INFERRED and reason.score < GUESS
