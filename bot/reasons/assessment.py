"""Everything that is measured of the reason classifier on labelled verbatims, together; it must not read or print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.reasons.confusion import Confusion, confuse, measure_readings, rank_mistakes, slice_readings
from bot.reasons.decision import MARGIN
from bot.reasons.doubt import MARGINS, Asking, Calibration, calibrate, weigh_margins
from bot.reasons.evaluation import Quality
from bot.reasons.intervals import Interval, Intervals, estimate_intervals
from bot.reasons.readings import Reading

GOALS = {"micro_f1": 0.75, "macro_f1": 0.65, "hit_rate": 0.85, "calibration": 0.05}
"""What is aimed at on texts that nobody here has seen: at least so much, and of calibration error at most."""


@dataclass(frozen=True)
class Assessment:
    """How good the classifier is on some verbatims, how sure that is, and where it goes wrong."""

    quality: Quality
    intervals: Intervals
    calibration: Calibration
    """Of the score of each text's top reason."""
    askings: tuple[Asking, ...]
    """What other margins would do; the present one, `margin`, is among them."""
    margin: float
    confusion: Confusion
    slices: dict[str, tuple[Quality, Interval]]
    """Parts of the verbatims, with the interval of their micro-F1."""
    mistakes: tuple[Reading, ...]
    """Readings with a wrong reason, the worst first."""

    @property
    def asking(self) -> Asking:
        """What the present margin does."""
        return next(asking for asking in self.askings if asking.margin == self.margin)

    def to_json(self, mistakes: int | None = None) -> dict[str, Any]:
        """Return plain numbers with four decimals, and the worst mistakes with their texts, all or so many."""
        return self.quality.to_json() | {
            "intervals": self.intervals.to_json(),
            "calibration": self.calibration.to_json(),
            "margin": self.margin,
            "margins": [asking.to_json() for asking in self.askings],
            "confusion": _write_confusion(self.confusion),
            "slices": {
                name: {"texts": quality.texts, "micro_f1": round(quality.micro_f1, 4)}
                | {"interval": [round(bound, 4) for bound in interval], "hit_rate": round(quality.hit_rate, 4)}
                for name, (quality, interval) in self.slices.items()
            },
            "mistakes": [_write_mistake(reading) for reading in self.mistakes[:mistakes]],
        }


def assess(readings: Sequence[Reading]) -> Assessment:
    """Measure all there is to measure."""
    tops = [reading for reading in readings if reading.is_right(reading.top) or not reading.fits(reading.top)]
    leads = [reading for reading in readings if _counts(reading)]
    return Assessment(
        quality=measure_readings(readings),
        intervals=estimate(readings),
        calibration=calibrate(
            [reading.scores[reading.top] for reading in tops], [reading.is_right(reading.top) for reading in tops]
        ),
        askings=weigh_margins(
            [reading.scores[reading.top] for reading in leads],
            [reading.is_right(reading.reasons[0]) for reading in leads],
            sorted({*MARGINS, MARGIN}),
        ),
        margin=MARGIN,
        confusion=confuse(readings),
        slices=_slice(readings),
        mistakes=tuple(rank_mistakes(readings)),
    )


def estimate(readings: Sequence[Reading]) -> Intervals:
    """Return the intervals of what `measure_readings` gives."""
    verbatims = [reading.verbatim for reading in readings]
    return estimate_intervals(
        [verbatim.labels for verbatim in verbatims],
        [reading.reasons for reading in readings],
        [verbatim.allowed for verbatim in verbatims],
    )


def _slice(readings: Sequence[Reading]) -> dict[str, tuple[Quality, Interval]]:
    return {name: (measure_readings(part), estimate(part).micro_f1) for name, part in slice_readings(readings).items()}


def _counts(reading: Reading) -> bool:
    """Whether the leading reason is right or wrong, not merely allowed."""
    lead = reading.reasons[0]
    return reading.is_right(lead) or not reading.fits(lead)


def _write_confusion(confusion: Confusion) -> dict[str, Any]:
    return {
        "found": {reason.value: count for reason, count in confusion.found.items()},
        "overlooked": {reason.value: count for reason, count in confusion.overlooked.items()},
        "invented": {reason.value: count for reason, count in confusion.invented.items()},
        "taken_for": [
            {"right": right.value, "given": given.value, "texts": count}
            for right, given, count in confusion.rank_pairs()
        ],
    }


def _write_mistake(reading: Reading) -> dict[str, Any]:
    return {
        "id": reading.verbatim.id,
        "text": reading.verbatim.text,
        "right": list(reading.verbatim.labels),
        "allowed": sorted(reading.verbatim.allowed),
        "given": {reason.value: round(reading.scores[reason], 4) for reason in reading.reasons},
        "unsure": reading.unsure,
    }
