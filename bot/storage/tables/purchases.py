"""What customers bought and when they came back, as the company's own system tells it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.database import Base


class Purchase(Base):
    """One order. `amount` is in minor units of `currency`."""

    __tablename__ = "purchases"
    __table_args__ = (sa.UniqueConstraint("customer_id", "order_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id", ondelete="CASCADE"))
    order_id: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    product: Mapped[str | None] = mapped_column(sa.String(200))


class Return(Base):
    """Somebody who had left and is back. `amount` is what they brought in by that, in minor units of `currency`, where
    it was told; `offer_code` is the code they came back with."""

    __tablename__ = "returns"
    __table_args__ = (sa.UniqueConstraint("customer_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    offer_code: Mapped[str | None] = mapped_column(sa.String(40))


class CustomerValue(Base):
    """What a customer is worth, as reckoned last: margin in minor units of `currency`. `remaining` is what was still to
    be expected when they left. `basis` names the way it was reckoned."""

    __tablename__ = "customer_values"

    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    so_far: Mapped[int] = mapped_column(sa.BigInteger)
    remaining: Mapped[int] = mapped_column(sa.BigInteger)
    second_life: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    basis: Mapped[str] = mapped_column(sa.String(40))
    reckoned_at: Mapped[datetime]
