"""Repository of what a person can ask for and have deleted: everything that hangs on one conversation."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.offers import OfferGrants
from bot.storage.tables import Author, Conversation, Customer, ExitInterview, Message, MessageButton


class PersonalData:
    """Finds and removes what was said in conversations and whom it leads to."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count_customer_messages(self, conversation_id: str) -> int:
        """Return how many messages the customer wrote."""
        return self._count(sa.select(Message.id).where(_said_in(conversation_id), Message.author == Author.CUSTOMER))

    def list_conversation_ids(self, customer_id: int) -> list[str]:
        """Return the conversations with this customer, oldest first."""
        return list(
            self._session.scalars(
                sa.select(Conversation.id)
                .where(Conversation.customer_id == customer_id)
                .order_by(Conversation.created_at)
            )
        )

    def remove_messages(self, conversation_id: str) -> dict[str, int]:
        """Delete every message with its buttons and turns; return how many messages and buttons there were."""
        messages = sa.select(Message.id).where(_said_in(conversation_id))
        removed = {
            "messages": self._count(messages),
            "buttons": self._count(sa.select(MessageButton.id).where(MessageButton.message_id.in_(messages))),
        }
        self._session.execute(sa.delete(Message).where(_said_in(conversation_id)))
        return removed

    def remove_words(self, interview: ExitInterview) -> dict[str, int]:
        """Delete the answers, the words of the reasons and of an offer, and all facts; unlink them. The counts stay."""
        removed = {
            "answers": len(interview.answers),
            "words": sum(reason.words is not None for reason in interview.reasons),
            "facts": sum(len(reason.facts) for reason in interview.reasons),
            "offers": OfferGrants(self._session).unlink(interview.id),
        }
        interview.answers.clear()
        for reason in interview.reasons:
            reason.words = reason.message_id = None
            reason.facts.clear()
        interview.conversation_id = interview.customer_id = None
        self._session.flush()
        return removed

    def remove_visitor(self, customer: Customer) -> dict[str, int]:
        """Delete somebody who became a customer by typing an address, unless other conversations lead to them.

        A customer whom the company's system knows is never removed here.
        """
        removed = {"contact_points": len(customer.contact_points), "customers": 1}
        if customer.external_id is not None or self.list_conversation_ids(customer.id):
            return {"contact_points": 0, "customers": 0}
        self._session.delete(customer)
        self._session.flush()
        return removed

    def _count(self, query: sa.Select[Any]) -> int:
        return self._session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def _said_in(conversation_id: str) -> sa.ColumnElement[bool]:
    return Message.conversation_id == conversation_id
