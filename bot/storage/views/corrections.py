"""Reads the interviews whose reasons staff have corrected, with what there is to learn from. Nothing here changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from bot.retention.interview import Question
from bot.retention.reasons import Reason
from bot.storage.tables import AnswerState, AuditEntry, ExitInterview, ReasonSource, StatedReason
from bot.storage.unit_of_work import Database

REASON_CORRECTED = "reason.corrected"
"""By this name the audit log knows who corrected reasons."""


@dataclass(frozen=True)
class CorrectedReason:
    """One reason of such an interview. `score` is between 0 and 1; `words` are those it came from."""

    label: Reason
    source: ReasonSource
    score: float
    version: str | None
    words: str | None


@dataclass(frozen=True)
class CorrectedInterview:
    """One interview. `answer` is what was answered to why they leave; `language` another one than English.
    `reasons` stand in the order in which they were stated."""

    conversation_id: str
    corrected_by: str | None
    corrected_at: datetime
    trial: bool
    sensitive: bool
    language: str | None
    answer: str | None
    reasons: tuple[CorrectedReason, ...]


def read_corrected_interviews(database: Database) -> list[CorrectedInterview]:
    """Return them, the oldest interview first; of those that were erased nothing is left to return."""
    with database.read() as work:
        rows = work.session.execute(
            sa.select(ExitInterview, _who())
            .where(
                ExitInterview.conversation_id.is_not(None),
                sa.exists().where(
                    StatedReason.interview_id == ExitInterview.id, StatedReason.source == ReasonSource.CORRECTED
                ),
            )
            .options(selectinload(ExitInterview.answers), selectinload(ExitInterview.reasons))
            .order_by(ExitInterview.id)
        ).all()
        return [_describe(interview, who) for interview, who in rows]


def _who() -> sa.ScalarSelect[str]:
    """Who corrected last; the audit log is the one place that says what staff have done."""
    return (
        sa.select(AuditEntry.actor)
        .where(AuditEntry.subject == ExitInterview.conversation_id, AuditEntry.action == REASON_CORRECTED)
        .order_by(AuditEntry.id.desc())
        .limit(1)
        .correlate(ExitInterview)
        .scalar_subquery()
    )


def _describe(interview: ExitInterview, who: str | None) -> CorrectedInterview:
    given = (it for it in interview.answers if it.question == Question.REASON and it.state is AnswerState.ANSWERED)
    answer = next(given, None)
    return CorrectedInterview(
        conversation_id=interview.conversation_id or "",
        corrected_by=who,
        corrected_at=max(it.stated_at for it in interview.reasons if it.source is ReasonSource.CORRECTED),
        trial=interview.trial,
        sensitive=interview.sensitive,
        language=interview.language,
        answer=answer.text if answer else None,
        reasons=tuple(
            CorrectedReason(it.label, it.source, it.score, it.classifier_version, it.words) for it in interview.reasons
        ),
    )
