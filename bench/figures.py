"""The bench's arithmetic: from turns to figures, and from two contestants' rounds to how they compare.

It must not say more than was measured: what is compared was measured in turns, minutes apart at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.loads import Load


@dataclass(frozen=True)
class Row:
    """One figure with its name and unit."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True)
class Comparison:
    """How many times as much one had of something as the other: the median of the rounds, the lowest, the highest."""

    median: float
    lowest: float
    highest: float


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that so many per cent of the values do not exceed, between two values in proportion."""
    return float(np.percentile(values, percent))


def median(values: Sequence[float]) -> float:
    """Return the middle of the values."""
    return float(np.median(values))


def compare(ours: Sequence[float], theirs: Sequence[float]) -> Comparison:
    """Return how ours compare to theirs, round by round; a round's two were measured one right after the other."""
    ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
    return Comparison(median(ratios), min(ratios), max(ratios))


def describe_rounds(name: str, rounds: Sequence[Load]) -> list[Row]:
    """Return turns a second, the median of the rounds, and the percentiles of all turns together."""
    turns = [seconds for load in rounds for seconds in load.turns]
    return [
        Row(f"{name}: turns a second", median([load.turns_a_second for load in rounds]), "1/s"),
        *(Row(f"{name}: p{percent}", percentile(turns, percent) * 1000, "ms") for percent in (50, 95, 99)),
        Row(f"{name}: processor time", median([load.processor_seconds_a_turn for load in rounds]) * 1000, "ms a turn"),
    ]


def compare_rounds(name: str, ours: Sequence[Load], theirs: Sequence[Load]) -> list[Row]:
    """Return how many times stock's turns a second ours are."""
    found = compare([load.turns_a_second for load in ours], [load.turns_a_second for load in theirs])
    return [
        Row(f"{name}: times stock's turns a second", found.median, "x"),
        Row(f"{name}: the same, lowest round", found.lowest, "x"),
        Row(f"{name}: the same, highest round", found.highest, "x"),
    ]


def compare_late_to_early(turns: Sequence[float]) -> float:
    """Return the median of turns 40 to 50 of a conversation over that of its turns 5 to 15."""
    return median(turns[39:49]) / median(turns[4:14])
