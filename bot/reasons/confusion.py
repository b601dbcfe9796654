"""Says which reasons are taken for which, where the worst mistakes are and for what kind of text; it must not print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.reasons.evaluation import Quality, measure
from bot.reasons.readings import Reading
from bot.retention.reasons import Reason

SHORT, LONG = 6, 80
"""Texts under so many words are short; over so many, long."""


@dataclass(frozen=True)
class Confusion:
    """For texts with several reasons: every missed reason is paired with every wrong one of the same text."""

    found: Mapping[Reason, int]
    taken_for: Mapping[tuple[Reason, Reason], int]
    """By the reason that was given and missed, and the wrong one that was named in the same text."""
    overlooked: Mapping[Reason, int]
    """Missed in a text where nothing wrong was named."""
    invented: Mapping[Reason, int]
    """Wrongly named in a text where nothing was missed."""

    def rank_pairs(self) -> list[tuple[Reason, Reason, int]]:
        """Return what is taken for what, the most frequent first."""
        order = list(Reason)
        pairs = sorted(self.taken_for.items(), key=lambda item: (-item[1], order.index(item[0][0]), item[0][1].value))
        return [(missed, wrong, count) for (missed, wrong), count in pairs]


def confuse(readings: Sequence[Reading]) -> Confusion:
    """Count what is found, missed and wrongly named."""
    found: Counter[Reason] = Counter()
    taken_for: Counter[tuple[Reason, Reason]] = Counter()
    overlooked: Counter[Reason] = Counter()
    invented: Counter[Reason] = Counter()
    for reading in readings:
        missed, wrong = reading.missed, reading.wrong
        found.update(reason for reason in reading.reasons if reading.is_right(reason))
        taken_for.update((one, other) for one in missed for other in wrong)
        if not wrong:
            overlooked.update(missed)
        if not missed:
            invented.update(wrong)
    return Confusion(found, taken_for, overlooked, invented)


def rank_mistakes(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings with a wrong reason, the most certain first; a wrong leading reason weighs more."""
    mistaken = [reading for reading in readings if reading.wrong]
    return sorted(
        mistaken,
        key=lambda reading: (reading.fits(reading.reasons[0]), -reading.scores[reading.wrong[0]], reading.verbatim.id),
    )


def slice_readings(readings: Sequence[Reading]) -> dict[str, list[Reading]]:
    """Part texts by length, form and number of reasons; kinds that do not occur are left out."""
    kinds: dict[str, Callable[[Reading], bool]] = {
        f"under {SHORT} words": lambda reading: _count_words(reading) < SHORT,
        f"{SHORT} to {LONG} words": lambda reading: SHORT <= _count_words(reading) <= LONG,
        f"over {LONG} words": lambda reading: _count_words(reading) > LONG,
        "answers": lambda reading: reading.verbatim.form == "answer",
        "reviews": lambda reading: reading.verbatim.form == "review",
        "one reason": lambda reading: len(reading.verbatim.labels) == 1,
        "two reasons": lambda reading: len(reading.verbatim.labels) == 2,
        "three reasons or more": lambda reading: len(reading.verbatim.labels) > 2,
    }
    parts = {name: [reading for reading in readings if belongs(reading)] for name, belongs in kinds.items()}
    return {name: part for name, part in parts.items() if part}


def measure_readings(readings: Sequence[Reading]) -> Quality:
    """Measure what was made of verbatims; what is merely allowed counts neither way."""
    verbatims = [reading.verbatim for reading in readings]
    return measure(
        [verbatim.labels for verbatim in verbatims],
        [reading.reasons for reading in readings],
        [verbatim.allowed for verbatim in verbatims],
    )


def _count_words(reading: Reading) -> int:
    return len(reading.verbatim.text.split())
