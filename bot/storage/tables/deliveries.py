"""News that has to reach another system: the company's own, or the mailbox of its staff."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.database import Base, by_value


class DeliveryKind(StrEnum):
    """How the news travels."""

    WEBHOOK = "webhook"
    STAFF_EMAIL = "staff_email"


class DeliveryState(StrEnum):
    """Where it stands. `failed`: given up after the last attempt; staff see it."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Delivery(Base):
    """One piece of news, kept until it has arrived. `id` is the receiver's key against doubles. `payload` is put into
    words at the first attempt, is the same at every other, and is emptied once it has arrived. What has not arrived is
    removed when its conversation is erased."""

    __tablename__ = "deliveries"
    __table_args__ = (sa.Index("ix_deliveries_state_next_attempt_at", "state", "next_attempt_at"),)

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    kind: Mapped[DeliveryKind] = mapped_column(by_value(DeliveryKind))
    event: Mapped[str] = mapped_column(sa.String(60))
    conversation_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("conversations.id", ondelete="SET NULL"), index=True
    )
    payload: Mapped[dict[str, Any] | None]
    state: Mapped[DeliveryState] = mapped_column(by_value(DeliveryState), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.String(200))
