"""Records who read whose transcript."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.storage.unit_of_work import Database

ONCE_PER = timedelta(hours=1)
_ACTION = "transcript.viewed"


def record_viewing(database: Database, conversation_id: str, staff: str, now: datetime) -> None:
    """Record that staff read this transcript; once an hour is enough, however often the page refreshes."""
    with database.read() as uow:
        if uow.audit.holds(staff, _ACTION, conversation_id, now - ONCE_PER):
            return
    with database.write() as uow:
        uow.audit.record(staff, _ACTION, now, subject=conversation_id)
        uow.commit()
