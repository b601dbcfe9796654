"""Decides from thirteen scores which reasons were given and whether that is sure; it must not look at the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.retention.reasons import Reason

WEAK = 0.50
"""Below this score the strongest reason is a guess: it was right for fewer than half of the unseen verbatims."""
NARROW = 0.10
"""A lead smaller than this over a reason that was not kept is a guess, too: half of them were right."""

Scores = Mapping[Reason, float]


@dataclass(frozen=True)
class Decision:
    """The reasons that count, the strongest first and never none, and whether one should ask before relying on them."""

    reasons: tuple[Reason, ...]
    unsure: bool


def decide(scores: Scores, thresholds: Scores) -> Decision:
    """Keep the reasons that reach their thresholds, or the strongest where none does; `other_unclear` stands alone."""
    ranked = sorted(Reason, key=lambda reason: scores[reason], reverse=True)
    reasons = tuple(reason for reason in ranked if scores[reason] >= thresholds[reason]) or (ranked[0],)
    if ranked[0] is Reason.OTHER_UNCLEAR:
        reasons = (Reason.OTHER_UNCLEAR,)
    else:
        reasons = tuple(reason for reason in reasons if reason is not Reason.OTHER_UNCLEAR) or (ranked[0],)
    lead = scores[ranked[0]] - scores[ranked[1]]
    return Decision(reasons, unsure=scores[ranked[0]] < WEAK or (ranked[1] not in reasons and lead < NARROW))
