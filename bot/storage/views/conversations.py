"""Reads the list of conversations: those who wait for a human on top, then the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.reasons import Reason
from bot.storage.interviews import Interviews
from bot.storage.tables import (
    Author,
    Channel,
    ContactPoint,
    Conversation,
    Customer,
    ExitInterview,
    Message,
    Mode,
    Outcome,
    PlannedTouch,
)
from bot.storage.unit_of_work import Database
from bot.storage.views.waiting import offer_requested_at, waiting_since

PAGE_SIZE = 50
_FIRST_WORDS = 200


class Shown(StrEnum):
    """Which conversations a list shows: all, those who wait, those being interviewed, or one outcome. Where we wrote
    first and nobody has answered yet, it is no conversation: whoever searches finds it, and the touches have it."""

    ALL = "all"
    WAITING = "waiting"
    OPEN = "open"
    SAVED = Outcome.SAVED.value
    LEFT = Outcome.LEFT.value
    SKIPPED = Outcome.SKIPPED.value
    ABANDONED = Outcome.ABANDONED.value


@dataclass(frozen=True)
class ConversationFilter:
    """What staff look for. `words` are searched in everything said, and in names and addresses of customers."""

    shown: Shown = Shown.ALL
    reason: Reason | None = None
    words: str = ""


@dataclass(frozen=True)
class ListedConversation:
    """One line of the list. `outcome` is None while the interview is open or where there is none.
    `first_words` are the first ones typed, else the first button pressed; empty until the customer said something."""

    id: str
    last_message_at: datetime
    waiting_since: datetime | None
    mode: Mode
    channel: Channel
    trial: bool
    erased: bool
    opted_out: bool
    customer_name: str | None
    first_words: str
    interviewed: bool
    leading_reason: Reason | None
    outcome: Outcome | None
    sensitive: bool
    offer_to_confirm: bool
    begun_by_us: bool


@dataclass(frozen=True)
class ConversationPage:
    """One page of the list, and whether an older one follows."""

    conversations: tuple[ListedConversation, ...]
    number: int
    has_next: bool


@dataclass(frozen=True)
class Counts:
    """How many wait, are being interviewed, and ended how. Trials are apart and in no other number."""

    waiting: int
    waiting_trials: int
    open: int
    outcomes: dict[Outcome, int]


def list_conversations(database: Database, wanted: ConversationFilter, page: int = 1) -> ConversationPage:
    """Return one page, counted from 1: first who waits for a human, the longest wait first, then the newest.

    Those who wait are few and asked for on their own, so that the others can be read along their index.
    """
    waiting = waiting_since()
    query = (
        sa.select(
            Conversation, ExitInterview, Customer.name, waiting, offer_requested_at().is_not(None), _is_begun_by_us()
        )
        .outerjoin(ExitInterview, ExitInterview.conversation_id == Conversation.id)
        .outerjoin(Customer, Customer.id == Conversation.customer_id)
    )
    conditions = _conditions(wanted)
    those_who_wait = query.where(waiting.is_not(None), *conditions).order_by(waiting, Conversation.id)
    others = query.where(*conditions, waiting.is_(None))
    others = others.order_by(Conversation.last_message_at.desc(), Conversation.id)
    skipped = (page - 1) * PAGE_SIZE
    # One more than is shown tells whether another page follows.
    missing = PAGE_SIZE + 1
    with database.read() as uow:
        rows = list(uow.session.execute(those_who_wait.offset(skipped).limit(missing)))
        if wanted.shown is not Shown.WAITING and len(rows) < missing:
            all_waiting = sa.select(sa.func.count()).select_from(those_who_wait.order_by(None).subquery())
            skipped = max(0, skipped - (uow.session.scalar(all_waiting) or 0))
            rows += uow.session.execute(others.offset(skipped).limit(missing - len(rows)))
        words = _first_words(uow.session, [row[0].id for row in rows])
        listed = tuple(_listed(*row, words.get(row[0].id, "")) for row in rows[:PAGE_SIZE])
    return ConversationPage(listed, page, len(rows) > PAGE_SIZE)


def count_conversations(database: Database) -> Counts:
    """Return the numbers above the list."""
    query = sa.select(Conversation.trial, sa.func.count()).where(waiting_since().is_not(None))
    with database.read() as uow:
        waiting = dict(uow.session.execute(query.group_by(Conversation.trial)).all())
        by_outcome = Interviews(uow.session).count_by_outcome()
    return Counts(
        waiting=waiting.get(False, 0),
        waiting_trials=waiting.get(True, 0),
        open=by_outcome.get(None, 0),
        outcomes={outcome: by_outcome.get(outcome, 0) for outcome in Outcome},
    )


def _conditions(wanted: ConversationFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    match wanted.shown:
        case Shown.ALL:
            if not wanted.words:
                conditions.append(sa.or_(Conversation.heard_at.is_not(None), ~_is_begun_by_us()))
        case Shown.WAITING:
            pass
        case Shown.OPEN:
            conditions += [ExitInterview.id.is_not(None), ExitInterview.outcome.is_(None)]
        case shown:
            conditions.append(ExitInterview.outcome == Outcome(shown.value))
    if wanted.reason:
        conditions.append(ExitInterview.leading_reason == wanted.reason)
    if wanted.words:
        conditions.append(_mentions(wanted.words))
    return conditions


def _is_begun_by_us() -> sa.ColumnElement[bool]:
    return sa.exists().where(PlannedTouch.conversation_id == Conversation.id).correlate(Conversation)


def _mentions(words: str) -> sa.ColumnElement[bool]:
    said = sa.exists().where(
        Message.conversation_id == Conversation.id,
        Message.author != Author.SYSTEM,
        Message.text.icontains(words, autoescape=True),
    )
    # A chat's address is a number that is shown to nobody, so nobody looks for it either.
    known = sa.exists().where(
        ContactPoint.customer_id == Conversation.customer_id,
        ContactPoint.channel != Channel.TELEGRAM,
        ContactPoint.address.icontains(words, autoescape=True),
    )
    return sa.or_(said, Customer.name.icontains(words, autoescape=True), Customer.external_id == words, known)


def _first_words(session: Session, ids: Sequence[str]) -> dict[str, str]:
    typed_at = sa.func.min(sa.case((Message.pressed.is_(None), Message.position)))
    first = (
        sa.select(Message.conversation_id, sa.func.coalesce(typed_at, sa.func.min(Message.position)).label("position"))
        .where(Message.conversation_id.in_(ids), Message.author == Author.CUSTOMER)
        .group_by(Message.conversation_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Message.conversation_id, sa.func.substr(Message.text, 1, _FIRST_WORDS)).join(
            first, sa.and_(Message.conversation_id == first.c.conversation_id, Message.position == first.c.position)
        )
    )
    return {conversation_id: " ".join(text.split()) for conversation_id, text in rows}


def _listed(
    conversation: Conversation,
    interview: ExitInterview | None,
    customer_name: str | None,
    waiting: datetime | None,
    offer_to_confirm: bool,
    begun_by_us: bool,
    first_words: str,
) -> ListedConversation:
    return ListedConversation(
        id=conversation.id,
        last_message_at=conversation.last_message_at,
        waiting_since=waiting,
        mode=conversation.mode,
        channel=conversation.channel,
        trial=conversation.trial,
        erased=conversation.erased_at is not None,
        opted_out=conversation.opted_out_at is not None,
        customer_name=customer_name,
        first_words=first_words,
        interviewed=interview is not None,
        leading_reason=interview.leading_reason if interview else None,
        outcome=interview.outcome if interview else None,
        sensitive=interview.sensitive if interview else False,
        offer_to_confirm=offer_to_confirm,
        begun_by_us=begun_by_us,
    )
