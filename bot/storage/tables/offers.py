"""Offers that were made to people: what, why, worth how much, until when, and what they said to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import Reason
from bot.storage.database import Base, by_value


class OfferGrant(Base):
    """One offer to one person; an interview has at most one. `offer` is its name in the policy, `rule` the rule that
    chose it. `worth` is in minor units of `currency`; `terms` is the very sentence the person was shown.
    `details` is what else its words are made of: percent, months, plan, place, and the time zone of the deadline.
    Erasure unlinks it and removes words and code; what it cost stays."""

    __tablename__ = "offer_grants"

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("exit_interviews.id", ondelete="SET NULL"), unique=True
    )
    customer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    offer: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[OfferKind] = mapped_column(by_value(OfferKind))
    reason: Mapped[Reason] = mapped_column(by_value(Reason))
    worth: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    details: Mapped[dict[str, Any]]
    terms: Mapped[str | None] = mapped_column(sa.Text)
    code: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    state: Mapped[GrantState] = mapped_column(by_value(GrantState), index=True)
    rule: Mapped[str] = mapped_column(sa.String(80))
    policy_version: Mapped[int]
    trial: Mapped[bool] = mapped_column(default=False)
    offered_at: Mapped[datetime]
    deadline: Mapped[datetime]
    decided_at: Mapped[datetime | None]
