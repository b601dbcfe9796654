"""Decides from thirteen scores which reasons were given and whether that is sure; it must not look at the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.retention.reasons import Reason

MARGIN = 0.65
"""Below this score the bot asks instead of relying on the strongest reason: of calibration verbatims below it only 52 %
were right, and of those above it 95 %. docs/understanding.md shows what other margins would do on development ones."""

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
    return Decision(reasons, unsure=scores[ranked[0]] < MARGIN)
