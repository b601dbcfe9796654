"""Says since when a customer waits for a human, as one SQL expression that every screen shares.

It reads the record alone; it must not decide who answers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.retention.offers import GrantState
from bot.storage.tables import (
    Author,
    Conversation,
    ExitInterview,
    Message,
    Mode,
    OfferGrant,
    Outcome,
    PlannedTouch,
)


def waiting_since() -> sa.ColumnElement[datetime | None]:
    """Return the time since when a conversation's customer waits for staff; null when nobody waits.

    A customer waits from the request for a human until staff have answered it, and, while staff hold the
    conversation, from the first message that staff have not answered yet. Whoever has taken an offer that staff have to
    confirm waits until that is decided.
    """
    asked_at = Conversation.handoff_requested_at
    newest_reply = _of(Author.STAFF, sa.func.max(Message.position)).scalar_subquery()
    answered = _of(Author.STAFF, Message.id).where(Message.created_at >= asked_at).exists()
    asked_before_erasure = sa.func.coalesce(asked_at <= Conversation.erased_at, sa.false())
    return sa.case(
        (sa.and_(asked_at.is_not(None), ~answered, ~asked_before_erasure), asked_at),
        (offer_requested_at().is_not(None), offer_requested_at()),
        (Conversation.mode == Mode.BOT, sa.null()),
        # Taken over without a word yet: they wait since they last said something.
        (newest_reply.is_(None), _of(Author.CUSTOMER, sa.func.max(Message.created_at)).scalar_subquery()),
        else_=_of(Author.CUSTOMER, sa.func.min(Message.created_at))
        .where(Message.position > newest_reply)
        .scalar_subquery(),
    )


def offer_requested_at() -> sa.ColumnElement[datetime | None]:
    """Return the time since when an offer waits for staff to confirm it; null when none does. Somebody who has pressed
    "Skip and cancel" since waits for nothing."""
    of_interview = (
        sa.select(OfferGrant.decided_at)
        .join(ExitInterview, ExitInterview.id == OfferGrant.interview_id)
        .where(
            ExitInterview.conversation_id == Conversation.id,
            OfferGrant.state == GrantState.REQUESTED,
            ExitInterview.outcome.is_distinct_from(Outcome.SKIPPED),
        )
        .correlate(Conversation)
        .scalar_subquery()
    )
    # A reminder carries the same offer as the touch of which it reminds.
    of_touch = (
        sa.select(sa.func.min(OfferGrant.decided_at, type_=OfferGrant.decided_at.type))
        .join(PlannedTouch, PlannedTouch.grant_id == OfferGrant.id)
        .where(PlannedTouch.conversation_id == Conversation.id, OfferGrant.state == GrantState.REQUESTED)
        .correlate(Conversation)
        .scalar_subquery()
    )
    return sa.func.coalesce(of_interview, of_touch)


def _of(author: Author, column: Any) -> sa.Select[Any]:
    return (
        sa.select(column)
        .where(Message.conversation_id == Conversation.id, Message.author == author)
        .correlate(Conversation)
    )
