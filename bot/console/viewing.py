"""Records who read whose transcript, whose record, and the numbers of those to phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.storage.unit_of_work import Database

ONCE_PER = timedelta(hours=1)
TRANSCRIPT_VIEWED, CUSTOMER_VIEWED, CALLS_VIEWED = "transcript.viewed", "customer.viewed", "calls.viewed"


def record_viewing(database: Database, subject: str, staff: str, now: datetime, what: str = TRANSCRIPT_VIEWED) -> None:
    """Record that staff read this; once an hour is enough, however often the page refreshes."""
    with database.read() as uow:
        if uow.audit.holds(staff, what, subject, now - ONCE_PER):
            return
    with database.write() as uow:
        uow.audit.record(staff, what, now, subject=subject)
        uow.commit()
