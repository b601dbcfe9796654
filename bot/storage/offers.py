"""Repository of offers that were made to people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.offers import GrantState
from bot.storage.tables import Customer, ExitInterview, OfferGrant


class OfferGrants:
    """Finds and adds offers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, grant: OfferGrant) -> None:
        """Add a new offer."""
        self._session.add(grant)
        self._session.flush()

    def remove(self, grant: OfferGrant) -> None:
        """Forget an offer."""
        self._session.flush()
        self._session.delete(grant)

    def find(self, interview_id: int) -> OfferGrant | None:
        """Return the offer made in this interview, or None."""
        return self._session.scalar(sa.select(OfferGrant).where(OfferGrant.interview_id == interview_id))

    def expire(self, now: datetime) -> int:
        """Let the offers end whose day has passed without an answer, and return how many."""
        ended = (
            sa.update(OfferGrant)
            .where(OfferGrant.state == GrantState.PROPOSED, OfferGrant.deadline < now)
            .values(state=GrantState.EXPIRED)
            .returning(OfferGrant.id)
        )
        return len(self._session.scalars(ended).all())

    def find_in(self, conversation_id: str) -> OfferGrant | None:
        """Return the offer made in this conversation, or None."""
        return self._session.scalar(
            sa.select(OfferGrant)
            .join(ExitInterview, ExitInterview.id == OfferGrant.interview_id)
            .where(ExitInterview.conversation_id == conversation_id)
        )

    def has_earlier(self, customer_id: int, interview_id: int) -> bool:
        """Tell whether this customer was made an offer in another interview; trials do not count. Nobody else can make
        them one before this transaction ends."""
        # SQLite lets one transaction write at a time anyway, and leaves this lock out.
        self._session.execute(sa.select(Customer.id).where(Customer.id == customer_id).with_for_update())
        earlier = (
            sa.select(OfferGrant.id)
            .outerjoin(ExitInterview, ExitInterview.id == OfferGrant.interview_id)
            .where(
                sa.or_(OfferGrant.customer_id == customer_id, ExitInterview.customer_id == customer_id),
                sa.or_(OfferGrant.interview_id.is_(None), OfferGrant.interview_id != interview_id),
                OfferGrant.trial.is_(False),
            )
        )
        return self._session.scalar(sa.select(earlier.exists())) or False

    def holds_code(self, code: str) -> bool:
        """Tell whether this code has been given out."""
        return self._session.scalar(sa.select(OfferGrant.id).where(OfferGrant.code == code)) is not None

    def lock_by_codes(self, codes: Collection[str]) -> dict[str, OfferGrant]:
        """Return the offers that have these codes; nobody else changes them until this transaction ends."""
        query = sa.select(OfferGrant).where(OfferGrant.code.in_(codes)).order_by(OfferGrant.id).with_for_update()
        return {grant.code: grant for grant in self._session.scalars(query) if grant.code is not None}

    def list_of(self, customer_id: int) -> list[OfferGrant]:
        """Return the offers made to this customer outside of an interview, oldest first."""
        return list(
            self._session.scalars(
                sa.select(OfferGrant)
                .where(OfferGrant.customer_id == customer_id, OfferGrant.interview_id.is_(None))
                .order_by(OfferGrant.id)
            )
        )

    def unlink_all(self, customer_id: int) -> int:
        """Part the offers made outside of an interview from a customer, and remove words and code; return how many
        there were."""
        grants = self.list_of(customer_id)
        for grant in grants:
            _strip(grant)
        self._session.flush()
        return len(grants)

    def unlink(self, interview_id: int) -> int:
        """Part the offer of an interview from the person, and remove words and code; return how many there were."""
        grant = self.find(interview_id)
        if grant is None:
            return 0
        _strip(grant)
        self._session.flush()
        return 1


def _strip(grant: OfferGrant) -> None:
    grant.interview_id = grant.customer_id = grant.terms = grant.code = None
    grant.details = {}
