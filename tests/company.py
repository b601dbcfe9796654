"""A company with a planner that is run by hand, and customers who have left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.conversations.opt_out import OptOutService
from bot.outreach.persons import Persons
from bot.outreach.planner import Claimed, Planner
from bot.outreach.why import Why
from bot.retention.channels import Channel
from bot.retention.reasons import BillingReason
from bot.retention.winback.touches import TouchState
from bot.storage.tables import (
    ContactPoint,
    Customer,
    ExitInterview,
    Outcome,
    PlannedTouch,
)
from bot.storage.unit_of_work import Database
from tests import lapsed
from tests.conftest import FixedClock
from tests.gateway import make_settings

SETTINGS = make_settings()


# Whether a name is held out is chance; here nobody is.
POLICY = replace(lapsed.POLICY, winback=replace(lapsed.POLICY.winback, holdout=0))


class Company:
    """A company with a planner that is run by hand, and customers who have left."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database = database
        self.clock = clock
        opt_outs = OptOutService(database, SETTINGS, clock)
        persons = Persons(SETTINGS, POLICY, opt_outs)
        self.opt_outs = opt_outs
        self.planner = Planner(database, POLICY, persons, clock)
        self.why = Why(database, POLICY, persons, clock)

    def add(self, name: str, *, reason: BillingReason | None = BillingReason.TOO_EXPENSIVE, **facts: object) -> int:
        values = {"monthly_value": 4900, "currency": "EUR", "timezone": "Europe/Lisbon", "cancelled_at": self.clock.now}
        with self.database.write() as work:
            customer = Customer(
                external_id=name,
                created_at=self.clock.now,
                look_at=self.clock.now,
                reported_reason=reason,
                **(values | facts),
            )
            customer.contact_points.append(
                ContactPoint(
                    channel=Channel.EMAIL,
                    address=f"{name}@example.org",
                    consent=True,
                    reachable=True,
                    created_at=self.clock.now,
                )
            )
            work.customers.add(customer)
            work.commit()
            return customer.id

    def change(self, what: Callable[[Customer], object], name: str = "ana") -> None:
        with self.database.write() as work:
            customer = work.customers.find_by_external_id(name)
            assert customer is not None
            what(customer)
            customer.look_at = self.clock.now
            work.commit()

    def pass_days(self, days: float, state: TouchState = TouchState.SENT) -> list[Claimed]:
        """Let so many days go by, and whatever is claimed be sent."""
        end = self.clock.now + timedelta(days=days)
        sent: list[Claimed] = []
        while (due := self._find_next()) is not None and due <= end:
            self.clock.now = max(self.clock.now, due)
            claimed = self.planner.tick().claimed
            for one in claimed:
                self.planner.settle(one.touch_id, state)
            sent += claimed
        self.clock.now = end
        return sent

    def _find_next(self) -> datetime | None:
        with self.database.read() as work:
            return work.session.scalar(
                select(Customer.look_at).where(Customer.look_at.is_not(None)).order_by(Customer.look_at)
            )

    def read_touches(self) -> list[PlannedTouch]:
        with self.database.read() as work:
            return list(work.session.scalars(select(PlannedTouch).order_by(PlannedTouch.planned_at)))


def hold_interview(company: Company, customer_id: int, outcome: Outcome | None, **facts: object) -> None:
    now = company.clock.now
    values = {"started_at": now, "finished_at": now if outcome else None, "leading_reason": None}
    with company.database.write() as work:
        work.interviews.add(ExitInterview(customer_id=customer_id, outcome=outcome, **(values | facts)))
        work.commit()
    company.clock.move(minutes=5)
