"""Who agreed to be written to, where, when, and to which very words. Used within the transactions of the services.

It must not decide whether somebody is written to; and a suppression outweighs every consent.
"""

from __future__ import annotations

from datetime import datetime

from bot.storage.tables import Channel, ContactPoint, Conversation, Customer, ExitInterview
from bot.storage.unit_of_work import UnitOfWork

CONSENT_WORDING = "utter_ask_exit_interview_consent"
"""The responses whose wording is agreed to or refused begin with this name."""
EXIT_INTERVIEW = "exit interview"
OPT_OUT = "opt-out"
CONVERSATION = "conversation"
OWN_WORDS = (EXIT_INTERVIEW, OPT_OUT, CONVERSATION)
"""Where a consent or a refusal comes from that the person gave us themselves."""

REPLACED = "replaced"
"""The source of the no of an address that the company has replaced. It is kept because it may be suppressed; nobody
agrees to it any more."""


def list_contact_points(work: UnitOfWork, conversation: Conversation) -> list[ContactPoint]:
    """Return every address of the person in this conversation."""
    customer = work.customers.find(conversation.customer_id) if conversation.customer_id is not None else None
    return list(customer.contact_points) if customer else []


def knows_address(work: UnitOfWork, conversation: Conversation, channel: Channel) -> bool:
    """Tell whether the person can be reached on this channel."""
    return any(point.channel is channel and point.reachable for point in list_contact_points(work, conversation))


def list_agreed_addresses(work: UnitOfWork, conversation: Conversation) -> list[str]:
    """Return the addresses to which the person agreed to be written."""
    return [point.address for point in list_contact_points(work, conversation) if point.consent]


def set_consent(
    work: UnitOfWork, conversation: Conversation, channel: Channel, granted: bool, wording: str | None, now: datetime
) -> None:
    """Note a yes or no for every address that is known on this channel."""
    for point in list_contact_points(work, conversation):
        if point.channel is channel and point.consent_source != REPLACED:
            write_consent(point, granted, EXIT_INTERVIEW, wording, now)
    work.touches.look_again([conversation.customer_id], now)


def agree_by_email(
    work: UnitOfWork,
    conversation: Conversation,
    interview: ExitInterview,
    address: str,
    wording: str | None,
    agreed_at: datetime,
) -> None:
    """Keep an address that was typed together with the yes it belongs to."""
    point = keep_address(work, conversation, interview, address, agreed_at)
    write_consent(point, True, EXIT_INTERVIEW, wording, agreed_at)
    work.touches.look_again([conversation.customer_id], agreed_at)


def keep_address(
    work: UnitOfWork, conversation: Conversation, interview: ExitInterview, address: str, now: datetime
) -> ContactPoint:
    """Keep an address that was typed, without any leave to write to it.

    Nothing shows that it is theirs, so a visitor becomes a customer of their own, never one that is known already.
    """
    customer = _find_or_add_customer(work, conversation, interview, now)
    point = _find_point(customer, Channel.EMAIL, address) or _add_point(customer, Channel.EMAIL, address, now)
    point.reachable = True  # Whatever came back from there before: they say now that it is where they are.
    return point


def keep_chat(work: UnitOfWork, conversation: Conversation, channel: Channel, address: str, now: datetime) -> None:
    """Keep the chat in which a conversation goes on, without any leave to write to it beyond that.

    A chat belongs to one person; if it led to another record of theirs until now, it leads to this one, with all that
    was agreed for it. A visitor's record that led nowhere else becomes a part of this one.
    """
    customer = _find_or_add_customer(work, conversation, work.interviews.find(conversation.id), now)
    if _find_point(customer, channel, address) is not None:
        return
    earlier = work.chats.list_points(channel, address)
    for point in earlier:
        visitor = point.customer
        point.customer = customer
        if visitor.external_id is None:
            work.customers.absorb(visitor, customer)
    if not earlier:
        _add_point(customer, channel, address, now)
    work.touches.look_again([customer.id], now)


def _find_or_add_customer(
    work: UnitOfWork, conversation: Conversation, interview: ExitInterview | None, now: datetime
) -> Customer:
    customer = work.customers.find(conversation.customer_id) if conversation.customer_id is not None else None
    if customer is None:
        customer = Customer(external_id=None, name=None, created_at=now)
        work.customers.add(customer)
        conversation.customer_id = customer.id
        if interview is not None:
            interview.customer_id = customer.id
    return customer


def _find_point(customer: Customer, channel: Channel, address: str) -> ContactPoint | None:
    return next((p for p in customer.contact_points if (p.channel, p.address) == (channel, address)), None)


def _add_point(customer: Customer, channel: Channel, address: str, now: datetime) -> ContactPoint:
    point = ContactPoint(channel=channel, address=address, reachable=True, created_at=now)
    customer.contact_points.append(point)
    return point


def write_consent(point: ContactPoint, granted: bool, source: str, wording: str | None, now: datetime) -> None:
    """Write a decision down whole: what, from where, to which words, when."""
    point.consent, point.consent_source, point.consent_wording, point.consent_at = granted, source, wording, now
