"""Moves all that is known of a customer back in time, or takes the customer away with all of it, for trying things out.

It must not decide whose past may be touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.database import UtcDateTime
from bot.storage.tables import (
    Chat,
    ContactPoint,
    Conversation,
    Customer,
    Delivery,
    ExitInterview,
    InterviewAnswer,
    Letter,
    Message,
    OfferGrant,
    PlannedTouch,
    Purchase,
    RecordedImprovement,
    Return,
    StatedReason,
    Suppression,
    Turn,
)

_OF_CUSTOMER = (ContactPoint, Conversation, ExitInterview, OfferGrant, PlannedTouch, Purchase, Return)
_AHEAD = frozenset({"look_at", "next_attempt_at"})
"""What says when something is to be done, and is no part of what has happened."""


class Known(NamedTuple):
    """A customer's number here, and what is noted of them."""

    id: int
    notes: str | None


class Interviewed(NamedTuple):
    """Who was interviewed last. `customer_id` is None for somebody who left no address."""

    customer_id: int | None
    trial: bool


class Timelines:
    """Finds, moves and removes whole customers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list_known(self, prefix: str) -> dict[str, Known]:
        """Return the customers whose ids in the company's system begin with `prefix`, by that id and in its order."""
        query = sa.select(Customer.external_id, Customer.id, Customer.notes).where(
            Customer.external_id.startswith(prefix, autoescape=True)
        )
        rows = self._session.execute(query.order_by(Customer.external_id))
        return {external_id: Known(number, notes) for external_id, number, notes in rows if external_id}

    def list_others(self, prefix: str, limit: int = 1) -> Sequence[str]:
        """Return some customers whom the company's system knows by other ids."""
        query = sa.select(Customer.external_id).where(
            Customer.external_id.is_not(None), ~Customer.external_id.startswith(prefix, autoescape=True)
        )
        return [one for one in self._session.scalars(query.limit(limit)) if one is not None]

    def count_visitors(self) -> int:
        """Return how many interviews there were with people whom the company's system does not know; trials are left
        out."""
        query = (
            sa.select(sa.func.count())
            .select_from(ExitInterview)
            .outerjoin(Customer, Customer.id == ExitInterview.customer_id)
            .where(ExitInterview.trial.is_(False), Customer.external_id.is_(None))
        )
        return self._session.scalar(query) or 0

    def find_last_interviewed(self) -> Interviewed | None:
        """Return who was interviewed last, or None."""
        query = sa.select(ExitInterview.customer_id, ExitInterview.trial).order_by(ExitInterview.id.desc()).limit(1)
        row = self._session.execute(query).one_or_none()
        return Interviewed(*row) if row is not None else None

    def find_chat_customer(self, address: str) -> int | None:
        """Return whose chat this is, or None."""
        query = sa.select(Conversation.customer_id).join(Chat, Chat.conversation_id == Conversation.id)
        return self._session.scalar(query.where(Chat.address == address))

    def move_back(self, customer_id: int, by: timedelta) -> None:
        """Let everything that has happened to a customer have happened so much earlier, and everything that is planned
        for them be due so much earlier."""
        for row in self._list_rows(customer_id):
            for column in sa.inspect(type(row)).columns:
                if isinstance(column.type, UtcDateTime) and column.key not in _AHEAD:
                    moment: datetime | None = getattr(row, column.key)
                    setattr(row, column.key, moment - by if moment is not None else None)
        self._session.flush()

    def remove(self, customer_ids: Collection[int], contact_hashes: Collection[str]) -> list[str]:
        """Delete customers with everything that hangs on them, also that they must not be written to; return the
        conversations that Rasa may remember."""
        conversations = self._list_conversations(customer_ids)
        remembered = list(
            self._session.scalars(sa.select(Turn.conversation_id).where(Turn.conversation_id.in_(conversations)))
        )
        self._delete(Delivery, Delivery.conversation_id.in_(conversations))
        for table in (ExitInterview, OfferGrant):
            self._delete(table, table.customer_id.in_(customer_ids))
        self._delete(Conversation, Conversation.id.in_(conversations))
        self._delete(Customer, Customer.id.in_(customer_ids))
        self._delete(Suppression, Suppression.contact_hash.in_(contact_hashes))
        return sorted(set(remembered))

    def remove_improvements(self, ids: Collection[str]) -> None:
        """Forget that these things were put right."""
        self._delete(RecordedImprovement, RecordedImprovement.id.in_(ids))

    def _list_rows(self, customer_id: int) -> Iterator[Any]:
        yield from self._select(Customer, Customer.id == customer_id)
        for table in _OF_CUSTOMER:
            yield from self._select(table, table.customer_id == customer_id)
        conversations = self._list_conversations([customer_id])
        for said in (Message, Letter, Chat):
            yield from self._select(said, said.conversation_id.in_(conversations))
        interviews = list(
            self._session.scalars(sa.select(ExitInterview.id).where(ExitInterview.customer_id == customer_id))
        )
        for answered in (InterviewAnswer, StatedReason):
            yield from self._select(answered, answered.interview_id.in_(interviews))

    def _list_conversations(self, customer_ids: Collection[int]) -> list[str]:
        return list(self._session.scalars(sa.select(Conversation.id).where(Conversation.customer_id.in_(customer_ids))))

    def _select(self, table: Any, condition: Any) -> Sequence[Any]:
        return self._session.scalars(sa.select(table).where(condition)).all()

    def _delete(self, table: Any, condition: Any) -> None:
        self._session.execute(sa.delete(table).where(condition), execution_options={"synchronize_session": False})
