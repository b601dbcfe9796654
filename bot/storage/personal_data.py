"""Repository of what a person can ask for and have deleted: what hangs on a conversation, and what hangs on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.offers import OfferGrants
from bot.storage.purchases import Purchases, Returns
from bot.storage.tables import (
    Author,
    Conversation,
    Customer,
    CustomerValue,
    ExitInterview,
    Message,
    MessageButton,
    OfferGrant,
    PlannedTouch,
    Purchase,
    Return,
)


@dataclass(frozen=True)
class Dealings:
    """What a customer has had to do with the company beside the conversations. `offers` are those that were made to
    them outside of an interview."""

    purchases: tuple[Purchase, ...]
    returns: tuple[Return, ...]
    touches: tuple[PlannedTouch, ...]
    offers: tuple[OfferGrant, ...]
    value: CustomerValue | None

    def count(self) -> dict[str, int]:
        """Return how much there is of each, where there is any."""
        kinds = ("purchases", "returns", "touches", "offers")
        return {kind: count for kind in kinds if (count := len(getattr(self, kind)))}


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

    def read_dealings(self, customer_id: int) -> Dealings:
        """Return everything that hangs on a customer and on no conversation, oldest first."""
        touches = sa.select(PlannedTouch).where(PlannedTouch.customer_id == customer_id)
        return Dealings(
            purchases=tuple(Purchases(self._session).list_of(customer_id)),
            returns=tuple(Returns(self._session).list_of(customer_id)),
            touches=tuple(self._session.scalars(touches.order_by(PlannedTouch.planned_at, PlannedTouch.id))),
            offers=tuple(OfferGrants(self._session).list_of(customer_id)),
            value=self._session.get(CustomerValue, customer_id),
        )

    def remove_customer(self, customer: Customer) -> dict[str, int]:
        """Delete a customer with all that hangs on them; return how much of what there was. Of an offer what it cost
        stays, linked to nobody."""
        removed = {"customers": 1, "contact_points": len(customer.contact_points)}
        removed |= self.read_dealings(customer.id).count()
        OfferGrants(self._session).unlink_all(customer.id)
        self._session.delete(customer)
        self._session.flush()
        return removed

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
        if customer.external_id is not None or self.list_conversation_ids(customer.id):
            return {"contact_points": 0, "customers": 0}
        return self.remove_customer(customer)

    def _count(self, query: sa.Select[Any]) -> int:
        return self._session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def _said_in(conversation_id: str) -> sa.ColumnElement[bool]:
    return Message.conversation_id == conversation_id
