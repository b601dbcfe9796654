"""Lets staff mark a customer who takes advantage of offers, so that they get none, and take the mark back."""

from __future__ import annotations

from datetime import datetime

from bot.errors import ConversationNotFound
from bot.storage.tables import Customer
from bot.storage.unit_of_work import Database


def flag_customer(database: Database, conversation_id: str, staff: str, now: datetime) -> None:
    """Make no offer to the person in this conversation any more. An unknown visitor becomes a customer without a name
    by that, so that the mark holds for everything that leads to them. Audited; flagging twice is the same as once.

    Raises:
        ConversationNotFound: when there is no such conversation, or everything in it was erased.
    """
    with database.write() as uow:
        conversation = uow.conversations.get(conversation_id, lock=True)
        if conversation.erased_at is not None:
            raise ConversationNotFound
        customer = uow.customers.find(conversation.customer_id) if conversation.customer_id is not None else None
        if customer is None:
            customer = Customer(created_at=now)
            uow.customers.add(customer)
            conversation.customer_id = customer.id
            interview = uow.interviews.find(conversation_id)
            if interview is not None:
                interview.customer_id = customer.id
        if customer.flagged_at is not None:
            return
        customer.flagged_at = now
        uow.audit.record(staff, "customer.flagged", now, subject=conversation_id)
        uow.commit()


def unflag_customer(database: Database, conversation_id: str, staff: str, now: datetime) -> None:
    """Take the mark back. Audited.

    Raises:
        ConversationNotFound: when there is no such conversation.
    """
    with database.write() as uow:
        conversation = uow.conversations.get(conversation_id, lock=True)
        customer = uow.customers.find(conversation.customer_id) if conversation.customer_id is not None else None
        if customer is None or customer.flagged_at is None:
            return
        customer.flagged_at = None
        uow.audit.record(staff, "customer.unflagged", now, subject=conversation_id)
        uow.commit()
