"""Reads what customers' worth is reckoned from, and writes what came of it: many at a time, by ranges of their ids.

It must not reckon. Times are handed out as seconds or days since 1970 (UTC): a million dates take long to make.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bot.storage.tables import Customer, CustomerValue, Purchase, Return
from bot.storage.unit_of_work import Database

DAY_SECONDS = 86_400
YEAR_SECONDS = 365 * DAY_SECONDS


@dataclass(frozen=True)
class IdRange:
    """The customers whose ids are from `low` until before `high`."""

    low: int
    high: int

    def holds(self, column: Any) -> sa.ColumnElement[bool]:
        """Return the condition that an id is in it."""
        return sa.and_(column >= self.low, column < self.high)


class SubscriberRow(NamedTuple):
    """Somebody who pays by the month, in minor units. Times are seconds."""

    id: int
    monthly: int
    joined: int | None
    known: int
    left: int | None
    returned: int | None


class BuyerRow(NamedTuple):
    """Somebody who buys now and then: on how many days, the first and the last of them, and what they paid in all, in
    minor units. `first`, `last` and `left` are days."""

    id: int
    days: int
    first: int
    last: int
    spent: float
    left: int | None


class ReturnRow(NamedTuple):
    """What a buyer paid in the year after the first purchase and in the year after coming back, in minor units."""

    first_year: float
    second_year: float


class ValueRow(NamedTuple):
    """What a customer is worth, as `CustomerValue` keeps it."""

    customer_id: int
    so_far: int
    remaining: int
    second_life: int
    basis: str


def count_customers(database: Database) -> tuple[int, int]:
    """Return how many customers there are, and the highest id of one; 0 where there is none."""
    with database.read() as work:
        count, highest = work.session.execute(sa.select(sa.func.count(Customer.id), sa.func.max(Customer.id))).one()
        return count, highest or 0


def read_subscribers(database: Database, ids: IdRange, currency: str, now: datetime) -> Sequence[SubscriberRow]:
    """Return those who pay by the month in this currency."""
    with database.read() as work:
        session = work.session
        returned = (
            sa.select(Return.customer_id, sa.func.max(_seconds(session, Return.at)).label("at"))
            .where(ids.holds(Return.customer_id), Return.at <= now)
            .group_by(Return.customer_id)
            .subquery()
        )
        rows = session.execute(
            sa.select(
                Customer.id,
                Customer.monthly_value,
                _seconds(session, Customer.joined_at),
                _seconds(session, Customer.created_at),
                _seconds(session, Customer.cancelled_at),
                returned.c.at,
            )
            .outerjoin(returned, returned.c.customer_id == Customer.id)
            .where(ids.holds(Customer.id), _pays_monthly(currency))
            .order_by(Customer.id)
        )
        return [SubscriberRow(*row) for row in rows]


def read_buyers(database: Database, ids: IdRange, currency: str, now: datetime) -> Sequence[BuyerRow]:
    """Return those who have bought something in this currency and pay nothing by the month. What cost nothing was not
    bought."""
    with database.read() as work:
        session = work.session
        day = (_seconds(session, Purchase.at) // DAY_SECONDS).label("day")
        days = (
            sa.select(Purchase.customer_id, day, sa.func.sum(_exact(Purchase.amount)).label("paid"))
            .where(ids.holds(Purchase.customer_id), Purchase.currency == currency)
            .where(Purchase.amount > 0, Purchase.at <= now)
            .group_by(Purchase.customer_id, day)
            .subquery()
        )
        rows = session.execute(
            sa.select(
                Customer.id,
                sa.func.count(),
                sa.func.min(days.c.day),
                sa.func.max(days.c.day),
                sa.func.sum(days.c.paid),
                _seconds(session, Customer.cancelled_at) // DAY_SECONDS,
            )
            .join(days, days.c.customer_id == Customer.id)
            .where(~_pays_monthly(currency))
            .group_by(Customer.id, Customer.cancelled_at)
            .order_by(Customer.id)
        )
        return [BuyerRow(*row) for row in rows]


def read_returned_buyers(database: Database, ids: IdRange, currency: str, now: datetime) -> Sequence[ReturnRow]:
    """Return those buyers who came back a year ago at least, and a year or more after their first purchase."""
    with database.read() as work:
        session = work.session
        back = (
            sa.select(Return.customer_id, sa.func.min(_seconds(session, Return.at)).label("at"))
            .where(ids.holds(Return.customer_id))
            .group_by(Return.customer_id)
            .subquery()
        )
        first = (
            sa.select(Purchase.customer_id, sa.func.min(_seconds(session, Purchase.at)).label("at"))
            .join(back, back.c.customer_id == Purchase.customer_id)
            .where(Purchase.currency == currency, Purchase.amount > 0)
            .group_by(Purchase.customer_id)
            .subquery()
        )
        at, amount = _seconds(session, Purchase.at), _exact(Purchase.amount)
        rows = session.execute(
            sa.select(
                sa.func.sum(sa.case((sa.and_(at >= first.c.at, at < first.c.at + YEAR_SECONDS), amount), else_=0.0)),
                sa.func.sum(sa.case((sa.and_(at >= back.c.at, at < back.c.at + YEAR_SECONDS), amount), else_=0.0)),
            )
            .select_from(Purchase)
            .join(back, back.c.customer_id == Purchase.customer_id)
            .join(first, first.c.customer_id == Purchase.customer_id)
            .join(Customer, Customer.id == Purchase.customer_id)
            .where(
                Purchase.currency == currency,
                back.c.at <= int(now.timestamp()) - YEAR_SECONDS,
                first.c.at <= back.c.at - YEAR_SECONDS,
                ~_pays_monthly(currency),
            )
            .group_by(Purchase.customer_id)
            .order_by(Purchase.customer_id)
        )
        return [ReturnRow(*row) for row in rows]


def write_values(database: Database, rows: Sequence[ValueRow], currency: str, now: datetime) -> None:
    """Keep what these customers are worth, in place of what was kept; who has been deleted meanwhile is left out."""
    if not rows:
        return
    with database.write() as work:
        session = work.session
        ids = [row.customer_id for row in rows]
        # None of them can be deleted before this transaction ends, so the insert fails over nobody.
        still_there = sa.select(Customer.id).where(Customer.id.between(min(ids), max(ids)))
        there = set(session.scalars(still_there.with_for_update(read=True, key_share=True)))
        values = [
            {**row._asdict(), "currency": currency, "reckoned_at": now} for row in rows if row.customer_id in there
        ]
        if values:
            insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
            upsert = insert(CustomerValue)
            kept = {name: upsert.excluded[name] for name in values[0] if name != "customer_id"}
            session.execute(upsert.on_conflict_do_update(index_elements=["customer_id"], set_=kept), values)
        work.commit()


def remove_values(database: Database, ids: IdRange, before: datetime) -> int:
    """Delete what was reckoned before this time, of customers of whom nothing can be reckoned any more; return how many
    there were."""
    with database.write() as work:
        old = sa.delete(CustomerValue).where(ids.holds(CustomerValue.customer_id), CustomerValue.reckoned_at < before)
        removed = work.session.execute(old)
        work.commit()
        return int(removed.rowcount)  # type: ignore[attr-defined]


def find_last_reckoning(database: Database) -> datetime | None:
    """Return when worth was reckoned last, or None."""
    with database.read() as work:
        return work.session.scalar(sa.select(sa.func.max(CustomerValue.reckoned_at)))


def _pays_monthly(currency: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        sa.func.coalesce(Customer.monthly_value, 0) > 0, sa.func.coalesce(Customer.currency, currency) == currency
    )


def _seconds(session: Session, column: Any) -> sa.ColumnElement[int]:
    if session.get_bind().dialect.name == "postgresql":
        return sa.cast(sa.func.floor(sa.extract("epoch", column)), sa.BigInteger)
    return sa.cast(sa.func.strftime("%s", column), sa.Integer)


def _exact(amount: Any) -> sa.ColumnElement[float]:
    # A sum of whole numbers could grow beyond what the database can hold, and then fail.
    return sa.cast(amount, sa.Double)
