"""The people who leave: who they are, where they may be reached, and who must never be."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.retention.channels import Channel
from bot.retention.reasons import BillingReason
from bot.storage.database import Base, by_value


class Customer(Base):
    """A person the company knows, or one who gave an address in a conversation (then without `external_id`).

    `monthly_value` is in minor units of `currency`. `flagged_at`: staff have marked somebody who takes advantage of us;
    such a person gets no offer and is not written to. `timezone` is an IANA name. `reported_reason` is what the
    company's billing system says of why they left; `disputed_at`: since when they complain or dispute a charge.
    `not_before`: they asked to be left alone until then. `look_at` is when whoever plans touches looks at them next."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    name: Mapped[str | None] = mapped_column(sa.String(200))
    plan: Mapped[str | None] = mapped_column(sa.String(200))
    monthly_value: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    place: Mapped[str | None] = mapped_column(sa.String(200))
    timezone: Mapped[str | None] = mapped_column(sa.String(64))
    joined_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    last_purchase_at: Mapped[datetime | None]
    reported_reason: Mapped[BillingReason | None] = mapped_column(by_value(BillingReason))
    notes: Mapped[str | None] = mapped_column(sa.Text)
    flagged_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    look_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]

    contact_points: Mapped[list[ContactPoint]] = relationship(
        back_populates="customer", cascade="all, delete-orphan", passive_deletes=True
    )


class ContactPoint(Base):
    """An address of a person. `consent` is None until they were asked; `consent_wording` is the very sentence
    they agreed to or refused. An address that a visitor typed is not proven to be theirs, so several customers
    may name the same one."""

    __tablename__ = "contact_points"
    __table_args__ = (sa.UniqueConstraint("customer_id", "channel", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    channel: Mapped[Channel] = mapped_column(by_value(Channel))
    address: Mapped[str] = mapped_column(sa.String(320), index=True)
    consent: Mapped[bool | None]
    consent_source: Mapped[str | None] = mapped_column(sa.String(200), index=True)
    consent_wording: Mapped[str | None] = mapped_column(sa.Text)
    consent_at: Mapped[datetime | None]
    reachable: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship(back_populates="contact_points")


class Suppression(Base):
    """Somebody who must never be written to, as a keyed hash of channel and address (or of the conversation,
    while no address is known). It names nobody and survives erasure. Lifted only by the person."""

    __tablename__ = "suppressions"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    source: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
