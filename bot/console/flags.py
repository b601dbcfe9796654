"""Lets staff mark a customer who takes advantage of offers, or who complains, and take the mark back.

A flagged customer gets no offers, and neither of them is written to.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.errors import ConversationNotFound
from bot.storage.tables import Conversation, Customer
from bot.storage.unit_of_work import Database, UnitOfWork


class Mark(StrEnum):
    """What staff mark a customer as, by the column that says since when. `disputed`: they complain about us, or dispute
    a charge."""

    FLAGGED = "flagged_at"
    DISPUTED = "disputed_at"


_AUDITED = {
    Mark.FLAGGED: ("customer.flagged", "customer.unflagged"),
    Mark.DISPUTED: ("customer.disputed", "customer.dispute_settled"),
}


def mark_customer(database: Database, conversation_id: str, mark: Mark, staff: str, now: datetime) -> None:
    """Mark the person in this conversation. An unknown visitor becomes a customer without a name by that, so that the
    mark holds for everything that leads to them. Audited; marking twice is the same as once.

    Raises:
        ConversationNotFound: when there is no such conversation, or everything in it was erased.
    """
    with database.write() as uow:
        conversation = uow.conversations.get(conversation_id, lock=True)
        if conversation.erased_at is not None:
            raise ConversationNotFound
        customer = _find_customer(uow, conversation) or _add_customer(uow, conversation, now)
        if getattr(customer, mark.value) is not None:
            return
        setattr(customer, mark.value, now)
        _note(uow, customer, staff, _AUDITED[mark][0], conversation_id, now)


def unmark_customer(database: Database, conversation_id: str, mark: Mark, staff: str, now: datetime) -> None:
    """Take the mark back. Audited.

    Raises:
        ConversationNotFound: when there is no such conversation.
    """
    with database.write() as uow:
        conversation = uow.conversations.get(conversation_id, lock=True)
        customer = _find_customer(uow, conversation)
        if customer is None or getattr(customer, mark.value) is None:
            return
        setattr(customer, mark.value, None)
        _note(uow, customer, staff, _AUDITED[mark][1], conversation_id, now)


def _find_customer(uow: UnitOfWork, conversation: Conversation) -> Customer | None:
    return uow.customers.find(conversation.customer_id) if conversation.customer_id is not None else None


def _add_customer(uow: UnitOfWork, conversation: Conversation, now: datetime) -> Customer:
    customer = Customer(created_at=now)
    uow.customers.add(customer)
    conversation.customer_id = customer.id
    interview = uow.interviews.find(conversation.id)
    if interview is not None:
        interview.customer_id = customer.id
    return customer


def _note(uow: UnitOfWork, customer: Customer, staff: str, what: str, conversation_id: str, now: datetime) -> None:
    """What staff say of somebody may end what is planned for them, or let it be planned again."""
    uow.touches.look_again([customer.id], now)
    uow.audit.record(staff, what, now, subject=conversation_id)
    uow.commit()
