"""Repositories of staff, their sign-ins, and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.tables import AuditEntry, StaffSignIn, StaffUser


class StaffUsers:
    """Finds and adds staff and their sign-ins."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user: StaffUser) -> None:
        """Add a member of staff."""
        self._session.add(user)
        self._session.flush()

    def find_by_name(self, name: str) -> StaffUser | None:
        """Return the member of staff with this name, or None."""
        return self._session.scalar(sa.select(StaffUser).where(StaffUser.name == name))

    def is_empty(self) -> bool:
        """Tell whether nobody works here yet."""
        return self._session.scalar(sa.select(StaffUser.id).limit(1)) is None

    def add_sign_in(self, sign_in: StaffSignIn) -> None:
        """Remember a signed-in browser."""
        self._session.add(sign_in)

    def find_sign_in(self, token_hash: str) -> StaffSignIn | None:
        """Return the sign-in with this hash, or None."""
        return self._session.get(StaffSignIn, token_hash)

    def remove_sign_in(self, token_hash: str) -> None:
        """Forget a signed-in browser."""
        self._session.execute(sa.delete(StaffSignIn).where(StaffSignIn.token_hash == token_hash))

    def remove_sign_ins_of(self, user: StaffUser) -> None:
        """Sign a member of staff out everywhere."""
        self._session.execute(sa.delete(StaffSignIn).where(StaffSignIn.staff_user_id == user.id))


class AuditLog:
    """Records what staff and operators do."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, actor: str, action: str, now: datetime, *, subject: str | None = None, **details: Any) -> None:
        """Add an entry. Neither message text nor contact details belong into it."""
        self._session.add(AuditEntry(at=now, actor=actor, action=action, subject=subject, details=details or None))
