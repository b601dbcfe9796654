"""Hands records in, for tests, and reads what is stored then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.conversations.policy import load_policy
from bot.intake.desk import Desk, Kind
from bot.intake.outcomes import Outcome, Result
from bot.retention.channels import Channel
from bot.storage.tables import ContactPoint, Customer
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock

POLICY = load_policy()
LAPSE = timedelta(days=POLICY.winback.lapsed_after_days)


class Office:
    """The company's own system, and everything a test wants to know of what it handed in."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.desk = Desk(database, POLICY, clock)

    def tell(self, external_id: str = "C-1", **known: Any) -> Outcome:
        """Hand one customer in."""
        [outcome] = self.desk.take(Kind.CUSTOMERS, [{"external_id": external_id, **known}])
        return outcome

    def sell(self, order_id: str = "O-1", at: str = "2026-05-01", external_id: str = "C-1", **known: Any) -> Outcome:
        """Hand one purchase in."""
        given = {"external_id": external_id, "order_id": order_id, "at": at, "amount": "9.90", **known}
        [outcome] = self.desk.take(Kind.PURCHASES, [given])
        return outcome

    def greet(self, at: str = "2026-05-03", external_id: str = "C-1", **known: Any) -> Outcome:
        """Hand one return in."""
        [outcome] = self.desk.take(Kind.RETURNS, [{"external_id": external_id, "at": at, **known}])
        return outcome

    def find(self, external_id: str = "C-1") -> Customer:
        with self.database.read() as work:
            customer = work.customers.find_by_external_id(external_id)
            assert customer is not None
            _ = [point.address for point in customer.contact_points]
            work.session.expunge_all()
            return customer

    def point(self, channel: Channel = Channel.EMAIL, external_id: str = "C-1") -> ContactPoint:
        """Return the only address on a channel."""
        [point] = [point for point in self.find(external_id).contact_points if point.channel is channel]
        return point


def is_taken(outcome: Outcome) -> bool:
    return outcome == Outcome(Result.TAKEN)
