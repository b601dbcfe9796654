"""Reads interviews one after the other for an export, a page at a time, so that a million of them fill no memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from bot.retention.facts import FactKind
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import Reason
from bot.storage.tables import (
    AnswerState,
    Conversation,
    Customer,
    EndedBy,
    ExitInterview,
    OfferGrant,
    Outcome,
    ReasonSource,
    StatedReason,
)
from bot.storage.unit_of_work import Database

PAGE = 500


@dataclass(frozen=True)
class InterviewRow:
    """One interview. `answers` are the words by question, without those that were skipped; `values` the numbers. What
    somebody has had deleted is not there any more; the counts are."""

    id: int
    conversation_id: str | None
    external_id: str | None
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome | None
    ended_by: EndedBy | None
    leading_reason: Reason | None
    reasons: tuple[tuple[Reason, ReasonSource], ...]
    facts: tuple[tuple[FactKind, str], ...]
    answers: dict[str, str]
    values: dict[str, int]
    opted_out: bool
    sensitive: bool
    offer: OfferKind | None
    offer_state: GrantState | None


def read_interviews(
    database: Database, since: datetime | None = None, until: datetime | None = None
) -> Iterator[InterviewRow]:
    """Yield the interviews that were begun from `since` on and before `until`, oldest first; trials are left out."""
    last = 0
    while True:
        with database.read() as work:
            rows = work.session.execute(_select(last, since, until)).all()
            page = [_describe(row) for row in rows]
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1].id


def _select(last: int, since: datetime | None, until: datetime | None) -> Any:
    query = (
        sa.select(ExitInterview, Conversation.opted_out_at, Customer.external_id, OfferGrant.kind, OfferGrant.state)
        .outerjoin(Conversation, Conversation.id == ExitInterview.conversation_id)
        .outerjoin(Customer, Customer.id == ExitInterview.customer_id)
        .outerjoin(OfferGrant, OfferGrant.interview_id == ExitInterview.id)
        .where(ExitInterview.trial.is_(False), ExitInterview.id > last)
        .options(
            selectinload(ExitInterview.answers), selectinload(ExitInterview.reasons).selectinload(StatedReason.facts)
        )
        .order_by(ExitInterview.id)
        .limit(PAGE)
    )
    if since is not None:
        query = query.where(ExitInterview.started_at >= since)
    return query if until is None else query.where(ExitInterview.started_at < until)


def _describe(row: Any) -> InterviewRow:
    interview, opted_out_at, external_id, offer, offer_state = row
    answered = [answer for answer in interview.answers if answer.state is AnswerState.ANSWERED]
    return InterviewRow(
        id=interview.id,
        conversation_id=interview.conversation_id,
        external_id=external_id,
        started_at=interview.started_at,
        finished_at=interview.finished_at,
        outcome=interview.outcome,
        ended_by=interview.ended_by,
        leading_reason=interview.leading_reason,
        reasons=tuple((reason.label, reason.source) for reason in interview.reasons),
        facts=tuple((fact.kind, fact.text) for reason in interview.reasons for fact in reason.facts),
        answers={answer.question: answer.text or "" for answer in answered},
        values={answer.question: answer.value for answer in answered if answer.value is not None},
        opted_out=opted_out_at is not None,
        sensitive=interview.sensitive,
        offer=offer,
        offer_state=offer_state,
    )
