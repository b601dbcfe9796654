"""What came of writing to people: touches, answers, offers, returns beside those of the holdout, and the money.

It must not write anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.outreach.ledger import Entry, History, book_returns
from bot.outreach.persons import Persons
from bot.outreach.simulation.lift import Lift, estimate_lift
from bot.retention.offers import GrantState
from bot.retention.policy import Policy
from bot.storage.lapsed import Record
from bot.storage.ledger import AnswerCount, OfferCount, TouchCount
from bot.storage.unit_of_work import Database, UnitOfWork

AT_ONCE = 1_000


@dataclass(frozen=True)
class Booked:
    """A return with whose it is: their id in the company's own system, and whether they are held out."""

    customer: str
    holdout: bool
    entry: Entry


@dataclass
class Group:
    """People who left, and how many of them came back."""

    left: int = 0
    returned: int = 0

    @property
    def share(self) -> float | None:
        """The share that came back; None without anybody."""
        return self.returned / self.left if self.left else None


@dataclass
class Results:
    """All of it since a moment. Amounts are in minor units of `currency`; `margin_percent` of a revenue is
    left to the company."""

    since: datetime
    currency: str
    margin_percent: int
    policy_version: int
    touches: list[TouchCount] = field(default_factory=list)
    answers: list[AnswerCount] = field(default_factory=list)
    offers: list[OfferCount] = field(default_factory=list)
    treated: Group = field(default_factory=Group)
    holdout: Group = field(default_factory=Group)
    booked: list[Booked] = field(default_factory=list)

    def count_offers(self) -> Counter[str]:
        """Return how many offers were made, and what became of them; `redeemed_worth` is in minor units."""
        counted = Counter(made=0, accepted=0, declined=0, expired=0, open=0, redeemed=0, redeemed_worth=0)
        for count in self.offers:
            counted["made"] += count.offers
            match count.state:
                case GrantState.ACCEPTED | GrantState.REDEEMED:
                    counted["accepted"] += count.offers
                case GrantState.DECLINED | GrantState.REFUSED:
                    counted["declined"] += count.offers
                case GrantState.EXPIRED:
                    counted["expired"] += count.offers
                case GrantState.PROPOSED | GrantState.REQUESTED:
                    counted["expired" if count.ended and count.state is GrantState.PROPOSED else "open"] += count.offers
            if count.state is GrantState.REDEEMED:
                counted["redeemed"] += count.offers
                counted["redeemed_worth"] += count.worth
        return counted

    @property
    def lift(self) -> Lift | None:
        """How much more often people come back who may be written to than those held out."""
        return estimate_lift(self.treated.returned, self.treated.left, self.holdout.returned, self.holdout.left)

    @property
    def revenue(self) -> int:
        """What all who came back have brought in since."""
        return sum(one.entry.revenue for one in self.booked)

    @property
    def margin(self) -> int:
        """What is left of it after costs."""
        return self.revenue * self.margin_percent // 100

    @property
    def cost(self) -> int:
        """What the offers were worth with which they came back."""
        return sum(one.entry.cost for one in self.booked)

    @property
    def net(self) -> int:
        """The margin less what the offers cost."""
        return self.margin - self.cost


class ResultService:
    """Reckons what came of it."""

    def __init__(self, database: Database, policy: Policy, persons: Persons, clock: Clock) -> None:
        self._database = database
        self._policy = policy
        self._persons = persons
        self._clock = clock

    def reckon(self, since: datetime | None = None) -> Results:
        """Return what came of all that was done since then, or since the first touch was planned. Trials count in no
        number; nor do visitors, of whom no system would tell us that they have come back."""
        now, policy = self._clock(), self._policy
        with self._database.read() as work:
            since = since or work.ledger.find_beginning() or now
            results = Results(since, policy.currency, policy.winback.valuing.margin, policy.version)
            results.touches = work.ledger.count_touches(since)
            results.answers = work.ledger.count_answers(since)
            results.offers = work.ledger.count_offers(since, policy.currency, now)
            for record, history in self._list_histories(work, now):
                self._count(results, record, history)
        results.booked.sort(key=lambda one: one.entry.at)
        return results

    def _count(self, results: Results, record: Record, history: History) -> None:
        entries = [one for one in book_returns(history, results.currency) if one.at >= results.since]
        holdout = self._persons.is_held_out(record)
        customer = record.customer.external_id or f"#{record.customer.id}"
        results.booked += [Booked(customer, holdout, entry) for entry in entries]
        # A leaving that is known no longer has made room for a return, or for another leaving.
        came_back = any(one.left_at is None or one.left_at >= results.since for one in entries)
        if came_back or (history.left_at is not None and history.left_at >= results.since):
            group = results.holdout if holdout else results.treated
            group.left += 1
            group.returned += came_back

    def _list_histories(self, work: UnitOfWork, now: datetime) -> Iterator[tuple[Record, History]]:
        ids = work.ledger.list_known()
        lapse = timedelta(days=self._policy.winback.lapsed_after_days)
        for start in range(0, len(ids), AT_ONCE):
            batch = ids[start : start + AT_ONCE]
            told, bought = work.ledger.read_returns(batch), work.ledger.read_purchases(batch)
            redeemed = work.ledger.read_redeemed(batch)
            for customer_id, record in work.lapsed.read(batch, named=False, bought=False).items():
                left_at = self._persons.find_leaving(record)
                yield (
                    record,
                    History(
                        left_at=left_at if left_at is not None and left_at <= now else None,
                        told=told.get(customer_id, ()),
                        bought=bought.get(customer_id, ()),
                        redeemed=redeemed.get(customer_id, ()),
                        touches=record.touches,
                        lapse=None if record.customer.monthly_value else lapse,
                    ),
                )
