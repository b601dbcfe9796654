"""What is on its way to people over a channel that does not come and fetch it, as the web does."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.retention.channels import Channel
from bot.storage.database import Base, by_value


class LetterKind(StrEnum):
    """What a letter is. A reply whose outcome is unknown is sent once more; a touch never is."""

    REPLY = "reply"
    TOUCH = "touch"


class LetterState(StrEnum):
    """Where a letter stands. `sending`: it may have left already. `unknown`: nobody can tell whether it arrived.
    `failed`: it did not, and never will."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Letter(Base):
    """One message of a channel, made of one or more messages of a conversation or of a part of one. `message_id` is the
    last message it carries, whose buttons go with it. `text` is emptied once it has left. `uncertain`: an attempt ended
    without an answer, so it may have arrived twice. `channel_message_id` is the channel's own id for what arrived.
    `touch_id` is the touch that it carries, `sent_by` the process that has it in hand."""

    __tablename__ = "letters"
    __table_args__ = (
        sa.Index("ix_letters_channel_state_kind_id", "channel", "state", "kind", "id"),
        sa.Index("ix_letters_channel_address", "channel", "address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    channel: Mapped[Channel] = mapped_column(by_value(Channel))
    address: Mapped[str] = mapped_column(sa.String(320))
    kind: Mapped[LetterKind] = mapped_column(by_value(LetterKind))
    text: Mapped[str | None] = mapped_column(sa.Text)
    has_buttons: Mapped[bool] = mapped_column(default=False)
    state: Mapped[LetterState] = mapped_column(by_value(LetterState), default=LetterState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    uncertain: Mapped[bool] = mapped_column(default=False)
    next_attempt_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    channel_message_id: Mapped[str | None] = mapped_column(sa.String(64))
    error: Mapped[str | None] = mapped_column(sa.String(200))
    touch_id: Mapped[str | None] = mapped_column(sa.ForeignKey("touches.id", ondelete="SET NULL"), index=True)
    sent_by: Mapped[str | None] = mapped_column(sa.String(60))
