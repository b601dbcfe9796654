"""What people with a subscription are worth: the margin of a month times the months.

It must not read a clock. Times are days since 1970 (UTC), nan where there is none; amounts are minor units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.retention.winback.rules import Valuing
from bot.value.second_lives import SecondLife, follow_subscriptions
from bot.value.subscriptions import DAYS_A_MONTH, DefaultMonths, Flags, Floats, SurvivalCurve, draw_curve
from bot.value.worth import Amounts, Basis, Worths, to_amounts


@dataclass(frozen=True)
class Subscribers:
    """Many people, each at the same place of every array. `monthly` is above 0. `known` is when we first knew of them,
    `returned` when they last came back. What has not happened yet by `now` does not count."""

    ids: Amounts
    monthly: Floats
    joined: Floats
    known: Floats
    left: Floats
    returned: Floats
    now: float

    @property
    def has_left(self) -> Flags:
        """Whether they have left at all."""
        return self.left <= self.now

    @property
    def is_back(self) -> Flags:
        """Whether they came back after they left, and are with us still."""
        return self.has_left & (self.returned > self.left) & (self.returned <= self.now)

    @property
    def tenure(self) -> Floats:
        """For how many months they were with us until they left, or have been until now. Where they left once before,
        the time in between is in it: when that was, nobody told us. Where they joined nobody knows when, it is since we
        first knew of them."""
        since = np.where(np.isnan(self.joined), self.known, self.joined)
        until = np.where(self.has_left, self.left, self.now)
        return np.asarray(np.maximum(until - since, 0.0) / DAYS_A_MONTH, dtype=np.float64)


def learn_lifetime(people: Subscribers, valuing: Valuing) -> SurvivalCurve | DefaultMonths:
    """Return how long subscriptions last: by the company's own curve, or by the policy's default while too few have
    ended. Left out is who has no date of joining that can be true, and who left a second time, because the end of
    their first time is not known."""
    joined = people.joined <= people.now
    plausible = joined & ~(people.has_left & ((people.left < people.joined) | (people.returned <= people.left)))
    tenure, has_ended = people.tenure[plausible], people.has_left[plausible]
    curve = draw_curve(tenure, has_ended)
    if curve is not None:
        return curve
    ended = int(has_ended.sum())
    return DefaultMonths(float(valuing.default_months), ended, len(tenure) - ended)


def learn_second_life(people: Subscribers, lifetime: SurvivalCurve | DefaultMonths, valuing: Valuing) -> SecondLife:
    """Return what a second subscription is worth beside a first."""
    came = people.returned <= people.now
    start = people.returned[came]
    has_ended = (people.has_left & (people.left >= people.returned))[came]
    end = np.where(has_ended, people.left[came], people.now)
    return follow_subscriptions((end - start) / DAYS_A_MONTH, has_ended, lifetime, valuing.second_life / 100)


def value_subscribers(
    people: Subscribers, lifetime: SurvivalCurve | DefaultMonths, second_life: SecondLife, valuing: Valuing
) -> Worths:
    """Return what they are worth, without interest: a euro of next year counts as one of today.

    so far = monthly margin x months until leaving (or until now), and those since they came back
    remaining = monthly margin x months that were still to be expected when they left (or are now)
    second life = monthly margin x months a subscription is expected to last x share of a second one

    Who joined nobody knows when counts as having been there for as long as a subscription is expected to last.
    """
    expected = lifetime.expected()
    months = np.where(np.isnan(people.joined), np.maximum(people.tenure, expected), people.tenure)
    margin = np.maximum(people.monthly, 0.0) * valuing.margin / 100
    back = np.where(people.is_back, people.now - people.returned, 0.0) / DAYS_A_MONTH
    return Worths(
        basis=Basis.SUBSCRIPTION_DEFAULT if isinstance(lifetime, DefaultMonths) else Basis.SUBSCRIPTION,
        ids=people.ids,
        monthly=people.monthly,
        has_left=people.has_left & ~people.is_back,
        so_far=to_amounts(margin * (months + back)),
        remaining=to_amounts(margin * lifetime.remaining(months)),
        second_life=to_amounts(margin * expected * second_life.share),
    )
