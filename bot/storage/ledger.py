"""Reads what came of writing to people: touches, answers, offers, and what those who came back brought in.

It reads many customers at once. It must not decide what counts as a return.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.offers import GrantState, OfferKind
from bot.retention.winback.touches import TouchAnswer, TouchKind, TouchState
from bot.storage.database import is_one_of
from bot.storage.tables import Customer, ExitInterview, OfferGrant, PlannedTouch, Purchase, Return


class Income(NamedTuple):
    """Money that came in by a return or a purchase, in minor units of its currency; None where it was not told. `code`
    is the offer code somebody came back with."""

    at: datetime
    amount: int | None
    currency: str | None
    code: str | None = None


class Redeemed(NamedTuple):
    """An offer that was redeemed. `worth` is in minor units of its currency."""

    code: str | None
    kind: OfferKind
    worth: int
    currency: str | None
    at: datetime | None


class TouchCount(NamedTuple):
    """How many touches of a kind are in a state."""

    kind: TouchKind
    state: TouchState
    touches: int


class AnswerCount(NamedTuple):
    """How many touches of a kind were answered in a way."""

    kind: TouchKind
    answer: TouchAnswer
    touches: int


class OfferCount(NamedTuple):
    """How many welcome-back offers are in a state, and what they are worth together, in the currency of the policy.
    `ended`: their deadline has passed."""

    state: GrantState
    ended: bool
    offers: int
    worth: int


T = TypeVar("T", Income, Redeemed)


class Ledger:
    """All of it, without trials."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list_known(self) -> Sequence[int]:
        """Return the customers whom the company's system knows, and who may have left."""
        interviewed = sa.select(ExitInterview.customer_id).where(ExitInterview.trial.is_(False))
        query = (
            sa.select(Customer.id)
            .where(
                Customer.external_id.is_not(None),
                sa.or_(
                    Customer.cancelled_at.is_not(None),
                    Customer.last_purchase_at.is_not(None),
                    Customer.id.in_(interviewed),
                    Customer.id.in_(sa.select(Return.customer_id)),
                ),
            )
            .order_by(Customer.id)
        )
        return self._session.scalars(query).all()

    def find_beginning(self) -> datetime | None:
        """Return when the first touch was planned, or None."""
        return self._session.scalar(sa.select(sa.func.min(PlannedTouch.planned_at, type_=PlannedTouch.planned_at.type)))

    def read_returns(self, customer_ids: Collection[int]) -> dict[int, list[Income]]:
        """Return when these customers came back, as the company's system tells it, oldest first."""
        query = sa.select(Return.customer_id, Return.at, Return.amount, Return.currency, Return.offer_code)
        return self._read(query.order_by(Return.at), Return.customer_id, customer_ids, Income)

    def read_purchases(self, customer_ids: Collection[int]) -> dict[int, list[Income]]:
        """Return what these customers bought, oldest first."""
        query = sa.select(Purchase.customer_id, Purchase.at, Purchase.amount, Purchase.currency)
        return self._read(query.order_by(Purchase.at, Purchase.id), Purchase.customer_id, customer_ids, Income)

    def read_redeemed(self, customer_ids: Collection[int]) -> dict[int, list[Redeemed]]:
        """Return the offers that these customers redeemed."""
        query = (
            sa.select(
                OfferGrant.customer_id,
                OfferGrant.code,
                OfferGrant.kind,
                OfferGrant.worth,
                OfferGrant.currency,
                OfferGrant.decided_at,
            )
            .where(OfferGrant.state == GrantState.REDEEMED, OfferGrant.trial.is_(False))
            .order_by(OfferGrant.id)
        )
        return self._read(query, OfferGrant.customer_id, customer_ids, Redeemed)

    def count_touches(self, since: datetime) -> list[TouchCount]:
        """Return how the touches stand that came into their state since then."""
        query = sa.select(PlannedTouch.kind, PlannedTouch.state, sa.func.count())
        query = query.where(PlannedTouch.changed_at >= since).group_by(PlannedTouch.kind, PlannedTouch.state)
        return [TouchCount._make(row) for row in self._session.execute(query)]

    def count_answers(self, since: datetime) -> list[AnswerCount]:
        """Return what was answered since then."""
        query = sa.select(PlannedTouch.kind, PlannedTouch.answer, sa.func.count())
        query = query.where(PlannedTouch.answer.is_not(None), PlannedTouch.answered_at >= since)
        query = query.group_by(PlannedTouch.kind, PlannedTouch.answer)
        return [AnswerCount._make(row) for row in self._session.execute(query)]

    def count_offers(self, since: datetime, currency: str, now: datetime) -> list[OfferCount]:
        """Return how the welcome-back offers stand that were made since then. What is worth money is summed up in this
        currency alone."""
        ended = OfferGrant.deadline < now
        worth = sa.func.sum(sa.case((OfferGrant.currency == currency, OfferGrant.worth), else_=0))
        query = sa.select(OfferGrant.state, ended, sa.func.count(), worth).group_by(OfferGrant.state, ended)
        # The offer of an interview that was erased belongs to no interview either, so the rule tells them apart.
        is_winback = OfferGrant.rule.startswith("winback.")
        query = query.where(is_winback, OfferGrant.trial.is_(False), OfferGrant.offered_at >= since)
        return [
            OfferCount(state, bool(over), offers, int(total))
            for state, over, offers, total in self._session.execute(query)
        ]

    def _read(self, query: Any, column: Any, customer_ids: Collection[int], kind: type[T]) -> dict[int, list[T]]:
        found: dict[int, list[T]] = defaultdict(list)
        for row in self._session.execute(query.where(is_one_of(self._session, column, customer_ids))):
            found[row[0]].append(kind(*row[1:]))
        return found
