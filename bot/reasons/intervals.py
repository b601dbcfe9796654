"""Says how far figures could be off by the choice of texts (bootstrap); it must not know what a good figure is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.reasons.evaluation import Allowed, Reasons
from bot.retention.reasons import Reason

SAMPLES = 2000
SEED = 7
SURENESS = 95

Counts = npt.NDArray[np.float64]


class Interval(NamedTuple):
    """Where a figure would lie 95 times of 100, were other texts of the same kind chosen."""

    low: float
    high: float


@dataclass(frozen=True)
class Intervals:
    """An interval for each figure of a `Quality`."""

    micro_f1: Interval
    macro_f1: Interval
    hit_rate: Interval
    lead_right: Interval
    labels: dict[Reason, Interval]
    """Of each reason's F1."""

    def to_json(self) -> dict[str, Any]:
        """Return pairs of low and high with four decimals."""
        whole = {name: _plain(getattr(self, name)) for name in ("micro_f1", "macro_f1", "hit_rate", "lead_right")}
        return whole | {"labels": {reason.value: _plain(interval) for reason, interval in self.labels.items()}}


@dataclass(frozen=True)
class _Figures:
    """What `measure` finds, once for every sample of the texts: arrays with a row a sample."""

    micro_f1: Counts
    macro_f1: Counts
    hit_rate: Counts
    lead_right: Counts
    labels: Counts


def estimate_intervals(
    right: Sequence[Reasons], predicted: Sequence[Reasons], allowed: Sequence[Allowed], samples: int = SAMPLES
) -> Intervals:
    """Return the intervals of what `measure` gives for the same texts."""
    if not right:
        nothing = Interval(0.0, 1.0)
        return Intervals(nothing, nothing, nothing, nothing, dict.fromkeys(Reason, nothing))
    figures = _measure_samples(_draw(len(right), samples), right, predicted, allowed)
    return Intervals(
        _span(figures.micro_f1),
        _span(figures.macro_f1),
        _span(figures.hit_rate),
        _span(figures.lead_right),
        {reason: _span(column) for reason, column in zip(Reason, figures.labels.T, strict=True)},
    )


def estimate_gain(
    right: Sequence[Reasons],
    ours: Sequence[Reasons],
    theirs: Sequence[Reasons],
    allowed: Sequence[Allowed],
    samples: int = SAMPLES,
) -> Interval:
    """Return the interval of our micro-F1 less theirs, both on the same texts."""
    weights = _draw(len(right), samples)
    our, their = (_measure_samples(weights, right, predicted, allowed).micro_f1 for predicted in (ours, theirs))
    return _span(our - their)


def _draw(texts: int, samples: int) -> Counts:
    """Return how often each text (a column) is in each sample (a row)."""
    return np.random.default_rng(SEED).multinomial(texts, np.full(texts, 1 / texts), size=samples).astype(np.float64)


def _measure_samples(
    weights: Counts, right: Sequence[Reasons], predicted: Sequence[Reasons], allowed: Sequence[Allowed]
) -> _Figures:
    truth, neutral = _mark(right), _mark(allowed)
    found = _mark(predicted) & ~neutral
    both, given, named = (weights @ marks.astype(np.float64) for marks in (truth & found, truth, found))
    firsts = [guess[0] for guess in predicted]
    lead_right = np.array([first in labels for first, labels in zip(firsts, right, strict=True)], dtype=np.float64)
    lead_counts = np.array([first not in passed for first, passed in zip(firsts, allowed, strict=True)], dtype=float)
    labels = _divide(2 * both, given + named)
    return _Figures(
        micro_f1=_divide(2 * both.sum(axis=1), (given + named).sum(axis=1)),
        macro_f1=_divide(np.where(given > 0, labels, 0).sum(axis=1), (given > 0).sum(axis=1)),
        hit_rate=weights @ (truth & found).any(axis=1) / len(right),
        lead_right=_divide(weights @ lead_right, weights @ lead_counts),
        labels=labels,
    )


def _mark(reasons: Sequence[Reasons] | Sequence[Allowed]) -> npt.NDArray[np.bool_]:
    return np.array([[reason in named for reason in Reason] for named in reasons], dtype=np.bool_)


def _span(values: Counts) -> Interval:
    low, high = np.percentile(values, [(100 - SURENESS) / 2, (100 + SURENESS) / 2])
    return Interval(float(low), float(high))


def _divide(part: Counts, whole: Counts) -> Counts:
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part, dtype=np.float64), where=whole > 0))


def _plain(interval: Interval) -> list[float]:
    return [round(bound, 4) for bound in interval]
