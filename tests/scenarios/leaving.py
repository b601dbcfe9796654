"""Somebody who has left, as the record knows them when their time has come: the engine itself then writes to them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.clock import utc_now
from bot.retention.channels import Channel
from bot.retention.offers import OfferKind
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import Customer, OfferGrant, PlannedTouch, RecordedImprovement, Return
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.campaign.audience import find_zone_at_noon
from tests.stack import wait_until
from tests.touches import Leaver

PATIENCE_SECONDS = 90
LOOK_SECONDS = 0.5
"""The engine looks every ten seconds, and all stories of a file are under way at once: nobody looks more often than
helps, as that would take the time of all others."""


@dataclass(frozen=True)
class Leaving:
    """What a story says of them: `over` which reason they left, `saying` what or having `tapped` what, and how many
    `days_ago`. `known`: to the company's own system. `heard`: how many days ago they had which touch. `told`: what was
    put right since, `at_place` where. `back_for_days`: since when they are a customer again."""

    days_ago: int
    over: Reason | None = None
    saying: str | None = None
    tapped: str | None = None
    known: bool = True
    heard: Mapping[TouchKind, int] = field(default_factory=dict)
    told: str | None = None
    at_place: str | None = None
    back_for_days: int | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Leaving:
        """Read it as it stands in a story."""
        heard = {TouchKind(kind): days for kind, days in told.get("heard", {}).items()}
        over = Reason(told["over"]) if "over" in told else None
        return cls(**{**told, "heard": heard, "over": over})

    def write_down(self, database: Database, channel: Channel, address: str) -> int:
        """Keep them as a customer who agreed to hear from us there and is to be looked at now; return their id."""
        now = utc_now()
        leaver = Leaver(self.over, self.saying, self.tapped, self.days_ago, self.known, channel)
        customer_id = leaver.leave(database, now)
        with database.write() as work:
            customer = work.session.get_one(Customer, customer_id)
            [point] = customer.contact_points
            point.address = address
            customer.timezone = find_zone_at_noon(now)
            customer.plan = uuid.uuid4().hex
            for number, (kind, days) in enumerate(self.heard.items(), 1):
                self._add_heard(work, customer_id, number, kind, channel, now - timedelta(days=days))
            if self.told is not None and self.over is not None:
                # Only who had this plan is told, so that no other story hears of it.
                _add_improvement(work, self.told, self.over, customer.plan, self.at_place, now)
            if self.back_for_days is not None:
                work.session.add(Return(customer_id=customer_id, at=now - timedelta(days=self.back_for_days)))
            customer.look_at = now
            work.commit()
        return customer_id

    def _add_heard(
        self, work: UnitOfWork, customer_id: int, number: int, kind: TouchKind, channel: Channel, at: datetime
    ) -> None:
        rule = f"winback.plans.{self.over or 'unknown'}.{number}"
        moments = dict.fromkeys(("wanted_at", "due_at", "planned_at", "changed_at"), at)
        touch = PlannedTouch(
            id=str(uuid.uuid4()),
            customer_id=customer_id,
            key=f"step.{number}",
            kind=kind,
            state=TouchState.SENT,
            channel=channel,
            rule=rule,
            because=rule,
            policy_version=7,
            **moments,
        )
        if kind is TouchKind.WELCOME_BACK:
            touch.grant_id = _add_offer(work, customer_id, at)
        work.session.add(touch)


def _add_offer(work: UnitOfWork, customer_id: int, at: datetime) -> int:
    """Keep an offer of thirty days that nobody has answered, and return its id."""
    grant = OfferGrant(
        customer_id=customer_id,
        offer="welcome_back",
        kind=OfferKind.DISCOUNT,
        reason=Reason.PRICE,
        worth=3120,
        currency="EUR",
        details={"percent": 20, "months": 4, "timezone": "UTC"},
        state="proposed",
        rule="winback.offers.price.middle",
        policy_version=7,
        offered_at=at,
        deadline=at + timedelta(days=30),
    )
    work.offers.add(grant)
    return grant.id


def _add_improvement(
    work: UnitOfWork, what: str, reason: Reason, product: str, place: str | None, now: datetime
) -> None:
    work.improvements.add(
        RecordedImprovement(
            id=str(uuid.uuid4()),
            what=what,
            reasons=[reason.value],
            product=product,
            place=place,
            told_at=now,
            recorded_by="Robin",
        )
    )


def wait_for_touch(database: Database, customer_id: int) -> PlannedTouch:
    """Return the touch that the engine has begun for somebody, as soon as it has."""
    found: list[PlannedTouch] = []

    def has_begun() -> bool:
        found[:] = [touch for touch in list_touches(database, customer_id) if touch.conversation_id is not None]
        return bool(found)

    wait_until(has_begun, "the engine has begun a touch", PATIENCE_SECONDS, LOOK_SECONDS)
    return found[0]


def wait_until_looked_at(database: Database, customer_id: int) -> None:
    """Wait until the planner has taken in all that has happened to somebody, and nothing is on its way to them."""

    def is_done() -> bool:
        with database.read() as work:
            look_at = work.session.get_one(Customer, customer_id).look_at
        sending = any(touch.state is TouchState.CLAIMED for touch in list_touches(database, customer_id))
        return not sending and (look_at is None or look_at > utc_now())

    wait_until(is_done, "the planner has looked", PATIENCE_SECONDS, LOOK_SECONDS)


def list_touches(database: Database, customer_id: int) -> list[PlannedTouch]:
    """Return all touches of somebody, in the order in which they were planned."""
    with database.read() as work:
        query = sa.select(PlannedTouch).where(PlannedTouch.customer_id == customer_id)
        touches = list(work.session.scalars(query.order_by(PlannedTouch.planned_at)))
        work.session.expunge_all()
        return touches
