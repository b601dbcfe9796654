"""What the company's own system and staff's mailbox are told, in words and numbers. It sends nothing.

A report to the company holds what the person said; one to staff's mailbox never does.
"""

from __future__ import annotations

from typing import Any

from bot.conversations.consents import list_agreed_addresses
from bot.conversations.news import OFFER_ACCEPTED, OFFER_DECLINED
from bot.retention.interview import Question
from bot.storage.tables import (
    AnswerState,
    Conversation,
    Customer,
    Delivery,
    DeliveryKind,
    ExitInterview,
    OfferGrant,
)
from bot.storage.unit_of_work import UnitOfWork

IN_WORDS = (Question.REASON, Question.PROBE, Question.KEPT)


def write_report(work: UnitOfWork, delivery: Delivery) -> dict[str, Any] | None:
    """Return what a delivery says, or None where there is nothing to say any more: the person has gone on with an
    interview that had counted as abandoned, or has had everything deleted."""
    conversation = work.conversations.find(delivery.conversation_id) if delivery.conversation_id else None
    if conversation is None or conversation.erased_at is not None:
        return None
    if delivery.kind is DeliveryKind.STAFF_EMAIL:
        return _report_wish(work, conversation)
    if delivery.event in (OFFER_ACCEPTED, OFFER_DECLINED):
        return _wrap(delivery, _report_answer(work, conversation))
    interview = work.interviews.find(conversation.id)
    if interview is None or interview.outcome is None:
        return None
    return _wrap(delivery, _report_interview(work, conversation, interview))


def _wrap(delivery: Delivery, data: dict[str, Any] | None) -> dict[str, Any] | None:
    if data is None:
        return None
    return {
        "id": delivery.id,
        "type": delivery.event,
        "timestamp": delivery.created_at.isoformat(),
        "data": data,
    }


def _report_wish(work: UnitOfWork, conversation: Conversation) -> dict[str, Any]:
    customer = _find_customer(work, conversation)
    return {
        "conversation": conversation.id,
        "customer": customer.external_id if customer else None,
        "trial": conversation.trial,
    }


def _report_answer(work: UnitOfWork, conversation: Conversation) -> dict[str, Any] | None:
    """Return what was said to the offer of the touch that was begun last here."""
    touch = work.touches.find_last_in(conversation.id)
    grant = work.touches.find_offer(touch) if touch is not None else None
    if touch is None or grant is None:
        return None
    customer = _find_customer(work, conversation)
    return {
        "conversation": conversation.id,
        "customer": customer.external_id if customer else None,
        "touch": touch.kind,
        "leading_reason": grant.reason,
        "billing_reason": grant.reason.billing,
        "offer": _report_offer(grant),
        "decided_at": grant.decided_at.isoformat() if grant.decided_at else None,
    }


def _report_interview(work: UnitOfWork, conversation: Conversation, interview: ExitInterview) -> dict[str, Any]:
    customer = _find_customer(work, conversation)
    leading = interview.leading_reason
    answers = {answer.question: answer for answer in interview.answers}
    likelihood = answers.get(Question.LIKELIHOOD)
    grant = work.offers.find(interview.id)
    return {
        "interview": interview.id,
        "conversation": conversation.id,
        "customer": customer.external_id if customer else None,
        "outcome": interview.outcome,
        "ended_by": interview.ended_by,
        "leading_reason": leading,
        "billing_reason": leading.billing if leading else None,
        "reasons": [
            {"label": reason.label, "source": reason.source, "score": round(reason.score, 4)}
            for reason in interview.reasons
        ],
        "answers": {
            question.value: answers[question].text if answers[question].state is AnswerState.ANSWERED else None
            for question in IN_WORDS
            if question in answers
        },
        "return_likelihood": likelihood.value if likelihood else None,
        "may_write": conversation.opted_out_at is None and bool(list_agreed_addresses(work, conversation)),
        "sensitive": interview.sensitive,
        "offer": _report_offer(grant) if grant else None,
        "started_at": interview.started_at.isoformat(),
        "finished_at": interview.finished_at.isoformat() if interview.finished_at else None,
    }


def _report_offer(grant: OfferGrant) -> dict[str, Any]:
    return {
        "kind": grant.kind,
        "worth": grant.worth,
        "currency": grant.currency,
        "deadline": grant.deadline.isoformat(),
        "state": grant.state,
        "code": grant.code,
    }


def _find_customer(work: UnitOfWork, conversation: Conversation) -> Customer | None:
    return work.customers.find(conversation.customer_id) if conversation.customer_id is not None else None
