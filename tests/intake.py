"""Hands records in, for tests, and reads what is stored then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.conversations.policy import load_policy
from bot.intake.desk import Desk, Kind
from bot.intake.outcomes import Outcome, Result
from bot.retention.channels import Channel
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import ContactPoint, Customer, OfferGrant, PlannedTouch
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock

POLICY = load_policy()
LAPSE = timedelta(days=POLICY.winback.lapsed_after_days)
UNCHANGED = Outcome(Result.UNCHANGED)
ADA = {
    "name": "Ada Lindholm",
    "email": "ada@example.org",
    "phone": "+442079460958",
    "telegram": "77012345",
    "timezone": "Europe/London",
    "plan": "Family",
    "monthly_value": "39.00",
    "currency": "EUR",
    "joined_at": "2024-03-01",
    "cancelled_at": "2026-05-01",
    "reason": "too_expensive",
    "place": "Leeds",
    "consent_email": "true",
    "consent_phone": "false",
    "consent_source": "checkout",
    "consent_at": "2024-03-01",
    "notes": "prefers mornings",
}


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


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def end(text: str) -> datetime:
    """Return the end of a day, which is when somebody bought or came back of whom the day alone is told."""
    return day(f"{text}T23:59:59")


def settle(office: Office, external_id: str = "C-1", **values: Any) -> None:
    """Store something of a customer as if it had come another way."""
    with office.database.write() as work:
        customer = work.customers.find_by_external_id(external_id)
        assert customer is not None
        for name, value in values.items():
            setattr(customer, name, value)
        work.commit()


def make_touch(customer_id: int, now: datetime, key: str = "check_in") -> PlannedTouch:
    return PlannedTouch(
        id=f"{customer_id}-{key}",
        customer_id=customer_id,
        key=key,
        kind=TouchKind.CHECK_IN,
        state=TouchState.PLANNED,
        due_at=now,
        wanted_at=now,
        planned_at=now,
        changed_at=now,
        rule="plans.none",
        because="plans.none",
        policy_version=1,
    )


def offer(office: Office, external_id: str = "C-1", code: str = "BACK-2345", **values: Any) -> None:
    """Make a customer an offer that stands until the tenth of May."""
    given: dict[str, Any] = {
        "offer": "price.every",
        "kind": OfferKind.DISCOUNT,
        "reason": Reason.PRICE,
        "worth": 1000,
        "details": {},
        "code": code,
        "state": GrantState.ACCEPTED,
        "rule": "winback.offers.price.every",
        "policy_version": 1,
        "offered_at": day("2026-04-20"),
        "deadline": day("2026-05-10"),
    }
    with office.database.write() as work:
        customer = work.customers.find_by_external_id(external_id)
        assert customer is not None
        work.offers.add(OfferGrant(customer_id=customer.id, **given | values))
        work.commit()
