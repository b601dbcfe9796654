"""Reckons what all customers are worth, anew and at once, and keeps it; a day's work of the application.

It must not decide what anybody gets for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import structlog

from bot.clock import Clock
from bot.retention.policy import Policy
from bot.storage.unit_of_work import Database
from bot.storage.values import (
    DAY_SECONDS,
    BuyerRow,
    IdRange,
    ReturnRow,
    SubscriberRow,
    ValueRow,
    count_customers,
    find_last_reckoning,
    read_buyers,
    read_returned_buyers,
    read_subscribers,
    remove_values,
    write_values,
)
from bot.value.buyers import Buyers, BuyingHabits, learn_habits, value_buyers
from bot.value.second_lives import SecondLife, compare_years
from bot.value.subscribers import Subscribers, learn_lifetime, learn_second_life, value_subscribers
from bot.value.subscriptions import DefaultMonths, Floats, SurvivalCurve
from bot.value.worth import Worths

AT_ONCE = 5_000
"""So many customers are read or written in one transaction, so that nobody in a conversation waits for long."""
EVERY = timedelta(days=1)

Step = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and how far it goes."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Reckoning:
    """What came of it. `customers` is how many there are, also those of whom nothing is known to reckon from."""

    at: datetime
    customers: int
    subscribers: Worths
    buyers: Worths
    lifetime: SurvivalCurve | DefaultMonths
    habits: BuyingHabits
    second_subscription: SecondLife
    second_buying: SecondLife


class ValueService:
    """Keeps what customers are worth up to date."""

    def __init__(self, database: Database, policy: Policy, clock: Clock) -> None:
        self._database = database
        self._policy = policy
        self._clock = clock
        self._last: datetime | None = None

    def reckon_daily(self) -> None:
        """Reckon, unless that was done within a day; for the house-keeping, which asks more often."""
        now = self._clock()
        self._last = self._last or find_last_reckoning(self._database)
        if self._last is not None and timedelta(0) <= now - self._last < EVERY:
            return
        done = self.reckon()
        log.info("values.reckoned", subscribers=len(done.subscribers.ids), buyers=len(done.buyers.ids))

    def reckon(self, tell: Step = lambda _step, _done, _total: None) -> Reckoning:
        """Reckon the worth of all customers and keep it. A reader meanwhile finds the old or the new of each."""
        now = self._clock()
        count, highest = count_customers(self._database)
        ranges = [IdRange(low, low + AT_ONCE) for low in range(1, highest + 1, AT_ONCE)]
        subscribers, buyers, years = self._read(ranges, now, tell)

        valuing, winback = self._policy.winback.valuing, self._policy.winback
        lifetime = learn_lifetime(subscribers, valuing)
        second_subscription = learn_second_life(subscribers, lifetime, valuing)
        habits = learn_habits(buyers)
        second_buying = compare_years(years[:, 0], years[:, 1], valuing.second_life / 100)
        reckoning = Reckoning(
            at=now,
            customers=count,
            subscribers=value_subscribers(subscribers, lifetime, second_subscription, valuing),
            buyers=value_buyers(buyers, habits, second_buying, valuing, winback.lapsed_after_days),
            lifetime=lifetime,
            habits=habits,
            second_subscription=second_subscription,
            second_buying=second_buying,
        )
        self._write(ranges, reckoning, tell)
        self._last = now
        return reckoning

    def _read(self, ranges: Sequence[IdRange], now: datetime, tell: Step) -> tuple[Subscribers, Buyers, Floats]:
        currency, today = self._policy.currency, now.timestamp() / DAY_SECONDS
        subscribers, buyers, years = [_to_table(SubscriberRow)], [_to_table(BuyerRow)], [_to_table(ReturnRow)]
        for done, ids in enumerate(ranges, start=1):
            subscribers.append(_to_table(SubscriberRow, read_subscribers(self._database, ids, currency, now)))
            buyers.append(_to_table(BuyerRow, read_buyers(self._database, ids, currency, now)))
            years.append(_to_table(ReturnRow, read_returned_buyers(self._database, ids, currency, now)))
            tell("reading", done, len(ranges))
        ids, monthly, joined, known, left, returned = np.concatenate(subscribers).T
        joined, known, left, returned = (it / DAY_SECONDS for it in (joined, known, left, returned))
        buyer_ids, days, first, last, spent, goodbye = np.concatenate(buyers).T
        return (
            Subscribers(ids.astype(np.int64), monthly, joined, known, left, returned, today),
            Buyers(buyer_ids.astype(np.int64), days, first, last, spent, goodbye, today),
            np.concatenate(years),
        )

    def _write(self, ranges: Sequence[IdRange], reckoning: Reckoning, tell: Step) -> None:
        for done, ids in enumerate(ranges, start=1):
            rows = [*_take(reckoning.subscribers, ids), *_take(reckoning.buyers, ids)]
            write_values(self._database, rows, self._policy.currency, reckoning.at)
            remove_values(self._database, ids, reckoning.at)
            tell("writing", done, len(ranges))


def _to_table(
    kind: type[SubscriberRow | BuyerRow | ReturnRow], rows: Sequence[SubscriberRow | BuyerRow | ReturnRow] = ()
) -> Floats:
    # What is not known becomes nan.
    return np.array(rows, dtype=np.float64).reshape(-1, len(kind._fields))


def _take(worths: Worths, ids: IdRange) -> Iterator[ValueRow]:
    part = slice(*np.searchsorted(worths.ids, (ids.low, ids.high)))
    amounts = (worths.ids, worths.so_far, worths.remaining, worths.second_life)
    for customer_id, so_far, remaining, second_life in zip(*(it[part].tolist() for it in amounts), strict=True):
        yield ValueRow(customer_id, so_far, remaining, second_life, worths.basis.value)
