"""Repositories of what customers bought and of their returns."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.database import upsert
from bot.storage.tables import Purchase, Return


class PurchaseRow(NamedTuple):
    """A purchase as it is to be stored. `amount` is in minor units of `currency`."""

    customer_id: int
    order_id: str
    at: datetime
    amount: int
    currency: str
    product: str | None


class ReturnRow(NamedTuple):
    """A return as it is to be stored. `amount` is in minor units of `currency`."""

    customer_id: int
    at: datetime
    amount: int | None
    currency: str | None
    offer_code: str | None


class Purchases:
    """Finds and stores purchases."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, rows: Collection[PurchaseRow]) -> set[tuple[int, str]]:
        """Store purchases, each once; return customer and order of those that were new or other than known."""
        return upsert(self._session, Purchase, [row._asdict() for row in rows], ("customer_id", "order_id"))

    def read_last(self, customer_ids: Collection[int]) -> dict[int, datetime]:
        """Return when each of these customers bought last."""
        query = (
            sa.select(Purchase.customer_id, sa.func.max(Purchase.at, type_=Purchase.at.type))
            .where(Purchase.customer_id.in_(customer_ids))
            .group_by(Purchase.customer_id)
        )
        return {one[0]: one[1] for one in self._session.execute(query)}

    def list_of(self, customer_id: int) -> list[Purchase]:
        """Return the purchases of a customer, oldest first."""
        query = sa.select(Purchase).where(Purchase.customer_id == customer_id).order_by(Purchase.at, Purchase.id)
        return list(self._session.scalars(query))


class Returns:
    """Finds and stores returns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, rows: Collection[ReturnRow]) -> set[tuple[int, datetime]]:
        """Store returns, each once; return customer and moment of those that were new or other than known."""
        return upsert(self._session, Return, [row._asdict() for row in rows], ("customer_id", "at"))

    def list_of(self, customer_id: int) -> list[Return]:
        """Return the returns of a customer, oldest first."""
        query = sa.select(Return).where(Return.customer_id == customer_id).order_by(Return.at)
        return list(self._session.scalars(query))
