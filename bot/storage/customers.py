"""Repositories of customers, their contact points, and of those who must never be written to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.channels import Channel
from bot.storage.database import insert_new
from bot.storage.tables import (
    ContactPoint,
    Conversation,
    Customer,
    ExitInterview,
    OfferGrant,
    PlannedTouch,
    Purchase,
    Return,
    Suppression,
)

REMINDER = "reminder."
"""The key of a reminder is this and the key of the touch whose offer it is of."""


_USABLE_POINT = (
    sa.select(ContactPoint)
    .where(
        ContactPoint.customer_id == sa.bindparam("customer"),
        ContactPoint.channel == sa.bindparam("channel"),
        ContactPoint.consent.is_(True),
        ContactPoint.reachable.is_(True),
    )
    .order_by(sa.func.coalesce(ContactPoint.consent_at, ContactPoint.created_at).desc(), ContactPoint.id.desc())
    .limit(1)
)


class Customers:
    """Finds and adds customers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, customer: Customer) -> None:
        """Add a new customer."""
        self._session.add(customer)
        self._session.flush()

    def find(self, customer_id: int, *, lock: bool = False) -> Customer | None:
        """Return the customer, or None; with `lock`, nobody else changes them until this transaction ends."""
        return self._session.get(Customer, customer_id, with_for_update=lock or None)

    def find_usable_point(self, customer_id: int, channel: Channel) -> ContactPoint | None:
        """Return where a customer agreed last to hear from us on a channel and can be reached, or None."""
        return self._session.scalar(_USABLE_POINT, {"customer": customer_id, "channel": channel})

    def find_by_external_id(self, external_id: str) -> Customer | None:
        """Return the customer whom the company's system calls `external_id`, or None."""
        return self._session.scalar(sa.select(Customer).where(Customer.external_id == external_id))

    def lock_or_add(self, external_id: str, now: datetime) -> Customer:
        """Return the customer of this id, made if there is none, and let nobody else change them until this transaction
        ends; so two browsers that come at the same time come one after the other."""
        values = {"external_id": external_id, "created_at": now}
        insert_new(self._session, Customer, values, "external_id")
        return self._session.scalars(
            sa.select(Customer).where(Customer.external_id == external_id).with_for_update()
        ).one()

    def absorb(self, visitor: Customer, customer: Customer) -> None:
        """Let everything that led to a visitor lead to this customer, and delete the visitor. What the visitor heard of
        us stays known; of what is only planned for both of them, the customer's stays."""
        self._lock(visitor, customer)
        self._merge_points(visitor, customer)
        for table in (Conversation, ExitInterview, OfferGrant):
            self._session.execute(
                sa.update(table).where(table.customer_id == visitor.id).values(customer_id=customer.id)
            )
        self._rename_clashing(visitor, customer)
        self._carry_over(PlannedTouch, PlannedTouch.key, visitor, customer)
        self._carry_over(Purchase, Purchase.order_id, visitor, customer)
        self._carry_over(Return, Return.at, visitor, customer)
        if visitor.look_at is not None:
            customer.look_at = min(visitor.look_at, customer.look_at or visitor.look_at)
        self._session.flush()
        self._session.expire(visitor)
        self._session.delete(visitor)
        self._session.flush()

    def _merge_points(self, visitor: Customer, customer: Customer) -> None:
        """Let the visitor's addresses lead to the customer. Of one that both have there is one record, with whatever
        they decided last, and nobody is there where nobody was."""
        own = {(point.channel, point.address): point for point in customer.contact_points}
        for point in list(visitor.contact_points):
            same = own.get((point.channel, point.address))
            if same is None:
                point.customer = customer
                continue
            if point.consent_at is not None and (same.consent_at is None or point.consent_at > same.consent_at):
                same.consent, same.consent_source = point.consent, point.consent_source
                same.consent_wording, same.consent_at = point.consent_wording, point.consent_at
            same.reachable = same.reachable and point.reachable
            visitor.contact_points.remove(point)

    def _lock(self, *customers: Customer) -> None:
        """Let nobody else change these customers until this transaction ends, and read them anew."""
        query = sa.select(Customer).where(Customer.id.in_([one.id for one in customers])).order_by(Customer.id)
        self._session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()

    def _rename_clashing(self, visitor: Customer, customer: Customer) -> None:
        """Give the visitor's touches other keys where the customer has the same, and drop those that are still open. A
        reminder goes by the key of the touch whose offer it is of."""
        held = set(self._session.scalars(sa.select(PlannedTouch.key).where(PlannedTouch.customer_id == customer.id)))
        touches = self._session.scalars(sa.select(PlannedTouch).where(PlannedTouch.customer_id == visitor.id)).all()
        taken = held | {touch.key for touch in touches}
        marks = (f".v{number}" for number in count(2))
        mark = next(mark for mark in marks if not any(key.endswith(mark) for key in taken))
        steps = {key.removeprefix(REMINDER) for key in held}
        for touch in touches:
            if touch.key.removeprefix(REMINDER) not in steps:
                continue
            if touch.state.is_open:
                self._session.delete(touch)
            else:
                touch.key += mark
        self._session.flush()

    def _carry_over(self, table: Any, key: Any, visitor: Customer, customer: Customer) -> None:
        """Let rows lead to the customer, but for those that they have themselves, which go with the visitor."""
        held = sa.select(key).where(table.customer_id == customer.id)
        moved = sa.update(table).where(table.customer_id == visitor.id, key.not_in(held))
        self._session.execute(moved.values(customer_id=customer.id), execution_options={"synchronize_session": False})


class Suppressions:
    """Remembers, as keyed hashes, who must never be written to."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, contact_hash: str, source: str, now: datetime) -> None:
        """Suppress; suppressing twice is the same as once."""
        if not self.holds(contact_hash):
            self._session.add(Suppression(contact_hash=contact_hash, source=source, created_at=now))
            self._session.flush()

    def holds(self, contact_hash: str) -> bool:
        """Tell whether this contact is suppressed."""
        return (
            self._session.scalar(sa.select(Suppression.id).where(Suppression.contact_hash == contact_hash)) is not None
        )

    def lift(self, contact_hashes: Collection[str], source: str) -> None:
        """Lift suppressions that came from `source`; those that somebody else asked for stay."""
        self._session.execute(
            sa.delete(Suppression).where(Suppression.contact_hash.in_(contact_hashes), Suppression.source == source)
        )
