"""Reads what staff see of one customer: who it is, what we wrote to them and where they talked to us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.errors import NotFound
from bot.retention.channels import Channel
from bot.storage.tables import Conversation, Customer, ExitInterview, Outcome
from bot.storage.unit_of_work import Database
from bot.storage.views.touches import ListedTouch, list_touches_of

CONVERSATIONS_SHOWN = 50


class CustomerUnknown(NotFound):
    """There is no such customer."""


@dataclass(frozen=True)
class CustomerConversation:
    """A conversation of theirs. `outcome` is None while the interview is open or where there is none."""

    id: str
    last_message_at: datetime
    channel: Channel
    interviewed: bool
    outcome: Outcome | None
    trial: bool


@dataclass(frozen=True)
class ConsentGiven:
    """What somebody said to hearing from us on a channel; the address itself is not needed here."""

    channel: Channel
    consent: bool | None
    consent_at: datetime | None
    reachable: bool


@dataclass(frozen=True)
class CustomerView:
    """One customer."""

    id: int
    name: str | None
    external_id: str | None
    plan: str | None
    place: str | None
    timezone: str | None
    cancelled_at: datetime | None
    flagged_at: datetime | None
    disputed_at: datetime | None
    not_before: datetime | None
    consents: tuple[ConsentGiven, ...]
    touches: tuple[ListedTouch, ...]
    conversations: tuple[CustomerConversation, ...]


def read_customer(database: Database, customer_id: int) -> CustomerView:
    """Return the customer.

    Raises:
        CustomerUnknown: when there is none.
    """
    with database.read() as work:
        customer = work.session.get(Customer, customer_id)
        if customer is None:
            raise CustomerUnknown
        talks = work.session.execute(
            sa.select(Conversation, ExitInterview.id, ExitInterview.outcome)
            .outerjoin(ExitInterview, ExitInterview.conversation_id == Conversation.id)
            .where(Conversation.customer_id == customer_id)
            .order_by(Conversation.last_message_at.desc(), Conversation.id)
            .limit(CONVERSATIONS_SHOWN)
        )
        return CustomerView(
            id=customer.id,
            name=customer.name,
            external_id=customer.external_id,
            plan=customer.plan,
            place=customer.place,
            timezone=customer.timezone,
            cancelled_at=customer.cancelled_at,
            flagged_at=customer.flagged_at,
            disputed_at=customer.disputed_at,
            not_before=customer.not_before,
            consents=tuple(
                ConsentGiven(point.channel, point.consent, point.consent_at, point.reachable)
                for point in customer.contact_points
            ),
            touches=tuple(list_touches_of(work.session, customer_id)),
            conversations=tuple(
                CustomerConversation(
                    talk.id, talk.last_message_at, talk.channel, interview is not None, outcome, talk.trial
                )
                for talk, interview, outcome in talks
            ),
        )
