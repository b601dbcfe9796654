"""Measures predicted reasons against the right ones; it must not change either."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.retention.reasons import Reason

Reasons = Sequence[Reason]
Allowed = Collection[Reason]


@dataclass(frozen=True)
class LabelQuality:
    """How well one reason is found; each figure is from 0 to 1."""

    precision: float
    recall: float
    f1: float
    support: int
    """Texts that it applies to."""


@dataclass(frozen=True)
class Quality:
    """How well the reasons of many texts are found."""

    texts: int
    micro_f1: float
    macro_f1: float
    """The mean over the reasons that occur."""
    hit_rate: float
    """The share of texts with at least one right reason."""
    lead_right: float
    """The share of texts whose leading reason is one of the right ones; where it counts neither way, the text does not
    count here."""
    labels: dict[Reason, LabelQuality]

    def to_json(self) -> dict[str, Any]:
        """Return the figures with four decimals, as they are stored and printed."""
        return {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in asdict(self).items()
            if key != "labels"
        } | {
            "labels": {
                reason.value: {key: round(value, 4) for key, value in asdict(quality).items()}
                for reason, quality in self.labels.items()
            }
        }


def measure(
    right: Sequence[Reasons], predicted: Sequence[Reasons], allowed: Sequence[Allowed] | None = None
) -> Quality:
    """Compare each text's right reasons with the predicted ones, which come strongest first and are never none.

    A predicted reason that is neither right nor wrong (`allowed`, a collection for each text) counts neither way.
    """
    neutral: Sequence[Allowed] = [()] * len(right) if allowed is None else allowed
    pairs = [
        (truth, [reason for reason in guess if reason not in passed])
        for truth, guess, passed in zip(right, predicted, neutral, strict=True)
    ]
    leads = [
        guess[0] in truth
        for truth, guess, passed in zip(right, predicted, neutral, strict=True)
        if guess[0] not in passed
    ]
    labels = {reason: _measure_label(reason, pairs) for reason in Reason}
    both = sum(len(set(truth) & set(guess)) for truth, guess in pairs)
    occurring = [quality.f1 for quality in labels.values() if quality.support]
    return Quality(
        texts=len(pairs),
        micro_f1=_share(2 * both, sum(len(truth) + len(guess) for truth, guess in pairs)),
        macro_f1=_share(sum(occurring), len(occurring)),
        hit_rate=_share(sum(bool(set(truth) & set(guess)) for truth, guess in pairs), len(pairs)),
        lead_right=_share(sum(leads), len(leads)),
        labels=labels,
    )


def _measure_label(reason: Reason, pairs: Sequence[tuple[Reasons, Reasons]]) -> LabelQuality:
    both = sum(reason in truth and reason in guess for truth, guess in pairs)
    given = sum(reason in truth for truth, _ in pairs)
    found = sum(reason in guess for _, guess in pairs)
    return LabelQuality(_share(both, found), _share(both, given), _share(2 * both, given + found), given)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
