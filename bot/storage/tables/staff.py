"""The people who work here: who may sign in, who is signed in, and what each of them did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.storage.database import Base


class StaffUser(Base):
    """A member of staff. The password is kept as an Argon2 hash."""

    __tablename__ = "staff_users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffSignIn(Base):
    """A signed-in browser. Only the hash of its cookie is kept; `form_token` guards every form against forgery."""

    __tablename__ = "staff_sign_ins"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    staff_user_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_users.id", ondelete="CASCADE"), index=True)
    form_token: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    staff_user: Mapped[StaffUser] = relationship(lazy="joined")


class AuditEntry(Base):
    """One thing that staff or an operator did. `details` never holds message text or contact details."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(sa.String(80))
    action: Mapped[str] = mapped_column(sa.String(80))
    subject: Mapped[str | None] = mapped_column(sa.String(80), index=True)
    details: Mapped[dict[str, Any] | None]
