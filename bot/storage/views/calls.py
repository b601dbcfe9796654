"""Reads whom staff are to phone, with what they need to know for it, and how often it was tried."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.channels import Channel
from bot.retention.interview import Question
from bot.retention.reasons import BillingReason, Reason
from bot.storage.database import is_one_of
from bot.storage.tables import (
    AnswerState,
    AuditEntry,
    ContactPoint,
    Customer,
    ExitInterview,
    InterviewAnswer,
    PlannedTouch,
)
from bot.storage.unit_of_work import Database
from bot.storage.views.touches import ListedTouch, is_to_phone, read_touches

CALLS_A_PAGE = 25
MISSED = "call.missed"
"""By this name the audit log knows a call that nobody took."""


@dataclass(frozen=True)
class ListedCall:
    """Somebody to phone. `words` are their own on why they left, `kept` what would have kept them; both are None where
    they typed none. `missed`: so often nobody took the call."""

    touch: ListedTouch
    numbers: tuple[str, ...]
    reason: Reason | None
    words: str | None
    kept: str | None
    left_at: datetime | None
    plan: str | None
    missed: int


@dataclass(frozen=True)
class CallPage:
    """One page of the list, and whether another one follows."""

    calls: tuple[ListedCall, ...]
    number: int
    has_next: bool


def list_calls(database: Database, page: int = 1) -> CallPage:
    """Return one page of those to phone, counted from 1; who has waited longest is first."""
    query = sa.select(PlannedTouch.id).where(*is_to_phone()).order_by(PlannedTouch.changed_at, PlannedTouch.id)
    with database.read() as work:
        session = work.session
        ids = session.scalars(query.offset((page - 1) * CALLS_A_PAGE).limit(CALLS_A_PAGE + 1)).all()
        touches = {touch.id: touch for touch in read_touches(session, PlannedTouch.id.in_(ids[:CALLS_A_PAGE]))}
        shown = [touches[one] for one in ids if one in touches]
        missed = count_missed(session, list(touches))
        calls = tuple(_describe(session, touch, missed.get(touch.id, 0)) for touch in shown)
    return CallPage(calls, page, len(ids) > CALLS_A_PAGE)


def count_missed(session: Session, touch_ids: Collection[str]) -> dict[str, int]:
    """Return how often nobody took the call, for each of these touches of which that is so."""
    query = (
        sa.select(AuditEntry.subject, sa.func.count())
        .where(is_one_of(session, AuditEntry.subject, touch_ids), AuditEntry.action == MISSED)
        .group_by(AuditEntry.subject)
    )
    return {subject: count for subject, count in session.execute(query) if subject is not None}


def _describe(session: Session, touch: ListedTouch, missed: int) -> ListedCall:
    customer = session.get_one(Customer, touch.customer_id)
    interview = session.scalar(
        sa.select(ExitInterview)
        .where(
            ExitInterview.customer_id == customer.id,
            ExitInterview.leading_reason.is_not(None),
            ExitInterview.trial.is_(False),
        )
        .order_by(ExitInterview.id.desc())
        .limit(1)
    )
    said = _read_said(session, interview.id) if interview is not None else {}
    points = session.scalars(
        sa.select(ContactPoint)
        .where(
            ContactPoint.customer_id == customer.id,
            ContactPoint.channel == Channel.PHONE,
            ContactPoint.consent.is_(True),
            ContactPoint.reachable.is_(True),
        )
        .order_by(ContactPoint.consent_at.desc(), ContactPoint.id.desc())
    )
    left_at = customer.cancelled_at or (interview.finished_at if interview is not None else None)
    return ListedCall(
        touch=touch,
        numbers=tuple(point.address for point in points),
        reason=interview.leading_reason if interview is not None else _read_reported(customer.reported_reason),
        words=said.get(Question.REASON) or said.get(Question.PROBE),
        kept=said.get(Question.KEPT),
        left_at=left_at or customer.last_purchase_at,
        plan=customer.plan,
        missed=missed,
    )


def _read_said(session: Session, interview_id: int) -> dict[str, str]:
    query = sa.select(InterviewAnswer.question, InterviewAnswer.text).where(
        InterviewAnswer.interview_id == interview_id, InterviewAnswer.state == AnswerState.ANSWERED
    )
    return {question: text for question, text in session.execute(query) if text}


def _read_reported(reported: BillingReason | None) -> Reason | None:
    return reported.reason if reported is not None else None
