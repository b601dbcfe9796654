"""Receipts for erased data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.database import Base


class Erasure(Base):
    """One erased conversation: the receipt given to the person and what was removed, as counts.
    `forgotten_at` is set once Rasa's working memory of the conversation is gone as well, until then it is due."""

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(sa.String(20), unique=True)
    conversation_id: Mapped[str] = mapped_column(sa.String(36), index=True)
    removed: Mapped[dict[str, Any]]
    erased_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]
