"""Reads all that the rules of winning back go by, for many customers at once, and writes what was decided.

It reads rows, not objects: a look at ten thousand people must take seconds. It must not decide anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bot.retention.channels import Channel
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import BillingReason, Reason
from bot.retention.winback.touches import TouchAnswer, TouchKind, TouchState
from bot.storage.database import Base, is_one_of
from bot.storage.said import Said, read_said
from bot.storage.tables import (
    ContactPoint,
    Conversation,
    Customer,
    CustomerValue,
    ExitInterview,
    Mode,
    OfferGrant,
    Outcome,
    PlannedTouch,
    Purchase,
    RecordedImprovement,
    Return,
    Suppression,
)

# Many rows are written through the tables themselves, which takes half the time of going through the objects.
_TOUCHES = Base.metadata.tables[PlannedTouch.__tablename__]
_CUSTOMERS = Base.metadata.tables[Customer.__tablename__]
_OPEN = [state for state in TouchState if state.is_open]


class CustomerRow(NamedTuple):
    """What is known of a customer by themselves."""

    id: int
    external_id: str | None
    timezone: str | None
    place: str | None
    monthly_value: int | None
    currency: str | None
    cancelled_at: datetime | None
    last_purchase_at: datetime | None
    plan: str | None
    reported_reason: BillingReason | None
    flagged_at: datetime | None
    disputed_at: datetime | None
    not_before: datetime | None
    so_far: int | None
    second_life: int | None


class PointRow(NamedTuple):
    """An address."""

    channel: Channel
    address: str
    consent: bool | None
    consent_source: str | None
    consent_at: datetime | None
    reachable: bool


class InterviewRow(NamedTuple):
    """An exit interview, under way or ended."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome | None
    leading_reason: Reason | None
    sensitive: bool
    trial: bool


class TalkRow(NamedTuple):
    """A conversation."""

    id: str
    opted_out_at: datetime | None
    handoff_requested_at: datetime | None
    mode: Mode
    heard_at: datetime | None


class TouchRow(NamedTuple):
    """A touch, with the offer it made."""

    id: str
    key: str
    kind: TouchKind
    state: TouchState
    channel: Channel | None
    wanted_at: datetime
    due_at: datetime
    planned_at: datetime
    changed_at: datetime
    rule: str
    because: str
    policy_version: int
    improvement_id: str | None
    grant_id: int | None
    answer: TouchAnswer | None
    offer_kind: OfferKind | None
    offer_worth: int | None
    offer_deadline: datetime | None
    offer_rule: str | None
    offer_state: GrantState | None


@dataclass(slots=True)
class Record:
    """All of it for one customer, oldest first. `said` is by interview; `taken` is when they took an offer that is
    worth money; `bought` are the names of what they bought, None where that was not read; `twins` are other customers
    with an address of theirs, who are most likely the same person."""

    customer: CustomerRow
    points: list[PointRow] = field(default_factory=list)
    interviews: list[InterviewRow] = field(default_factory=list)
    said: dict[int, Said] = field(default_factory=dict)
    talks: list[TalkRow] = field(default_factory=list)
    touches: list[TouchRow] = field(default_factory=list)
    returned: list[datetime] = field(default_factory=list)
    taken: list[datetime] = field(default_factory=list)
    bought: list[str] | None = None
    twins: list[Record] = field(default_factory=list)


class LapsedRecords:
    """Finds whom to look at, and reads and writes what there is to know of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list_due(self, now: datetime, limit: int) -> list[int]:
        """Return customers who are to be looked at by now, those who wait longest first. Nobody else is handed the
        same ones until this transaction ends."""
        query = (
            sa.select(Customer.id)
            .where(Customer.look_at <= now)
            .order_by(Customer.look_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return list(self._session.scalars(query))

    def read(self, customer_ids: Collection[int], *, named: bool = True, bought: bool = True) -> dict[int, Record]:
        """Return the records of these customers, by their id and in its order. Which features they `named` and what
        they `bought` fills many rows, and is needed only where something is told about a feature or a product."""
        twins = self._find_twins(customer_ids)
        everybody = {*customer_ids, *(other for others in twins.values() for other in others)}
        found = self._read_records(everybody, named=named)
        if bought:
            self._add_bought(found)
        for customer_id, others in twins.items():
            found[customer_id].twins = [found[other] for other in sorted(others)]
        return {customer_id: found[customer_id] for customer_id in sorted(customer_ids) if customer_id in found}

    def _find_twins(self, customer_ids: Collection[int]) -> dict[int, set[int]]:
        """Return the customers who share an address with one of these: a visitor who typed it, and the customer whom
        the company's system knows by it."""
        other = aliased(ContactPoint)
        query = (
            sa.select(ContactPoint.customer_id, other.customer_id)
            .join(other, sa.and_(other.address == ContactPoint.address, other.channel == ContactPoint.channel))
            .where(
                is_one_of(self._session, ContactPoint.customer_id, customer_ids),
                other.customer_id != ContactPoint.customer_id,
            )
        )
        twins: dict[int, set[int]] = defaultdict(set)
        for customer_id, other_id in self._session.execute(query):
            twins[customer_id].add(other_id)
        return twins

    def _read_records(self, customer_ids: Collection[int], *, named: bool) -> dict[int, Record]:
        ids = sorted(customer_ids)
        found = {row.id: Record(row) for row in self._read_customers(ids)}
        for customer_id, point in self._rows(PointRow, ContactPoint, ids):
            found[customer_id].points.append(point)
        for customer_id, interview in self._rows(InterviewRow, ExitInterview, ids):
            if not interview.trial:
                found[customer_id].interviews.append(interview)
        for customer_id, talk in self._rows(TalkRow, Conversation, ids):
            found[customer_id].talks.append(talk)
        for customer_id, touch in self._read_touches(ids):
            found[customer_id].touches.append(touch)
        back = sa.select(Return.customer_id, Return.at).order_by(Return.at)
        for customer_id, at in self._execute(back, Return, ids):
            found[customer_id].returned.append(at)
        taken = sa.select(OfferGrant.customer_id, OfferGrant.decided_at).where(
            OfferGrant.state.in_([GrantState.ACCEPTED, GrantState.REDEEMED]),
            OfferGrant.kind.in_([kind for kind in OfferKind if kind.is_worth_money]),
            OfferGrant.decided_at.is_not(None),
        )
        for customer_id, at in self._execute(taken, OfferGrant, ids):
            found[customer_id].taken.append(at)
        self._add_answers(found.values(), named=named)
        return found

    def find_suppressed(self, contact_hashes: Collection[str]) -> set[str]:
        """Return those of these keyed hashes that must never be written to."""
        return set(
            self._session.scalars(
                sa.select(Suppression.contact_hash).where(
                    is_one_of(self._session, Suppression.contact_hash, contact_hashes)
                )
            )
        )

    def list_improvements(self, since: datetime) -> list[RecordedImprovement]:
        """Return what was put right since then, oldest first."""
        query = sa.select(RecordedImprovement).where(RecordedImprovement.told_at >= since)
        return list(self._session.scalars(query.order_by(RecordedImprovement.told_at, RecordedImprovement.id)))

    def add_touches(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write new touches."""
        if rows:
            self._session.execute(sa.insert(_TOUCHES), list(rows))

    def change_touches(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write what has changed of touches, by their `id`."""
        if rows:
            values: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "id"}
            changed = sa.update(_TOUCHES).where(_TOUCHES.c.id == sa.bindparam("touch_id")).values(values)
            self._session.execute(changed, [{**row, "touch_id": row["id"]} for row in rows])

    def settle(self, touch_id: str, state: TouchState, now: datetime) -> bool:
        """Write down what became of a touch that is being sent, and have the customer looked at; return whether it was
        still open what would become of it."""
        ended = (
            sa.update(PlannedTouch)
            .where(PlannedTouch.id == touch_id, PlannedTouch.state == TouchState.CLAIMED)
            .values(state=state, changed_at=now)
            .returning(PlannedTouch.customer_id)
        )
        customer_id = self._session.scalar(ended)
        if customer_id is None:
            return False
        self.set_looks({customer_id: now})
        return True

    def add_grant(self, grant: OfferGrant) -> int:
        """Write down an offer that is being made, and return its id."""
        self._session.add(grant)
        self._session.flush()
        return grant.id

    def set_looks(self, look_at: Mapping[int, datetime | None]) -> None:
        """Write down when to look at each of these customers next."""
        if look_at:
            changed = sa.update(_CUSTOMERS).where(_CUSTOMERS.c.id == sa.bindparam("customer"))
            rows = [{"customer": customer_id, "at": at} for customer_id, at in look_at.items()]
            self._session.execute(changed.values(look_at=sa.bindparam("at")), rows)

    def look_at_planned(self, now: datetime) -> None:
        """Have everybody looked at for whom something is planned: it is to be planned by other rules."""
        planned = sa.select(PlannedTouch.customer_id).where(PlannedTouch.state.in_(_OPEN))
        self._session.execute(sa.update(_CUSTOMERS).where(_CUSTOMERS.c.id.in_(planned)).values(look_at=now))

    def _read_customers(self, ids: list[int]) -> list[CustomerRow]:
        names = [name for name in CustomerRow._fields if name not in ("so_far", "second_life")]
        query = (
            sa.select(*(getattr(Customer, name) for name in names), CustomerValue.so_far, CustomerValue.second_life)
            .outerjoin(CustomerValue, CustomerValue.customer_id == Customer.id)
            .where(is_one_of(self._session, Customer.id, ids))
            .order_by(Customer.id)
        )
        return [CustomerRow._make(row) for row in self._session.execute(query)]

    def _read_touches(self, ids: list[int]) -> list[tuple[int, TouchRow]]:
        names = [name for name in TouchRow._fields if not name.startswith("offer_")]
        offer = (OfferGrant.kind, OfferGrant.worth, OfferGrant.deadline, OfferGrant.rule, OfferGrant.state)
        query = (
            sa.select(PlannedTouch.customer_id, *(getattr(PlannedTouch, name) for name in names), *offer)
            .outerjoin(OfferGrant, OfferGrant.id == PlannedTouch.grant_id)
            .order_by(PlannedTouch.planned_at, PlannedTouch.key)
        )
        return [(row[0], TouchRow._make(row[1:])) for row in self._execute(query, PlannedTouch, ids)]

    def _rows(self, kind: Any, table: Any, ids: list[int]) -> list[tuple[int, Any]]:
        query = sa.select(table.customer_id, *(getattr(table, name) for name in kind._fields)).order_by(table.id)
        return [(row[0], kind._make(row[1:])) for row in self._execute(query, table, ids)]

    def _execute(self, query: Any, table: Any, ids: list[int]) -> Iterable[Any]:
        found: Iterable[Any] = self._session.execute(query.where(is_one_of(self._session, table.customer_id, ids)))
        return found

    def _add_answers(self, records: Collection[Record], *, named: bool) -> None:
        """Add what was said in each interview."""
        leading = {it.id: it.leading_reason for record in records for it in record.interviews}
        said = read_said(self._session, leading, named=named) if leading else {}
        for record in records:
            record.said = {interview.id: said[interview.id] for interview in record.interviews}

    def _add_bought(self, records: Mapping[int, Record]) -> None:
        bought: dict[int, list[str]] = defaultdict(list)
        query = sa.select(Purchase.customer_id, Purchase.product).where(Purchase.product.is_not(None)).distinct()
        for customer_id, product in self._execute(query, Purchase, sorted(records)):
            bought[customer_id].append(product)
        for customer_id, record in records.items():
            record.bought = bought[customer_id]
