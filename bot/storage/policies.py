"""Repository of the policies that are or were in force."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.database import insert_new
from bot.storage.tables import PolicyVersion


class Policies:
    """Finds and adds versions of the policy. None is ever changed or removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, version: int, text: str, taken_from: str, now: datetime) -> PolicyVersion:
        """Add a version, unless there is one of this number already, which then stays as it is; return what is kept."""
        row = {"version": version, "text": text, "taken_from": taken_from, "taken_at": now}
        insert_new(self._session, PolicyVersion, row, "version")
        return self._session.get_one(PolicyVersion, version)

    def find(self, version: int) -> PolicyVersion | None:
        """Return this version, or None."""
        return self._session.get(PolicyVersion, version)

    def find_newest(self) -> PolicyVersion | None:
        """Return the version that rules, or None before the first start."""
        return self._session.scalar(sa.select(PolicyVersion).order_by(PolicyVersion.version.desc()).limit(1))

    def list_all(self) -> list[PolicyVersion]:
        """Return all versions, the newest first."""
        return [*self._session.scalars(sa.select(PolicyVersion).order_by(PolicyVersion.version.desc()))]
