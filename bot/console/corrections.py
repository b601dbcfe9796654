"""Lets staff say what the leading reason really was. What was tapped and inferred stays beside it, untouched."""

from __future__ import annotations

from datetime import datetime

from bot.errors import NotFound
from bot.retention.reasons import Reason
from bot.storage.tables import ReasonSource, StatedReason
from bot.storage.unit_of_work import Database


class InterviewNotFound(NotFound):
    """There is no interview in this conversation, so there is no reason to correct."""


def correct_leading_reason(database: Database, conversation_id: str, reason: Reason, staff: str, now: datetime) -> None:
    """Make `reason` the leading one, in place of an earlier correction.

    Raises:
        InterviewNotFound: when nobody was interviewed here.
    """
    with database.write() as uow:
        interview = uow.interviews.find(conversation_id)
        if interview is None:
            raise InterviewNotFound
        before = interview.leading_reason
        for old in [stated for stated in interview.reasons if stated.source is ReasonSource.CORRECTED]:
            interview.reasons.remove(old)
        uow.interviews.add_reason(
            interview, StatedReason(label=reason, source=ReasonSource.CORRECTED, score=1.0, stated_at=now)
        )
        interview.leading_reason = reason
        uow.audit.record(staff, "reason.corrected", now, subject=conversation_id, before=before, after=reason)
        uow.commit()
