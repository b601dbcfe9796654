"""Repository of what was put right, and of those who may have left over it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.reasons import BillingReason, Reason
from bot.retention.winback.touches import TouchState
from bot.storage.tables import Customer, ExitInterview, PlannedTouch, RecordedImprovement, StatedReason


class Telling(NamedTuple):
    """How many touches that tell of an improvement are in a state."""

    improvement_id: str
    state: TouchState
    touches: int


class Improvements:
    """Finds and adds improvements."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, improvement: RecordedImprovement) -> None:
        """Add an improvement."""
        self._session.add(improvement)
        self._session.flush()

    def list_all(self) -> list[RecordedImprovement]:
        """Return all improvements, the newest first."""
        query = sa.select(RecordedImprovement).order_by(RecordedImprovement.told_at.desc(), RecordedImprovement.id)
        return list(self._session.scalars(query))

    def count_told(self) -> list[Telling]:
        """Return how many touches there are for each improvement, by their state."""
        query = (
            sa.select(PlannedTouch.improvement_id, PlannedTouch.state, sa.func.count())
            .where(PlannedTouch.improvement_id.is_not(None))
            .group_by(PlannedTouch.improvement_id, PlannedTouch.state)
        )
        return [Telling._make(row) for row in self._session.execute(query)]

    def list_concerned(self, reasons: Collection[Reason]) -> Sequence[int]:
        """Return the customers who named one of these reasons, or for whom the company's billing system names one. The
        rules say which of them left over it. Trials do not count."""
        named = (
            sa.select(ExitInterview.customer_id)
            .outerjoin(StatedReason, StatedReason.interview_id == ExitInterview.id)
            .where(
                ExitInterview.trial.is_(False),
                sa.or_(StatedReason.label.in_(reasons), ExitInterview.leading_reason.in_(reasons)),
            )
        )
        reported = [billing for billing in BillingReason if billing.reason in reasons]
        query = (
            sa.select(Customer.id)
            .where(sa.or_(Customer.id.in_(named), Customer.reported_reason.in_(reported)))
            .order_by(Customer.id)
        )
        return self._session.scalars(query).all()

    def list_places(self) -> list[str]:
        """Return the places that customers are with."""
        query = sa.select(Customer.place).where(Customer.place.is_not(None)).distinct().order_by(Customer.place)
        return [place for place in self._session.scalars(query) if place is not None]
