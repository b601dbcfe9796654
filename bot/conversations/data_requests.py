"""What do you know about me, and delete it: gives people their data and removes it.

It must not touch a customer record that nobody vouches for: a visitor reaches this conversation and nothing else, or
all that went on in the chat they write from, which is theirs alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.conversations.consents import list_contact_points
from bot.conversations.data_export import (
    export_contact,
    export_conversation,
    export_customer,
    export_dealings,
    export_interview,
    export_message,
    export_offer,
)
from bot.conversations.interviews import close
from bot.conversations.receipts import make_receipt
from bot.conversations.recognition import find_vouched_customer, is_proven
from bot.conversations.touches import settle
from bot.conversations.trials import get_or_make
from bot.errors import NotFound
from bot.retention.interview import Question
from bot.retention.money import write_amount
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchState
from bot.storage.tables import (
    Channel,
    Conversation,
    Customer,
    EndedBy,
    Erasure,
    ExitInterview,
    Mode,
    Outcome,
)
from bot.storage.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True)
class Receipt:
    """The proof of a deletion, and how much of what was removed."""

    code: str
    removed: dict[str, int]


@dataclass(frozen=True)
class Account:
    """What the company's own system has told us of a customer it vouches for."""

    name: str | None
    plan: str | None
    monthly: str | None
    place: str | None


@dataclass(frozen=True)
class Summary:
    """What is known from one conversation, and how many others it leads to. `answers` are in the customer's own words.
    `may_write_in_chat` is None where no chat of theirs is known."""

    messages: int
    since: datetime
    answers: dict[Question, str] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    may_write: tuple[str, ...] = ()
    may_not_write: tuple[str, ...] = ()
    may_write_in_chat: bool | None = None
    opted_out: bool = False
    account: Account | None = None
    other_chats: int = 0
    offered: bool = False


class DataRequests:
    """Answers data requests about one conversation."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def summarise(self, conversation_id: str) -> Summary:
        """Return what this conversation holds, for the chat. An unknown one is made, as a trial."""
        with self._database.write() as work:
            conversation = get_or_make(work, conversation_id, self._clock())
            interview = work.interviews.find(conversation_id)
            points = list_contact_points(work, conversation) if is_proven(work, conversation) else []
            # The address of a chat is a number that tells nobody anything.
            chats = [point for point in points if point.channel is Channel.TELEGRAM]
            addresses = [point for point in points if point not in chats]
            person = find_vouched_customer(work, conversation) or _find_visitor(work, conversation)
            summary = Summary(
                messages=work.personal_data.count_customer_messages(conversation_id),
                since=conversation.created_at,
                answers=_read_answers(interview),
                reasons=tuple(dict.fromkeys(reason.label for reason in interview.reasons)) if interview else (),
                may_write=tuple(point.address for point in addresses if point.consent),
                may_not_write=tuple(point.address for point in addresses if not point.consent),
                may_write_in_chat=any(point.consent for point in chats) if chats else None,
                opted_out=conversation.opted_out_at is not None,
                account=_describe_account(work, conversation),
                other_chats=len(work.personal_data.list_conversation_ids(person.id)) - 1 if person else 0,
                offered=work.offers.find_in(conversation_id) is not None,
            )
            work.commit()
            return summary

    def export(self, conversation_id: str) -> dict[str, Any]:
        """Return everything about this conversation, ready to be written as JSON.

        Raises:
            ConversationNotFound: when there is no such conversation.
        """
        with self._database.read() as work:
            conversation = work.conversations.get(conversation_id)
            interview = work.interviews.find(conversation_id)
            visitor = _find_stranger(work, conversation)
            dealings = export_dealings(work.personal_data.read_dealings(visitor.id)) if visitor else {}
            return dealings | {
                "conversation": export_conversation(conversation),
                "messages": [export_message(message) for message in work.conversations.list_messages(conversation_id)],
                "interview": export_interview(interview) if interview else None,
                "offer": export_offer(offer) if (offer := work.offers.find_in(conversation_id)) else None,
                "contact_points": [export_contact(point) for point in list_contact_points(work, conversation)],
                "erasures": work.erasures.list_receipts(conversation_id),
            }

    def erase(self, conversation_id: str) -> Receipt:
        """Delete what was said here, the answers, and whoever became a customer by what they typed here.

        Labels, outcome and dates stay, unlinked; so does a suppression. The conversation stays as an empty shell, so
        that the receipt can be read. Where nothing is left to delete, the last receipt is given again.

        Raises:
            ConversationNotFound: when there is no such conversation.
        """
        with self._database.write() as work:
            receipt = _erase(work, conversation_id, self._clock())
            work.commit()
            return receipt

    def erase_chat(self, conversation_id: str) -> Receipt:
        """Delete what was said here, and what a visitor who writes from a chat of their own has said there before: to
        them all of it is one chat. Return the receipt for this conversation.

        Raises:
            ConversationNotFound: when there is no such conversation.
        """
        with self._database.write() as work:
            visitor = _find_visitor(work, work.conversations.get(conversation_id))
            earlier = work.personal_data.list_conversation_ids(visitor.id) if visitor else []
            now = self._clock()
            receipts = {one: _erase(work, one, now) for one in {*earlier, conversation_id}}
            work.commit()
            return receipts[conversation_id]

    def erase_for_person(self, conversation_id: str) -> Receipt:
        """Delete what the person in this conversation can have deleted, and return the receipt for this conversation.

        A visitor proves nothing and reaches this conversation alone. Where the company's site vouches for a customer,
        all their conversations go, and their record here.

        Raises:
            ConversationNotFound: when there is no such conversation.
        """
        with self._database.write() as work:
            customer = find_vouched_customer(work, work.conversations.get(conversation_id))
            receipts = _erase_customer(work, customer, self._clock()) if customer else {}
            receipt = receipts.get(conversation_id) or _erase(work, conversation_id, self._clock())
            work.commit()
            return receipt

    def export_customer(self, external_id: str) -> dict[str, Any]:
        """Return everything about a customer whom the company's system knows, ready to be written as JSON.

        Raises:
            CustomerNotFound: when there is none with this id.
        """
        with self._database.read() as work:
            customer = _get_customer(work, external_id)
            conversations = work.personal_data.list_conversation_ids(customer.id)
            known = export_customer(customer) | export_dealings(work.personal_data.read_dealings(customer.id))
        return {"customer": known, "conversations": [self.export(one) for one in conversations]}

    def erase_customer(self, external_id: str) -> list[Receipt]:
        """Delete a customer whom the company's system knows, with all conversations; return a receipt for each, or one
        for their record where there is none.

        Raises:
            CustomerNotFound: when there is none with this id.
        """
        with self._database.write() as work:
            now = self._clock()
            customer = _get_customer(work, external_id)
            known = work.personal_data.read_dealings(customer.id).count()
            known |= {"customers": 1, "contact_points": len(customer.contact_points)}
            receipts = list(_erase_customer(work, customer, now).values())
            if not receipts:
                # Nobody has talked to them, so the receipt is for what the company told of them alone.
                receipts.append(Receipt(make_receipt(), known))
                work.erasures.add(
                    Erasure(
                        receipt=receipts[0].code, conversation_id="", removed=known, erased_at=now, forgotten_at=now
                    )
                )
            work.commit()
            return receipts


class CustomerNotFound(NotFound):
    """There is no customer with this id."""


def _get_customer(work: UnitOfWork, external_id: str) -> Customer:
    customer = work.customers.find_by_external_id(external_id)
    if customer is None:
        raise CustomerNotFound
    return customer


def _find_visitor(work: UnitOfWork, conversation: Conversation) -> Customer | None:
    """Return who writes here from a chat of their own, unless they are one whom the company knows."""
    return _find_stranger(work, conversation) if conversation.channel is Channel.TELEGRAM else None


def _find_stranger(work: UnitOfWork, conversation: Conversation) -> Customer | None:
    """Return the person of this conversation, unless they are one whom the company knows, whose record is their own."""
    customer = work.customers.find(conversation.customer_id) if conversation.customer_id is not None else None
    return customer if customer is not None and customer.external_id is None else None


def _describe_account(work: UnitOfWork, conversation: Conversation) -> Account | None:
    customer = find_vouched_customer(work, conversation)
    if customer is None:
        return None
    has_value = customer.monthly_value is not None and customer.currency is not None
    return Account(
        name=customer.name,
        plan=customer.plan,
        monthly=write_amount(customer.monthly_value or 0, customer.currency or "") if has_value else None,
        place=customer.place,
    )


def _erase(work: UnitOfWork, conversation_id: str, now: datetime) -> Receipt:
    conversation = work.conversations.get(conversation_id, lock=True)
    work.touches.look_again([conversation.customer_id], now)
    removed = Counter(work.personal_data.remove_messages(conversation_id))
    removed.update(_erase_interview(work, conversation_id, now))
    for touch in work.touches.list_in(conversation_id):
        touch.words = None
        # Its letter has gone with its words, so it never leaves.
        settle(work, touch, TouchState.FAILED, now)
    removed.update(_erase_visitor(work, conversation))
    earlier = work.erasures.list_receipts(conversation_id)
    if earlier and not any(removed.values()):
        return Receipt(earlier[-1], dict(removed))
    work.deliveries.remove_unsent(conversation_id)
    chat = work.chats.find_of(conversation_id, Channel.TELEGRAM)
    if chat is not None:
        work.telegram_updates.empty_failed(int(chat.address))
    conversation.erased_at = now
    conversation.mode, conversation.handoff_requested_at = Mode.BOT, None
    receipt = Receipt(make_receipt(), dict(removed))
    work.erasures.add(
        Erasure(receipt=receipt.code, conversation_id=conversation_id, removed=receipt.removed, erased_at=now)
    )
    return receipt


def _erase_customer(work: UnitOfWork, customer: Customer, now: datetime) -> dict[str, Receipt]:
    work.customers.find(customer.id, lock=True)
    conversations = work.personal_data.list_conversation_ids(customer.id)
    receipts = {one: _erase(work, one, now) for one in conversations}
    work.personal_data.remove_customer(customer)
    return receipts


def _read_answers(interview: ExitInterview | None) -> dict[Question, str]:
    answers = interview.answers if interview else []
    return {Question(answer.question): answer.text for answer in answers if answer.text}


def _erase_interview(work: UnitOfWork, conversation_id: str, now: datetime) -> dict[str, int]:
    interview = work.interviews.find(conversation_id)
    if interview is None:
        return {}
    if interview.outcome is None:
        close(work, interview, Outcome.SKIPPED, EndedBy.ERASED, now)
    return work.personal_data.remove_words(interview)


def _erase_visitor(work: UnitOfWork, conversation: Conversation) -> dict[str, int]:
    customer = work.customers.find(conversation.customer_id) if conversation.customer_id is not None else None
    conversation.customer_id = None
    return work.personal_data.remove_visitor(customer) if customer else {}
