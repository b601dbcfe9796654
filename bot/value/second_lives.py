"""How much of a first life a second one is worth: the policy's word, until the company's own returns say it better.

It must not know who came back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.value.subscriptions import DefaultMonths, Flags, Floats, SurvivalCurve, draw_curve

ENOUGH_RETURNS = 30
"""From so many returns on that were followed for long enough, a company's own share takes the place of the policy's."""


@dataclass(frozen=True)
class SecondLife:
    """The share of a first life that a second one is worth, 0.7 for 70 %. `is_own`: it comes from the company's own
    returns, `returns` of which could be followed for long enough."""

    share: float
    returns: int
    is_own: bool


def follow_subscriptions(
    tenure: Floats, has_ended: Flags, first: SurvivalCurve | DefaultMonths, default_share: float
) -> SecondLife:
    """Return what the second subscriptions are worth that lasted so many months, or have until now: how long they last
    beside first ones, both seen for as long as the second ones could be. It takes as many that ended as a curve does.
    """
    second = draw_curve(tenure, has_ended)
    returns = int(has_ended.sum())
    if second is None or isinstance(first, DefaultMonths):
        return SecondLife(default_share, returns, is_own=False)
    until = min(second.horizon, first.horizon)
    return SecondLife(second.expected(until) / first.expected(until), returns, is_own=True)


def compare_years(first: Floats, second: Floats, default_share: float) -> SecondLife:
    """Return what the second lives of buyers are worth who brought in so much in the year after their first purchase,
    and so much in the year after they came back."""
    counted = np.isfinite(first) & np.isfinite(second) & (first > 0)
    returns = int(counted.sum())
    if returns < ENOUGH_RETURNS:
        return SecondLife(default_share, returns, is_own=False)
    share = float(second[counted].sum() / first[counted].sum())
    return SecondLife(share, returns, is_own=True)
