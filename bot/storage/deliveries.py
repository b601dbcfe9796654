"""Repository of deliveries: news that still has to arrive somewhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bot.storage.database import is_due
from bot.storage.tables import Delivery, DeliveryKind, DeliveryState

HORIZON = timedelta(hours=6)
"""No delivery is put off for longer."""


class Deliveries:
    """Finds and adds deliveries."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, delivery: Delivery) -> None:
        """Add a delivery, due when it says."""
        self._session.add(delivery)
        self._session.flush()

    def find(self, delivery_id: str) -> Delivery | None:
        """Return the delivery, or None."""
        return self._session.get(Delivery, delivery_id)

    def find_newest(self, conversation_id: str, kind: DeliveryKind) -> Delivery | None:
        """Return the newest delivery of this kind about a conversation, or None."""
        return self._session.scalar(
            sa.select(Delivery)
            .where(Delivery.conversation_id == conversation_id, Delivery.kind == kind)
            .order_by(Delivery.created_at.desc())
            .limit(1)
        )

    def has_told(self, conversation_id: str, events: Collection[str]) -> bool:
        """Tell whether the company's own system was told one of these about a conversation, or is about to be."""
        told = sa.select(Delivery.id).where(
            Delivery.conversation_id == conversation_id,
            Delivery.kind == DeliveryKind.WEBHOOK,
            Delivery.event.in_(events),
        )
        return self._session.scalar(told.limit(1)) is not None

    def has_due(self, now: datetime) -> bool:
        """Tell whether anything is due; a glance that takes no lock."""
        return self._session.scalar(sa.select(Delivery.id).where(_due(now)).limit(1)) is not None

    def lock_due(self, kinds: Collection[DeliveryKind], now: datetime, limit: int) -> list[Delivery]:
        """Return what is due, oldest first, and let nobody else take it. About one conversation the older news goes
        first, so that nothing outdated arrives last."""
        older = aliased(Delivery)
        overtakes = (
            sa.select(older.id)
            .where(
                older.conversation_id == Delivery.conversation_id,
                older.kind == Delivery.kind,
                older.state == DeliveryState.WAITING,
                older.created_at < Delivery.created_at,
            )
            .exists()
        )
        return list(
            self._session.scalars(
                sa.select(Delivery)
                .where(_due(now), Delivery.kind.in_(kinds), ~overtakes)
                .order_by(Delivery.created_at)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
        )

    def remove_others(self, kinds: Collection[DeliveryKind]) -> None:
        """Forget what waits for receivers that are not there."""
        self._session.execute(
            sa.delete(Delivery).where(Delivery.state == DeliveryState.WAITING, Delivery.kind.not_in(kinds))
        )

    def remove_unsent(self, conversation_id: str) -> None:
        """Forget what has not arrived about a conversation."""
        self._session.execute(
            sa.delete(Delivery).where(Delivery.conversation_id == conversation_id, Delivery.state != DeliveryState.DONE)
        )

    def list_failed(self) -> list[Delivery]:
        """Return what has been given up, oldest first."""
        return list(
            self._session.scalars(
                sa.select(Delivery).where(Delivery.state == DeliveryState.FAILED).order_by(Delivery.created_at)
            )
        )

    def count(self) -> dict[DeliveryState, int]:
        """Return how many deliveries wait, and how many have been given up."""
        rows = self._session.execute(
            sa.select(Delivery.state, sa.func.count())
            .where(Delivery.state.in_((DeliveryState.WAITING, DeliveryState.FAILED)))
            .group_by(Delivery.state)
        )
        return dict(rows.all())


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Delivery.state == DeliveryState.WAITING, is_due(Delivery.next_attempt_at, now, HORIZON))
