"""What people are worth who buy now and then: the margin of what they bought, and of what they are expected to buy.

It must not read a clock. Times are whole days since 1970 (UTC), nan where there is none; amounts are minor units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.retention.winback.rules import Valuing
from bot.value.purchasing import PurchaseModel, fit_purchases
from bot.value.second_lives import SecondLife
from bot.value.spending import SpendingModel, fit_spending
from bot.value.subscriptions import Flags, Floats
from bot.value.worth import Amounts, Basis, Worths, to_amounts

DAYS_A_WEEK = 7
HORIZON_WEEKS = 156
"""What would be bought in more than three years is not counted: nobody can know it, and the sum has no end."""
ENOUGH_AGAIN = 30
"""So many must have bought on two days at least before anything is expected of anybody."""
LEARNT_FROM = 100_000
"""Of more customers, so many are drawn to learn from: the parameters are known to a few hundredths by then."""


@dataclass(frozen=True)
class Buyers:
    """Many people, each at the same place of every array. `days` is on how many days they bought something (1 at
    least), from `first` to `last`; `spent` is what they paid in all. `left` is when they told that they leave."""

    ids: Amounts
    days: Floats
    first: Floats
    last: Floats
    spent: Floats
    left: Floats
    now: float

    @property
    def said_goodbye(self) -> Flags:
        """Whether they told that they leave, and have bought nothing since."""
        return (self.left <= self.now) & (self.left >= self.last)


@dataclass(frozen=True)
class BuyingHabits:
    """What was learnt: how often customers buy, how long they stay, and what they spend. None where too few, `again`,
    have bought twice."""

    purchases: PurchaseModel | None
    spending: SpendingModel | None
    customers: int
    again: int


def learn_habits(people: Buyers) -> BuyingHabits:
    """Learn from those who bought until now how customers buy; what they spend, from those who bought again."""
    count, again = len(people.ids), int((people.days > 1).sum())
    if again < ENOUGH_AGAIN:
        return BuyingHabits(None, None, count, again)
    drawn = np.arange(count)
    if count > LEARNT_FROM:
        drawn = np.sort(np.random.default_rng(0).choice(count, LEARNT_FROM, replace=False))
    days, first, last = people.days[drawn], people.first[drawn], people.last[drawn]
    weeks = np.maximum(people.now - first, 0.0) / DAYS_A_WEEK
    often = days > 1
    return BuyingHabits(
        purchases=fit_purchases(days - 1, (last - first) / DAYS_A_WEEK, np.maximum(weeks, 0.0)),
        spending=fit_spending(days[often], (people.spent[drawn] / days)[often]),
        customers=count,
        again=again,
    )


def value_buyers(
    people: Buyers, habits: BuyingHabits, second_life: SecondLife, valuing: Valuing, lapsed_after_days: int
) -> Worths:
    """Return what they are worth, without interest: a euro of next year counts as one of today.

    so far = margin of all that was paid
    remaining = margin x expected spending at a purchase x purchases expected in `HORIZON_WEEKS`, as seen from the day
    they left, or from today. Who said goodbye was certainly there until then; who just stopped buying counts as gone
    after `lapsed_after_days`, and with the likelihood of having been there still.
    second life = share of a second life x (so far + remaining), which is the whole of their first
    """
    margin = valuing.margin / 100
    lapsed = np.floor(people.now) >= people.last + lapsed_after_days
    until = np.minimum(people.last + lapsed_after_days, np.floor(people.now))
    until = np.where(people.said_goodbye, people.left, until)
    so_far = margin * people.spent
    remaining = margin * _expect(people, habits, until)
    return Worths(
        basis=Basis.PURCHASES_SO_FAR if habits.purchases is None else Basis.PURCHASES,
        ids=people.ids,
        monthly=np.zeros(len(people.ids)),
        has_left=people.said_goodbye | lapsed,
        so_far=to_amounts(so_far),
        remaining=to_amounts(remaining),
        second_life=to_amounts(second_life.share * (so_far + remaining)),
    )


def _expect(people: Buyers, habits: BuyingHabits, until: Floats) -> Floats:
    if habits.purchases is None or habits.spending is None:
        return np.zeros(len(people.ids))
    again = people.days - 1
    recency = (people.last - people.first) / DAYS_A_WEEK
    age = np.maximum((until - people.first) / DAYS_A_WEEK, recency)
    there = np.where(people.said_goodbye, 1.0, habits.purchases.alive(again, recency, age))
    purchases = there * habits.purchases.expected_if_alive(again, age, HORIZON_WEEKS)
    return purchases * habits.spending.expected(people.days, people.spent / people.days)
