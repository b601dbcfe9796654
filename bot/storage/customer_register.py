"""Reads and writes many customers at once, as rows: an import of a million must not take hours.

It must not decide what a customer's row should say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.channels import Channel
from bot.retention.winback.touches import TouchState
from bot.storage.tables import ContactPoint, Customer, PlannedTouch

COLUMNS = (
    "name",
    "plan",
    "monthly_value",
    "currency",
    "place",
    "timezone",
    "joined_at",
    "cancelled_at",
    "last_purchase_at",
    "reported_reason",
    "disputed_at",
    "notes",
    "look_at",
)
_POINT = ("channel", "address", "consent", "consent_source", "consent_wording", "consent_at", "reachable")
_OPEN = [state for state in TouchState if state.is_open]


@dataclass(slots=True)
class PointRow:
    """A contact point; without `id` it is new."""

    channel: Channel
    address: str
    consent: bool | None = None
    consent_source: str | None = None
    consent_wording: str | None = None
    consent_at: datetime | None = None
    reachable: bool = True
    id: int | None = None
    changed: bool = False


@dataclass(slots=True)
class CustomerRow:
    """A customer by `COLUMNS`, with contact points; without `id` they are new."""

    external_id: str
    values: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(COLUMNS))
    points: list[PointRow] = field(default_factory=list)
    id: int | None = None
    changed: bool = False

    def set(self, column: str, value: object) -> bool:
        """Set a value, and tell whether it is another one than before."""
        if self.values[column] == value:
            return False
        self.values[column] = value
        self.changed = True
        return True


class CustomerRegister:
    """All customers whom the company's system knows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, external_ids: Collection[str], *, points: bool = True) -> dict[str, CustomerRow]:
        """Return those of these customers who are known, with their contact points if wanted; nobody else changes them
        until this transaction ends."""
        columns = [getattr(Customer, name) for name in COLUMNS]
        found = self._session.execute(
            sa.select(Customer.external_id, Customer.id, *columns)
            .where(Customer.external_id.in_(external_ids))
            .order_by(Customer.id)
            .with_for_update()
        )
        rows = {one[0]: CustomerRow(one[0], dict(zip(COLUMNS, one[2:], strict=True)), id=one[1]) for one in found}
        if points:
            self._read_points({row.id: row for row in rows.values() if row.id is not None})
        return rows

    def _read_ids(self, external_ids: Collection[str]) -> dict[str, int]:
        """Return the ids of those of these customers who are known."""
        query = sa.select(Customer.external_id, Customer.id).where(Customer.external_id.in_(external_ids))
        return {external_id: row_id for external_id, row_id in self._session.execute(query) if external_id is not None}

    def write(self, rows: Iterable[CustomerRow], now: datetime) -> None:
        """Store the rows that are new or changed. Raises what `is_conflict` knows where somebody else was faster."""
        rows = list(rows)
        new = [row for row in rows if row.id is None]
        known = [row for row in rows if row.id is not None]
        if new:
            made = [row.values | {"external_id": row.external_id, "created_at": now} for row in new]
            self._session.execute(sa.insert(Customer.__table__), made)  # type: ignore[arg-type]
            ids = self._read_ids([row.external_id for row in new])
            for row in new:
                row.id = ids[row.external_id]
        self.update([row for row in known if row.changed])
        self._write_points(rows, now)

    def update(self, rows: Sequence[CustomerRow]) -> None:
        """Store the values of customers who are known already."""
        if rows:
            table = Customer.__table__
            change = sa.update(table).where(table.c.id == sa.bindparam("row_id"))  # type: ignore[arg-type]
            self._session.connection().execute(
                change.values({name: sa.bindparam(f"new_{name}") for name in COLUMNS}),
                [{"row_id": row.id} | {f"new_{name}": row.values[name] for name in COLUMNS} for row in rows],
            )

    def list_planned(self, customer_ids: Collection[int]) -> set[int]:
        """Return those of these customers for whom a touch is planned that has not left."""
        query = sa.select(PlannedTouch.customer_id).where(
            PlannedTouch.customer_id.in_(customer_ids), PlannedTouch.state.in_(_OPEN)
        )
        return set(self._session.scalars(query))

    def list_refused(self, addresses: Collection[str], sources: Collection[str]) -> set[tuple[Channel, str]]:
        """Return those of these addresses, whoever's they are, to which somebody refused to be written, as `sources`
        tell it. The addresses asked for are in small letters; those on record may be in any."""
        query = sa.select(ContactPoint.channel, ContactPoint.address).where(
            sa.func.lower(ContactPoint.address).in_(addresses),
            ContactPoint.consent.is_(False),
            ContactPoint.consent_source.in_(sources),
        )
        return {(channel, address) for channel, address in self._session.execute(query)}

    def list_spellings(self, channel: Channel, folded: Collection[str]) -> list[str]:
        """Return the addresses on record, as they are written there, that are one of these in small letters."""
        query = sa.select(ContactPoint.address).where(
            ContactPoint.channel == channel, sa.func.lower(ContactPoint.address).in_(folded)
        )
        return list(self._session.scalars(query.distinct().order_by(ContactPoint.address)))

    def _read_points(self, rows: dict[int, CustomerRow]) -> None:
        columns = [getattr(ContactPoint, name) for name in _POINT]
        query = (
            sa.select(ContactPoint.customer_id, ContactPoint.id, *columns)
            .where(ContactPoint.customer_id.in_(rows))
            .order_by(ContactPoint.id)
        )
        for found in self._session.execute(query):
            point = PointRow(*found[2:])
            point.id = found[1]
            rows[found[0]].points.append(point)

    def _write_points(self, rows: Sequence[CustomerRow], now: datetime) -> None:
        points = [(row.id, point) for row in rows for point in row.points if point.changed]
        table = ContactPoint.__table__
        made = [
            {name: getattr(point, name) for name in _POINT}
            | {"customer_id": customer_id, "reachable": True, "created_at": now}
            for customer_id, point in points
            if point.id is None
        ]
        if made:
            self._session.execute(sa.insert(table), made)  # type: ignore[arg-type]
        changed = [{"row_id": p.id} | {f"new_{name}": getattr(p, name) for name in _POINT} for _, p in points if p.id]
        if changed:
            change = sa.update(table).where(table.c.id == sa.bindparam("row_id"))  # type: ignore[arg-type]
            self._session.connection().execute(
                change.values({name: sa.bindparam(f"new_{name}") for name in _POINT}), changed
            )
