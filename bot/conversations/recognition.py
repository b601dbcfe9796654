"""What follows from knowing who somebody is: their record is brought up to date, and one leaving is one conversation.

It must not recognise anybody itself; it is given whom the company's back end vouches for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversations.identity import VouchedCustomer
from bot.conversations.interviews import SILENCE
from bot.storage.tables import Channel, ContactPoint, Conversation, Customer, ExitInterview, Outcome
from bot.storage.unit_of_work import UnitOfWork

SAME_LEAVING = timedelta(days=30)
"""For so long after the last word a customer who comes back goes on in the same conversation."""


def write_customer(work: UnitOfWork, vouched: VouchedCustomer, now: datetime) -> Customer:
    """Return the customer's record, made or brought up to date. What the company's system does not say stays as it is;
    an address it knows is kept as one that nobody has agreed to be written to."""
    customer = work.customers.lock_or_add(vouched.external_id, now)
    for field in ("name", "plan", "place", "timezone", "joined_at"):
        if (value := getattr(vouched, field)) is not None:
            setattr(customer, field, value)
    if vouched.monthly_value is not None:
        customer.monthly_value, customer.currency = vouched.monthly_value, vouched.currency
    if vouched.email is not None and not _knows(customer, vouched.email):
        customer.contact_points.append(
            ContactPoint(channel=Channel.EMAIL, address=vouched.email, reachable=True, created_at=now)
        )
    return customer


def find_vouched_customer(work: UnitOfWork, conversation: Conversation) -> Customer | None:
    """Return the customer of this conversation if the company's own site vouches for who they are."""
    if conversation.vouched_at is None or conversation.customer_id is None:
        return None
    customer = work.customers.find(conversation.customer_id)
    return customer if customer is not None and customer.external_id is not None else None


def _knows(customer: Customer, email: str) -> bool:
    return any(
        point.channel is Channel.EMAIL and point.address.casefold() == email.casefold()
        for point in customer.contact_points
    )


def find_conversation(work: UnitOfWork, customer: Customer, now: datetime, *, trial: bool) -> Conversation | None:
    """Return the conversation in which the customer goes on, on whichever device they began it, or None if this is
    another leaving: the last one was more than 30 days ago, they stayed then, or they have joined anew since. Where we
    wrote to them and they have answered, they go on there, and see all of it."""
    answered = work.conversations.find_last_answered(customer.id, now - SAME_LEAVING, trial=trial)
    if answered is not None and not _has_come_back(work, customer, answered):
        return answered
    last = work.conversations.find_last_vouched(customer.id, trial=trial)
    if last is None or now - last.last_message_at > SAME_LEAVING:
        return None
    if customer.joined_at is not None and customer.joined_at > last.last_message_at:
        return None
    interview = work.interviews.find(last.id)
    return None if interview is not None and _has_stayed(interview, now) else last


def is_proven(work: UnitOfWork, conversation: Conversation) -> bool:
    """Tell whether what is known of the person may be shown in this conversation. Who came by a link in an e-mail may
    be anybody to whom it was handed on, until the company's site vouches for them."""
    touch = work.touches.find_last_in(conversation.id)
    return conversation.vouched_at is not None or touch is None or touch.channel is not Channel.EMAIL


def _has_come_back(work: UnitOfWork, customer: Customer, conversation: Conversation) -> bool:
    """Tell whether they are a customer again since they wrote there, so that what they want to leave now is that."""
    since = conversation.heard_at or conversation.created_at
    returns = (one.at for one in work.returns.list_of(customer.id))
    return any(at is not None and at > since for at in (customer.joined_at, customer.last_purchase_at, *returns))


def _has_stayed(interview: ExitInterview, now: datetime) -> bool:
    ended = interview.finished_at
    return interview.outcome is Outcome.SAVED and ended is not None and now - ended > SILENCE
