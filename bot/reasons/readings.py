"""What was made of labelled verbatims, side by side with what is right; it must not measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.reasons.verbatims import Verbatim
from bot.retention.reasons import Reason


class Classified(Protocol):
    """What a classifier says of a text: our own `Classification`, or anything with the same three parts."""

    @property
    def reasons(self) -> tuple[Reason, ...]: ...
    @property
    def scores(self) -> Mapping[Reason, float]: ...
    @property
    def unsure(self) -> bool: ...


@dataclass(frozen=True)
class Reading:
    """One labelled verbatim and what was made of it."""

    verbatim: Verbatim
    reasons: tuple[Reason, ...]
    """The predicted ones, the strongest first and never none."""
    scores: Mapping[Reason, float]
    unsure: bool

    @property
    def top(self) -> Reason:
        """The reason with the highest score."""
        return max(Reason, key=lambda reason: self.scores[reason])

    @property
    def wrong(self) -> tuple[Reason, ...]:
        """Predicted reasons that no careful reader would find, the strongest first."""
        return tuple(reason for reason in self.reasons if not self.fits(reason))

    @property
    def missed(self) -> tuple[Reason, ...]:
        """Reasons that were given and not found."""
        return tuple(reason for reason in self.verbatim.labels if reason not in self.reasons)

    def is_right(self, reason: Reason) -> bool:
        """Whether it is one of the reasons that were given."""
        return reason in self.verbatim.labels

    def fits(self, reason: Reason) -> bool:
        """Whether it was given, or a careful reader might find it."""
        return reason in self.verbatim.labels or reason in self.verbatim.allowed


def read_all(
    verbatims: Sequence[Verbatim],
    classify: Callable[[str], Classified],
    tell: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Reading]:
    """Let a classifier read every verbatim, telling how far it is."""
    readings = []
    for number, verbatim in enumerate(verbatims, start=1):
        found = classify(verbatim.text)
        readings.append(Reading(verbatim, found.reasons, found.scores, found.unsure))
        tell("Reading texts", number, len(verbatims))
    return readings
