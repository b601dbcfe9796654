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

    def find(self, staff_user_id: int) -> StaffUser | None:
        """Return the member of staff, or None."""
        return self._session.get(StaffUser, staff_user_id)

    def find_by_name(self, name: str) -> StaffUser | None:
        """Return the member of staff with this name, in small or capital letters, or None."""
        return self._session.scalar(sa.select(StaffUser).where(sa.func.lower(StaffUser.name) == name.lower()))

    def is_empty(self) -> bool:
        """Tell whether nobody works here yet."""
        return self._session.scalar(sa.select(StaffUser.id).limit(1)) is None

    def add_sign_in(self, sign_in: StaffSignIn) -> None:
        """Remember a signed-in browser."""
        self._session.add(sign_in)

    def find_sign_in(self, token_hash: str, now: datetime) -> StaffSignIn | None:
        """Return the sign-in with this hash if it is still valid and its user may sign in, or None.

        It and its user stay readable after the transaction.
        """
        found = self._session.get(StaffSignIn, token_hash)
        if found is None or found.expires_at <= now or found.staff_user.disabled_at:
            return None
        self._session.expunge(found)
        self._session.expunge(found.staff_user)
        return found

    def remove_sign_in(self, token_hash: str) -> None:
        """Forget a signed-in browser."""
        self._session.execute(sa.delete(StaffSignIn).where(StaffSignIn.token_hash == token_hash))

    def remove_expired_sign_ins(self, now: datetime) -> None:
        """Forget all browsers whose time is over."""
        self._session.execute(sa.delete(StaffSignIn).where(StaffSignIn.expires_at <= now))

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

    def holds(self, actor: str, action: str, subject: str, since: datetime) -> bool:
        """Tell whether somebody has done this at or after `since`."""
        query = sa.select(AuditEntry.id).where(
            AuditEntry.subject == subject,
            AuditEntry.actor == actor,
            AuditEntry.action == action,
            AuditEntry.at >= since,
        )
        return self._session.scalar(query.limit(1)) is not None
