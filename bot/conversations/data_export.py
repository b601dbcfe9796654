"""What a person can ask for, record by record, ready to be written as JSON. It reads nothing and leaves nothing out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.storage.personal_data import Dealings
from bot.storage.tables import (
    Channel,
    ContactPoint,
    Conversation,
    Customer,
    ExitInterview,
    Message,
    OfferGrant,
    PlannedTouch,
    StatedFact,
)


def export_customer(customer: Customer) -> dict[str, Any]:
    """Return what is known of a customer beside the conversations."""
    return {
        "external_id": customer.external_id,
        "name": customer.name,
        "plan": customer.plan,
        "monthly_value": customer.monthly_value,
        "currency": customer.currency,
        "place": customer.place,
        "timezone": customer.timezone,
        "joined_at": write_time(customer.joined_at),
        "cancelled_at": write_time(customer.cancelled_at),
        "last_purchase_at": write_time(customer.last_purchase_at),
        "reported_reason": customer.reported_reason.value if customer.reported_reason else None,
        "notes": customer.notes,
        "flagged_at": write_time(customer.flagged_at),
        "disputed_at": write_time(customer.disputed_at),
        "not_before": write_time(customer.not_before),
        "contact_points": [export_contact(point) for point in customer.contact_points],
    }


def export_dealings(dealings: Dealings) -> dict[str, Any]:
    """Return what a customer bought, when they came back, what they are reckoned to be worth, and what was planned for
    them or sent. Amounts are in minor units of their currency."""
    value = dealings.value
    return {
        "purchases": [
            {
                "order_id": purchase.order_id,
                "at": purchase.at.isoformat(),
                "amount": purchase.amount,
                "currency": purchase.currency,
                "product": purchase.product,
            }
            for purchase in dealings.purchases
        ],
        "returns": [
            {
                "at": back.at.isoformat(),
                "amount": back.amount,
                "currency": back.currency,
                "offer_code": back.offer_code,
            }
            for back in dealings.returns
        ],
        "value": None
        if value is None
        else {
            "so_far": value.so_far,
            "remaining": value.remaining,
            "second_life": value.second_life,
            "currency": value.currency,
            "basis": value.basis,
            "reckoned_at": value.reckoned_at.isoformat(),
        },
        "touches": [export_touch(touch) for touch in dealings.touches],
        "offers": [export_offer(grant) for grant in dealings.offers],
    }


def export_touch(touch: PlannedTouch) -> dict[str, Any]:
    """Return a message that was planned or sent, with the rules that decided about it."""
    return {
        "kind": touch.kind.value,
        "state": touch.state.value,
        "channel": touch.channel.value if touch.channel else None,
        "due_at": touch.due_at.isoformat(),
        "planned_at": touch.planned_at.isoformat(),
        "changed_at": touch.changed_at.isoformat(),
        "rule": touch.rule,
        "because": touch.because,
        "policy_version": touch.policy_version,
        "answer": touch.answer.value if touch.answer else None,
        "words": touch.words,
        "answered_at": write_time(touch.answered_at),
    }


def export_conversation(conversation: Conversation) -> dict[str, Any]:
    """Return a conversation, without what was said."""
    return {
        "id": conversation.id,
        "channel": conversation.channel.value,
        "began_at": conversation.created_at.isoformat(),
        "last_message_at": conversation.last_message_at.isoformat(),
        "opted_out_at": write_time(conversation.opted_out_at),
        "erased_at": write_time(conversation.erased_at),
        "handoff_requested_at": write_time(conversation.handoff_requested_at),
    }


def export_message(message: Message) -> dict[str, Any]:
    """Return one message."""
    return {
        "at": message.created_at.isoformat(),
        "from": message.author.value,
        "text": message.text,
        "pressed": message.pressed,
        "choices": [button.title for button in message.buttons],
    }


def export_offer(grant: OfferGrant) -> dict[str, Any]:
    """Return an offer and what became of it. `worth` is in minor units of `currency`."""
    return {
        "kind": grant.kind.value,
        "worth": grant.worth,
        "currency": grant.currency,
        "details": grant.details,
        "terms": grant.terms,
        "code": grant.code,
        "state": grant.state.value,
        "rule": grant.rule,
        "policy_version": grant.policy_version,
        "offered_at": grant.offered_at.isoformat(),
        "deadline": grant.deadline.isoformat(),
        "decided_at": write_time(grant.decided_at),
    }


def export_interview(interview: ExitInterview) -> dict[str, Any]:
    """Return an exit interview with answers and reasons."""
    return {
        "started_at": interview.started_at.isoformat(),
        "finished_at": write_time(interview.finished_at),
        "outcome": interview.outcome.value if interview.outcome else None,
        "leading_reason": interview.leading_reason.value if interview.leading_reason else None,
        "sensitive": interview.sensitive,
        "answers": [
            {
                "question": answer.question,
                "state": answer.state.value,
                "text": answer.text,
                "value": answer.value,
                "at": answer.answered_at.isoformat(),
            }
            for answer in interview.answers
        ],
        "reasons": [
            {
                "label": reason.label.value,
                "source": reason.source.value,
                "score": reason.score,
                "words": reason.words,
                "at": reason.stated_at.isoformat(),
                "facts": [export_fact(fact) for fact in reason.facts],
            }
            for reason in interview.reasons
        ],
    }


def export_fact(fact: StatedFact) -> dict[str, Any]:
    """Return something that was named. `start` and `end` are characters of the answer to `question`; the value of an
    amount is in minor units of its currency, in hundredths where none was said."""
    return {
        "kind": fact.kind.value,
        "text": fact.text,
        "question": fact.question,
        "start": fact.start,
        "end": fact.end,
        "value": fact.value,
        "currency": fact.currency,
    }


def export_contact(point: ContactPoint) -> dict[str, Any]:
    """Return an address and what was agreed for it. A chat's is a number by which the channel knows it."""
    return {
        "channel": point.channel.value,
        "chat_id" if point.channel is Channel.TELEGRAM else "address": point.address,
        "consent": point.consent,
        "consent_source": point.consent_source,
        "consent_wording": point.consent_wording,
        "consent_at": write_time(point.consent_at),
    }


def write_time(moment: datetime | None) -> str | None:
    """Return a time in ISO 8601, UTC."""
    return moment.isoformat() if moment else None
