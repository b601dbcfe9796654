"""Chats on other channels than the web, what came in from them, and the links that lead there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.retention.channels import Channel
from bot.storage.database import Base, by_value


class Chat(Base):
    """Which conversation goes on in a chat. `address` is the channel's own id for the chat."""

    __tablename__ = "chats"

    channel: Mapped[Channel] = mapped_column(by_value(Channel), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[datetime]


class ChatLink(Base):
    """A link by which a conversation goes on in a chat: used once, by the chat `used_by`, and only until it expires.
    Only the hash of what it carries is kept."""

    __tablename__ = "chat_links"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[str | None] = mapped_column(sa.String(64))


class UpdateState(StrEnum):
    """Where an update stands. `failed`: it could not be dealt with and waits for an operator."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class TelegramUpdate(Base):
    """One thing that happened on Telegram, kept before Telegram is told that we have it. `id` is Telegram's own.
    `deed` is what the person did, emptied once it is in the transcript."""

    __tablename__ = "telegram_updates"
    __table_args__ = (sa.Index("ix_telegram_updates_state_chat_id", "state", "chat_id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(sa.BigInteger)
    deed: Mapped[dict[str, Any] | None]
    state: Mapped[UpdateState] = mapped_column(by_value(UpdateState), default=UpdateState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    received_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(sa.String(200))
