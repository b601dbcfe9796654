"""Reads one conversation as staff see it: everything said, and what the interview learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from bot.errors import ConversationNotFound
from bot.retention.facts import FactKind
from bot.retention.reasons import Reason
from bot.storage.tables import (
    AnswerState,
    Author,
    Channel,
    Chat,
    ContactPoint,
    Conversation,
    Customer,
    EndedBy,
    ExitInterview,
    Message,
    Mode,
    Outcome,
    ReasonSource,
    StaffUser,
    StatedReason,
    Turn,
    TurnState,
)
from bot.storage.unit_of_work import Database
from bot.storage.views.arrivals import Arrival, read_arrivals
from bot.storage.views.offers import TranscriptOffer, read_offer
from bot.storage.views.touches import ListedTouch, list_touches_of
from bot.storage.views.waiting import waiting_since


@dataclass(frozen=True)
class OfferedButton:
    """A quick reply the bot offered, and whether the customer pressed it."""

    title: str
    pressed: bool


@dataclass(frozen=True)
class TranscriptMessage:
    """One message. `pressed` tells that a customer tapped a button instead of typing; `unanswered` that the
    bot has tried to reply and could not; `arrival` what is doubtful about its way to a chat on another channel."""

    position: int
    author: Author
    staff_name: str | None
    text: str
    said_at: datetime
    pressed: bool
    response: str | None
    buttons: tuple[OfferedButton, ...]
    unanswered: bool
    arrival: Arrival | None


@dataclass(frozen=True)
class TranscriptAnswer:
    """The answer to one question; `value` is a number from 0 to 10, or 1 and 0 for yes and no."""

    question: str
    state: AnswerState
    text: str | None
    value: int | None


@dataclass(frozen=True)
class TranscriptFact:
    """Something that was named beside a reason."""

    kind: FactKind
    text: str


@dataclass(frozen=True)
class TranscriptReason:
    """One reason from one source, with the words it came from and what was named in them."""

    label: Reason
    source: ReasonSource
    score: float
    classifier_version: str | None
    words: str | None
    facts: tuple[TranscriptFact, ...] = ()


@dataclass(frozen=True)
class TranscriptInterview:
    """What the exit interview learnt. Reasons: the leading one first, then by score."""

    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome | None
    ended_by: EndedBy | None
    leading_reason: Reason | None
    sensitive: bool
    answers: tuple[TranscriptAnswer, ...]
    reasons: tuple[TranscriptReason, ...]


@dataclass(frozen=True)
class Contact:
    """Where a customer may be reached; `consent` is None until they were asked. A chat has no `address` that says
    anything to a person; `is_here` tells that this conversation goes on in it."""

    channel: Channel
    address: str | None
    consent: bool | None
    consent_at: datetime | None
    reachable: bool
    is_here: bool = False


@dataclass(frozen=True)
class Transcript:
    """One conversation with everything staff need to know beside it. `channel` is where the customer wrote last;
    `touches` are all to this person, also those that led to other conversations."""

    id: str
    channel: Channel
    mode: Mode
    waiting_since: datetime | None
    started_at: datetime
    trial: bool
    opted_out_at: datetime | None
    erased_at: datetime | None
    customer_id: int | None
    customer_name: str | None
    customer_external_id: str | None
    vouched: bool
    flagged_at: datetime | None
    disputed_at: datetime | None
    contacts: tuple[Contact, ...]
    interview: TranscriptInterview | None
    offer: TranscriptOffer | None
    touches: tuple[ListedTouch, ...]
    messages: tuple[TranscriptMessage, ...]


def read_transcript(database: Database, conversation_id: str) -> Transcript:
    """Return the transcript. Triggers, which nobody said, are left out.

    Raises:
        ConversationNotFound: when there is none.
    """
    with database.read() as uow:
        session = uow.session
        row = session.execute(
            sa.select(Conversation, waiting_since()).where(Conversation.id == conversation_id)
        ).one_or_none()
        if row is None:
            raise ConversationNotFound
        conversation, waiting = row
        customer = session.get(Customer, conversation.customer_id) if conversation.customer_id else None
        return Transcript(
            id=conversation.id,
            channel=conversation.channel,
            mode=conversation.mode,
            waiting_since=waiting,
            started_at=conversation.created_at,
            trial=conversation.trial,
            opted_out_at=conversation.opted_out_at,
            erased_at=conversation.erased_at,
            customer_id=customer.id if customer else None,
            customer_name=customer.name if customer else None,
            customer_external_id=customer.external_id if customer else None,
            vouched=conversation.vouched_at is not None,
            flagged_at=customer.flagged_at if customer else None,
            disputed_at=customer.disputed_at if customer else None,
            contacts=_read_contacts(session, conversation_id, customer) if customer else (),
            interview=_read_interview(session, conversation_id),
            offer=read_offer(session, conversation_id),
            touches=tuple(list_touches_of(session, customer.id)) if customer else (),
            messages=_read_messages(session, conversation_id),
        )


def _read_messages(session: Session, conversation_id: str) -> tuple[TranscriptMessage, ...]:
    rows = session.execute(
        sa.select(Message, StaffUser.name, Turn.message_id)
        .outerjoin(StaffUser, StaffUser.id == Message.staff_user_id)
        .outerjoin(Turn, sa.and_(Turn.message_id == Message.id, Turn.state == TurnState.WAITING, Turn.attempts > 0))
        .where(Message.conversation_id == conversation_id, Message.author != Author.SYSTEM)
        .order_by(Message.position)
        .options(selectinload(Message.buttons))
    ).all()
    messages = [row[0] for row in rows]
    pressed = _pressed_buttons(messages)
    arrivals = read_arrivals(session, conversation_id, messages)
    return tuple(
        TranscriptMessage(
            position=message.position,
            author=message.author,
            staff_name=staff_name,
            text=message.text,
            said_at=message.created_at,
            pressed=message.author == Author.CUSTOMER and message.pressed is not None,
            response=message.response,
            buttons=tuple(OfferedButton(button.title, button.id in pressed) for button in message.buttons),
            unanswered=delayed_turn is not None,
            arrival=arrivals.get(message.id),
        )
        for message, staff_name, delayed_turn in rows
    )


def _pressed_buttons(messages: Sequence[Message]) -> set[str]:
    """Find for each tap the button it came from: the newest one before it with the same title and meaning."""
    pressed: set[str] = set()
    for index, tap in enumerate(messages):
        if tap.author != Author.CUSTOMER or tap.pressed is None:
            continue
        offered = (button for message in reversed(messages[:index]) for button in message.buttons)
        meant = (b for b in offered if b.title == tap.text and b.intent == tap.pressed.get("intent"))
        pressed.update(button.id for button in [next(meant, None)] if button)
    return pressed


def _read_interview(session: Session, conversation_id: str) -> TranscriptInterview | None:
    interview = session.scalar(
        sa.select(ExitInterview)
        .where(ExitInterview.conversation_id == conversation_id)
        .options(
            selectinload(ExitInterview.answers), selectinload(ExitInterview.reasons).selectinload(StatedReason.facts)
        )
    )
    if interview is None:
        return None
    leading = interview.leading_reason
    reasons = sorted(interview.reasons, key=lambda reason: (reason.label is not leading, -reason.score, reason.id))
    return TranscriptInterview(
        started_at=interview.started_at,
        finished_at=interview.finished_at,
        outcome=interview.outcome,
        ended_by=interview.ended_by,
        leading_reason=leading,
        sensitive=interview.sensitive,
        answers=tuple(TranscriptAnswer(a.question, a.state, a.text, a.value) for a in interview.answers),
        reasons=tuple(map(_describe_reason, reasons)),
    )


def _describe_reason(reason: StatedReason) -> TranscriptReason:
    facts = tuple(TranscriptFact(fact.kind, fact.text) for fact in reason.facts)
    return TranscriptReason(reason.label, reason.source, reason.score, reason.classifier_version, reason.words, facts)


def _read_contacts(session: Session, conversation_id: str, customer: Customer) -> tuple[Contact, ...]:
    chat = session.scalar(sa.select(Chat).where(Chat.conversation_id == conversation_id))
    here = (chat.channel, chat.address) if chat else None
    return tuple(_contact(point, (point.channel, point.address) == here) for point in customer.contact_points)


def _contact(point: ContactPoint, is_here: bool) -> Contact:
    address = None if point.channel is Channel.TELEGRAM else point.address
    return Contact(point.channel, address, point.consent, point.consent_at, point.reachable, is_here)
