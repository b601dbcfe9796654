"""Says how much more often people come back who were written to than those who were held out, and how sure that is.

It must not count anybody.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

Z = 1.959963984540054
"""The normal quantile of a 95 % interval with two ends."""


class Lift(NamedTuple):
    """The difference of two shares, and where it would lie 95 times of 100."""

    value: float
    low: float
    high: float


def estimate_lift(treated: int, of_treated: int, holdout: int, of_holdout: int) -> Lift | None:
    """Return the share of the treated less that of the held out; None where one of the groups is empty.

    The interval is Newcombe's (1998, Statistics in Medicine 17, method 10): the Wilson intervals of both shares put
    together, which holds for small groups and for shares near nought as well.
    """
    if not of_treated or not of_holdout:
        return None
    ours, theirs = treated / of_treated, holdout / of_holdout
    our_low, our_high = find_wilson(treated, of_treated)
    their_low, their_high = find_wilson(holdout, of_holdout)
    lift = ours - theirs
    low = lift - sqrt((ours - our_low) ** 2 + (their_high - theirs) ** 2)
    high = lift + sqrt((our_high - ours) ** 2 + (theirs - their_low) ** 2)
    return Lift(lift, low, high)


def find_wilson(count: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share (1927, JASA 22)."""
    share, square = count / of, Z * Z / of
    middle = share + square / 2
    half = Z * sqrt(share * (1 - share) / of + square / (4 * of))
    return (middle - half) / (1 + square), (middle + half) / (1 + square)
