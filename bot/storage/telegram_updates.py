"""Repository of what came in from Telegram."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.database import insert_new, is_due
from bot.storage.tables import TelegramUpdate, UpdateState


class TelegramUpdates:
    """Finds and adds updates."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, update_id: int, chat_id: int, deed: dict[str, Any], now: datetime) -> None:
        """Add an update; one that is known already stays as it is."""
        values = {
            "id": update_id,
            "chat_id": chat_id,
            "deed": deed,
            "state": UpdateState.WAITING,
            "attempts": 0,
            "next_attempt_at": now,
            "received_at": now,
        }
        insert_new(self._session, TelegramUpdate, values, "id")

    def find(self, update_id: int) -> TelegramUpdate | None:
        """Return the update, or None."""
        return self._session.get(TelegramUpdate, update_id)

    def find_next(self, chat_id: int) -> TelegramUpdate | None:
        """Return the oldest update of a chat that waits, or None."""
        return self._session.scalar(
            sa.select(TelegramUpdate)
            .where(TelegramUpdate.chat_id == chat_id, TelegramUpdate.state == UpdateState.WAITING)
            .order_by(TelegramUpdate.id)
            .limit(1)
        )

    def list_chats_due(self, now: datetime, horizon: timedelta) -> list[int]:
        """Return the chats in which an update waits whose time has come."""
        waits = TelegramUpdate.state == UpdateState.WAITING
        due = is_due(TelegramUpdate.next_attempt_at, now, horizon)
        return list(self._session.scalars(sa.select(TelegramUpdate.chat_id).where(waits, due).distinct()))

    def list_failed(self) -> Sequence[TelegramUpdate]:
        """Return what could not be dealt with, oldest first."""
        return self._session.scalars(
            sa.select(TelegramUpdate).where(TelegramUpdate.state == UpdateState.FAILED).order_by(TelegramUpdate.id)
        ).all()

    def empty_failed(self, chat_id: int) -> None:
        """Forget what was done in a chat and could not be dealt with, because its person wants to be forgotten."""
        self._session.execute(
            sa.update(TelegramUpdate)
            .where(TelegramUpdate.chat_id == chat_id, TelegramUpdate.state == UpdateState.FAILED)
            .values(deed=None, state=UpdateState.DONE)
        )

    def remove_done(self, before: datetime) -> None:
        """Forget what was dealt with and came in before a moment."""
        self._session.execute(
            sa.delete(TelegramUpdate).where(
                TelegramUpdate.state == UpdateState.DONE, TelegramUpdate.received_at < before
            )
        )

    def count(self) -> dict[UpdateState, int]:
        """Return how many updates wait, and how many could not be dealt with."""
        rows = self._session.execute(
            sa.select(TelegramUpdate.state, sa.func.count())
            .where(TelegramUpdate.state != UpdateState.DONE)
            .group_by(TelegramUpdate.state)
        )
        return dict(rows.all())
