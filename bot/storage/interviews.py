"""Repository of exit interviews, their answers and reasons."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.offers import GrantState
from bot.storage.tables import (
    Conversation,
    ExitInterview,
    InterviewAnswer,
    OfferGrant,
    Outcome,
    StatedFact,
    StatedReason,
)


class Interviews:
    """Finds and adds exit interviews."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, interview: ExitInterview) -> None:
        """Add a new interview."""
        self._session.add(interview)
        self._session.flush()

    def find(self, conversation_id: str) -> ExitInterview | None:
        """Return the interview held in this conversation, or None."""
        return self._session.scalar(sa.select(ExitInterview).where(ExitInterview.conversation_id == conversation_id))

    def list_silent(self, since: datetime) -> list[ExitInterview]:
        """Return open interviews in whose conversation nothing was said after `since`.

        Who waits for staff to confirm an offer that still stands then has not fallen silent.
        """
        waits = sa.exists().where(
            OfferGrant.interview_id == ExitInterview.id,
            OfferGrant.state == GrantState.REQUESTED,
            OfferGrant.deadline > since,
        )
        return list(
            self._session.scalars(
                sa.select(ExitInterview)
                .join(Conversation, Conversation.id == ExitInterview.conversation_id)
                .where(ExitInterview.outcome.is_(None), Conversation.last_message_at < since, ~waits)
            )
        )

    def add_answer(self, interview: ExitInterview, answer: InterviewAnswer) -> None:
        """Add an answer to an interview."""
        interview.answers.append(answer)
        self._session.flush()

    def flush(self) -> None:
        """Carry out what was removed, so that something like it can be added again."""
        self._session.flush()

    def count_by_outcome(self) -> dict[Outcome | None, int]:
        """Return how many interviews ended how; trials are left out."""
        rows = self._session.execute(
            sa.select(ExitInterview.outcome, sa.func.count())
            .where(ExitInterview.trial.is_(False))
            .group_by(ExitInterview.outcome)
        )
        return dict(rows.all())

    def add_fact(self, reason: StatedReason, fact: StatedFact) -> None:
        """Add a fact to a reason."""
        reason.facts.append(fact)
        self._session.flush()

    def add_reason(self, interview: ExitInterview, reason: StatedReason) -> None:
        """Add a reason to an interview."""
        interview.reasons.append(reason)
        self._session.flush()
