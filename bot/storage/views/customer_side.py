"""Reads a conversation as its customer sees it. Nothing that only staff may know belongs here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from bot.errors import ConversationNotFound
from bot.storage.tables import Author, Conversation, ExitInterview, Message, Mode, Outcome, StaffUser, Turn, TurnState
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


def read_customer_side(database: Database, conversation_id: str, after: int) -> CustomerSide:
    """Return how a conversation stands and what was said behind position `after`.

    Raises:
        ConversationNotFound: when there is none.
    """
    waiting = sa.select(Turn.message_id).where(
        Turn.conversation_id == Conversation.id, Turn.state == TurnState.WAITING, Conversation.mode == Mode.BOT
    )
    spoke_last = sa.select(sa.func.max(Message.position)).where(
        Message.conversation_id == Conversation.id, Message.author == Author.CUSTOMER
    )
    query = (
        sa.select(
            Conversation,
            ExitInterview.outcome,
            waiting.exists(),
            waiting.where(Turn.attempts > 0).exists(),
            sa.func.coalesce(spoke_last.scalar_subquery(), 0),
        )
        .outerjoin(ExitInterview, ExitInterview.conversation_id == Conversation.id)
        .where(Conversation.id == conversation_id)
    )
    with database.read() as work:
        row = work.session.execute(query).one_or_none()
        if row is None:
            raise ConversationNotFound
        conversation, outcome, waits, delayed, spoke_last_at = row
        standing = Standing(
            mode=conversation.mode,
            typing=waits and not delayed,
            delayed=delayed,
            outcome=outcome,
            erased=conversation.erased_at is not None,
        )
        if conversation.last_position <= after:
            return CustomerSide(standing, ())
        # What was added since the standing was read belongs to the next standing: a receipt must not overtake
        # the news that everything before it has been erased.
        between = Message.position.between(after + 1, conversation.last_position)
        return CustomerSide(standing, _read_messages(work.session, conversation_id, between, spoke_last_at))


def _read_messages(
    session: Session, conversation_id: str, between: sa.ColumnElement[bool], spoke_last_at: int
) -> tuple[SeenMessage, ...]:
    rows = session.execute(
        sa.select(Message, StaffUser.name)
        .outerjoin(StaffUser, StaffUser.id == Message.staff_user_id)
        .where(Message.conversation_id == conversation_id, between, Message.author != Author.SYSTEM)
        .order_by(Message.position)
        .options(selectinload(Message.buttons))
    )
    return tuple(
        SeenMessage(
            position=message.position,
            author=message.author,
            text=message.text,
            said_at=message.created_at,
            client_id=message.client_id,
            staff_name=staff_name,
            buttons=tuple(SeenButton(button.id, button.title) for button in message.buttons)
            if message.position > spoke_last_at
            else (),
        )
        for message, staff_name in rows
    )
