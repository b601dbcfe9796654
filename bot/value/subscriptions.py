"""How long subscriptions last, from those that have ended and those that go on.

It must not know a person, an amount or the database: months in, months out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import CensoredData, ecdf

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAYS_A_MONTH = 365.25 / 12
ENOUGH_ENDED = 30
"""Of so many that have ended, the mean is known to about a fifth (one standard error is 1/sqrt(30), 18 %, where a like
share leaves every month). With fewer, the default of the policy says more."""
ENOUGH_REACHED = 10
"""The curve is used as far as so many subscriptions reached. Beyond, it is the story of single people, or of a date of
joining that is wrong."""


@dataclass(frozen=True)
class DefaultMonths:
    """What is taken while too few have ended: a like share leaves every month, so whoever is there is expected to stay
    for `months` more, however long they have been there. `ended` and `going_on` are how many were known."""

    months: float
    ended: int = 0
    going_on: int = 0

    def expected(self) -> float:
        """Return how many months a subscription is expected to last."""
        return self.months

    def remaining(self, tenure: Floats) -> Floats:
        """Return how many more months were to be expected of those who were there for so many."""
        return np.full(tenure.shape, self.months)


@dataclass(frozen=True)
class SurvivalCurve:
    """The share of subscriptions that last longer than so many months: the estimator of Kaplan and Meier (Journal of
    the American Statistical Association 53, 1958, 457-481), in which those that go on count for as long as they have.

    `months` are the ends of the steps, the first 0 and the last the horizon; from `months[i]` on the share is
    `share[i]`; `area[i]` is the area below the curve until `months[i]`. What lies beyond the horizon is not counted
    (restricted mean), so with an open tail all expectations are on the low side.
    """

    months: Floats
    share: Floats
    area: Floats
    ended: int
    going_on: int

    @property
    def horizon(self) -> float:
        """Until how many months the curve is known."""
        return float(self.months[-1])

    @property
    def open_share(self) -> float:
        """The share that lasts beyond the horizon."""
        return float(self.share[-1])

    def expected(self, until: float = np.inf) -> float:
        """Return how many of the first `until` months a subscription is expected to last."""
        return float(np.interp(until, self.months, self.area))

    def remaining(self, tenure: Floats) -> Floats:
        """Return how many more months were to be expected, just before they left, of those who were there for so many:
        the area below the rest of the curve over the share that got so far."""
        reached = np.searchsorted(self.months, tenure, side="left") - 1
        share = self.share[np.maximum(reached, 0)]
        rest = self.area[-1] - np.interp(tenure, self.months, self.area)
        months: Floats = np.divide(rest, share, out=np.zeros(tenure.shape), where=share > 0)
        return months


def draw_curve(tenure: Floats, has_ended: Flags) -> SurvivalCurve | None:
    """Return the curve of subscriptions that lasted so many months, or have until now; None where too few have ended.
    It is drawn by the day."""
    days = np.round(tenure * DAYS_A_MONTH)
    ended = int(has_ended.sum())
    if ended < ENOUGH_ENDED:
        return None
    horizon = np.sort(days)[-ENOUGH_REACHED]
    if horizon <= 0:
        return None
    estimate = ecdf(CensoredData(uncensored=days[has_ended], right=days[~has_ended])).sf
    known = estimate.quantiles < horizon
    steps = np.concatenate(([0.0], estimate.quantiles[known], [horizon])) / DAYS_A_MONTH
    held = np.concatenate(([1.0], estimate.probabilities[known]))
    share = np.concatenate((held, [_last_share(estimate.quantiles, estimate.probabilities, horizon, held[-1])]))
    area = np.concatenate(([0.0], np.cumsum(held * np.diff(steps))))
    return SurvivalCurve(steps, share, area, ended, len(days) - ended)


def _last_share(quantiles: Floats, probabilities: Floats, horizon: float, before: float) -> float:
    at_horizon = probabilities[quantiles == horizon]
    return float(at_horizon[0]) if at_horizon.size else before
