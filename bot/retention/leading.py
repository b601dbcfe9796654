"""Which of several reasons leads: the one the rest of the conversation goes by.

It must not drop the others; all of them are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.retention.reasons import Reason


class ReasonSource(StrEnum):
    """Where a reason comes from: a button, the classifier, or a correction by staff. Never mixed."""

    TAPPED = "tapped"
    INFERRED = "inferred"
    CORRECTED = "corrected"


GUESS = 0.5
"""An inferred reason below this score is a guess, and the conversation does not go by it."""
CERTAIN = 0.7
"""From this score on a reason is beyond doubt. Of the leading reasons inferred in data/reasons/dev.jsonl on 2026-11-22,
half were right below 0.5, 64 % from there to 0.7, and 87 % above."""
WORTH_ASKING = 0.3
"""A guess below this score is not even asked about: on 2026-11-22 neither of the two likeliest reasons in dev.jsonl was
right below it. Of the 34 verbatims in doubt above it, one of the two was right for 23."""
# Staff have read everything; a tap is the person's own choice; the classifier only guesses.
_WEIGHT = {ReasonSource.CORRECTED: 2, ReasonSource.TAPPED: 1, ReasonSource.INFERRED: 0}


@dataclass(frozen=True)
class Stated:
    """One reason from one source; `score` is between 0 and 1. `confirmed`: the person was then asked about this very
    reason, and told more about it."""

    label: Reason
    source: ReasonSource
    score: float
    confirmed: bool = False


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
    """Return the reason by which the conversation goes on: the leading one, unless it is only a guess."""
    reasons = list(stated)
    leading = choose_leading(reasons)
    if leading is None or _score(leading, reasons) >= GUESS:
        return leading
    return Reason.OTHER_UNCLEAR


def find_guesses(scores: Mapping[Reason, float]) -> tuple[Reason, Reason] | None:
    """Return the two likeliest reasons, to ask about them; None where even the likeliest is not worth asking about."""
    ranked = sorted(Reason, key=lambda reason: scores[reason], reverse=True)
    definite = [reason for reason in ranked if reason is not Reason.OTHER_UNCLEAR]
    if ranked[0] is Reason.OTHER_UNCLEAR or scores[definite[0]] < WORTH_ASKING:
        return None
    return definite[0], definite[1]


def is_certain(stated: Iterable[Stated]) -> bool:
    """Tell whether the leading reason is beyond doubt."""
    reasons = list(stated)
    leading = choose_leading(reasons)
    return leading is not None and _score(leading, reasons) >= CERTAIN


def _score(label: Reason, stated: list[Stated]) -> float:
    """Return how sure a reason is; whatever was tapped, corrected or confirmed is sure."""
    return max(
        1.0 if reason.confirmed or reason.source is not ReasonSource.INFERRED else reason.score
        for reason in stated
        if reason.label is label
    )
