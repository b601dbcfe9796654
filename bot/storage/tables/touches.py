"""Whom we mean to write to after they have left, what became of it, and what has been put right for them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.retention.channels import Channel
from bot.retention.winback.touches import TouchAnswer, TouchKind, TouchState
from bot.storage.database import Base, by_value


class PlannedTouch(Base):
    """One planned or sent message to one person; `key` keeps anything from being planned for them twice. `rule` planned
    it and `because` decided last, both by the policy of this version. `wanted_at` is the moment the plan has for it,
    `due_at` when it is looked at next. Its own words are made when it is sent, and stand in its conversation; `words`
    are what the person added to their answer."""

    __tablename__ = "touches"
    __table_args__ = (sa.UniqueConstraint("customer_id", "key"), sa.Index("ix_touches_state_due_at", "state", "due_at"))

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[TouchKind] = mapped_column(by_value(TouchKind))
    state: Mapped[TouchState] = mapped_column(by_value(TouchState))
    channel: Mapped[Channel | None] = mapped_column(by_value(Channel))
    wanted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    planned_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)
    rule: Mapped[str] = mapped_column(sa.String(80))
    because: Mapped[str] = mapped_column(sa.String(80))
    policy_version: Mapped[int]
    improvement_id: Mapped[str | None] = mapped_column(sa.ForeignKey("improvements.id", ondelete="SET NULL"))
    grant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offer_grants.id", ondelete="SET NULL"))
    conversation_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("conversations.id", ondelete="SET NULL"), index=True
    )
    answer: Mapped[TouchAnswer | None] = mapped_column(by_value(TouchAnswer))
    words: Mapped[str | None] = mapped_column(sa.Text)
    answered_at: Mapped[datetime | None]


class RecordedImprovement(Base):
    """Something that was put right, as staff recorded it: `reasons` are the values of the reasons it answers."""

    __tablename__ = "improvements"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    what: Mapped[str] = mapped_column(sa.Text)
    reasons: Mapped[list[str]] = mapped_column(sa.JSON)
    place: Mapped[str | None] = mapped_column(sa.String(200))
    product: Mapped[str | None] = mapped_column(sa.String(200))
    feature: Mapped[str | None] = mapped_column(sa.String(200))
    told_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(200))


class PolicyVersion(Base):
    """The text of a policy that was in force, word for word."""

    __tablename__ = "policy_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)
    taken_at: Mapped[datetime]
    taken_from: Mapped[str] = mapped_column(sa.String(200))
