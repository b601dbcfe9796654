"""Reads a conversation as its customer sees it. Nothing that only staff may know belongs here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.errors import ConversationNotFound
from bot.storage.tables import (
    Author,
    Conversation,
    ExitInterview,
    Message,
    MessageButton,
    Mode,
    Outcome,
    StaffUser,
    Turn,
    TurnState,
)
from bot.storage.unit_of_work import Database


@dataclass(frozen=True)
class SeenButton:
    """A quick reply that can be pressed now."""

    id: str
    title: str


@dataclass(frozen=True)
class SeenMessage:
    """One message. `buttons` are those that can still be pressed: a message of the customer ends all before it."""

    position: int
    author: Author
    text: str
    said_at: datetime
    client_id: str | None
    staff_name: str | None
    buttons: tuple[SeenButton, ...]


@dataclass(frozen=True)
class Standing:
    """How things stand. `typing`: the bot is about to answer; `delayed`: it wants to and cannot yet."""

    mode: Mode
    typing: bool
    delayed: bool
    outcome: Outcome | None
    erased: bool


@dataclass(frozen=True)
class CustomerSide:
    """How things stand, and the messages behind a position, in order."""

    standing: Standing
    messages: tuple[SeenMessage, ...]


# Every open chat asks these at every change, so they are put together once.
_WAITING = sa.select(Turn.message_id).where(
    Turn.conversation_id == Conversation.id, Turn.state == TurnState.WAITING, Conversation.mode == Mode.BOT
)
_SPOKE_LAST = sa.select(sa.func.max(Message.position)).where(
    Message.conversation_id == Conversation.id, Message.author == Author.CUSTOMER
)
_STANDING = (
    sa.select(
        Conversation.mode,
        Conversation.erased_at,
        Conversation.last_position,
        ExitInterview.outcome,
        _WAITING.exists(),
        _WAITING.where(Turn.attempts > 0).exists(),
        sa.func.coalesce(_SPOKE_LAST.scalar_subquery(), 0),
    )
    .outerjoin(ExitInterview, ExitInterview.conversation_id == Conversation.id)
    .where(Conversation.id == sa.bindparam("conversation"))
)
_MESSAGES = (
    sa.select(Message.position, Message.author, Message.text, Message.created_at, Message.client_id, StaffUser.name)
    .outerjoin(StaffUser, StaffUser.id == Message.staff_user_id)
    .where(
        Message.conversation_id == sa.bindparam("conversation"),
        Message.position.between(sa.bindparam("first"), sa.bindparam("last")),
        Message.author != Author.SYSTEM,
    )
    .order_by(Message.position)
)
_BUTTONS = (
    sa.select(Message.position, MessageButton.id, MessageButton.title)
    .join(Message, Message.id == MessageButton.message_id)
    .where(
        Message.conversation_id == sa.bindparam("conversation"),
        Message.position.between(sa.bindparam("first"), sa.bindparam("last")),
    )
    .order_by(MessageButton.position)
)


def read_customer_side(database: Database, conversation_id: str, after: int) -> CustomerSide:
    """Return how a conversation stands and what was said behind position `after`.

    Raises:
        ConversationNotFound: when there is none.
    """
    with database.read() as work:
        row = work.session.execute(_STANDING, {"conversation": conversation_id}).one_or_none()
        if row is None:
            raise ConversationNotFound
        mode, erased_at, last, outcome, waits, delayed, spoke_last_at = row
        standing = Standing(
            mode=mode,
            typing=waits and not delayed,
            delayed=delayed,
            outcome=outcome,
            erased=erased_at is not None,
        )
        # What was added since the standing was read belongs to the next standing: a receipt must not overtake
        # the news that everything before it has been erased.
        messages = _read_messages(work.session, conversation_id, after + 1, last, spoke_last_at)
        return CustomerSide(standing, messages)


def _read_messages(
    session: Session, conversation_id: str, first: int, last: int, spoke_last_at: int
) -> tuple[SeenMessage, ...]:
    if last < first:
        return ()
    rows = session.execute(_MESSAGES, {"conversation": conversation_id, "first": first, "last": last}).all()
    live = _read_buttons(session, conversation_id, max(first, spoke_last_at + 1), last)
    return tuple(
        SeenMessage(position, author, text, said_at, client_id, staff_name, tuple(live.get(position, ())))
        for position, author, text, said_at, client_id, staff_name in rows
    )


def _read_buttons(session: Session, conversation_id: str, first: int, last: int) -> dict[int, list[SeenButton]]:
    """Return the buttons between two positions by the position of their message."""
    live: dict[int, list[SeenButton]] = {}
    if first <= last:
        found = session.execute(_BUTTONS, {"conversation": conversation_id, "first": first, "last": last})
        for position, button_id, title in found:
            live.setdefault(position, []).append(SeenButton(button_id, title))
    return live
