"""Conversations and everything said in them; this is the record, Rasa's tracker is only working memory."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.retention.channels import Channel
from bot.storage.database import Base, by_value


class Mode(StrEnum):
    """Who answers the customer."""

    BOT = "bot"
    STAFF = "staff"


class Author(StrEnum):
    """Who wrote a message. `system` messages are triggers such as the start of an interview; nobody is shown them."""

    CUSTOMER = "customer"
    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"


class TurnState(StrEnum):
    """Where a customer's message stands on its way through the dialogue. `silenced`: staff answer it, not the bot."""

    WAITING = "waiting"
    DONE = "done"
    SILENCED = "silenced"


class Conversation(Base):
    """One talk with one person. `trial` marks demo and staff trials, which count in no number.
    `last_position` numbers its messages; take it with the row locked. `vouched_at`: since when the company's own site
    vouches that this is the customer. `heard_at`: when the customer, or staff, wrote last."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    channel: Mapped[Channel] = mapped_column(by_value(Channel))
    customer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    mode: Mapped[Mode] = mapped_column(by_value(Mode), default=Mode.BOT)
    handoff_requested_at: Mapped[datetime | None] = mapped_column(index=True)
    opted_out_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    vouched_at: Mapped[datetime | None]
    trial: Mapped[bool] = mapped_column(default=False)
    last_position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_message_at: Mapped[datetime] = mapped_column(index=True)
    heard_at: Mapped[datetime | None]


class ConversationToken(Base):
    """What lets a browser into one conversation. Only the hash is kept; validity slides with use. What was said before
    `from_position` it does not show: whoever came by a link in an e-mail has not proven who they are."""

    __tablename__ = "conversation_tokens"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    from_position: Mapped[int] = mapped_column(default=1, server_default="1")
    revoked_at: Mapped[datetime | None]


class Message(Base):
    """One message as it was said, card and bank numbers masked. `position` counts from 1 within the conversation.
    `response` is the name of the bot's response; `client_id` is the sender's own id, by which repeats are known;
    `pressed` is what a pressed button or a trigger means to the dialogue: {"intent", "entities"}."""

    __tablename__ = "messages"
    # Rasa knows a turn by this id, so the id of an erased message must never come up again.
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "position"),
        sa.UniqueConstraint("conversation_id", "client_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    author: Mapped[Author] = mapped_column(by_value(Author))
    text: Mapped[str] = mapped_column(sa.Text)
    client_id: Mapped[str | None] = mapped_column(sa.String(64))
    pressed: Mapped[dict[str, Any] | None]
    response: Mapped[str | None] = mapped_column(sa.String(120))
    in_reply_to: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    staff_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    buttons: Mapped[list[MessageButton]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="MessageButton.position"
    )


class MessageButton(Base):
    """A quick reply. Its id is opaque and is all the outside sees; what it means stays here."""

    __tablename__ = "message_buttons"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    intent: Mapped[str] = mapped_column(sa.String(120))
    entities: Mapped[dict[str, Any]]


class Turn(Base):
    """The bot's duty to answer a message: made once, tried again until it is made. `hands_over`: in this turn the
    customer asked for a human, so its answer is the last one before the bot falls silent."""

    __tablename__ = "turns"
    __table_args__ = (sa.Index("ix_turns_state_next_attempt_at", "state", "next_attempt_at"),)

    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    state: Mapped[TurnState] = mapped_column(by_value(TurnState), default=TurnState.WAITING)
    hands_over: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(sa.String(200))
