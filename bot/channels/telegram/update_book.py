"""The record of what came in from Telegram: kept before Telegram is told so, and dealt with once, in order.

Every method is one short transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels.telegram.deeds import Deed
from bot.clock import Clock
from bot.storage.tables import UpdateState
from bot.storage.unit_of_work import Database

log = structlog.get_logger()

DELAYS = (1, 2, 5, 10, 30, 60)
"""Seconds to wait after the first, second … failure."""
LONGEST_DELAY = timedelta(seconds=DELAYS[-1])
MISTAKES = 5
"""So often something is tried that fails by a mistake of ours, before it is put aside for an operator."""
KEPT = timedelta(days=3)
"""For so long a repeat is known as one. Telegram repeats for a day at most, and may begin its ids anew after a week."""


@dataclass(frozen=True)
class Due:
    """What is to be dealt with next in a chat."""

    update_id: int
    deed: Deed
    due_at: datetime


class UpdateBook:
    """Reads and writes where updates stand."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def keep(self, updates: Iterable[tuple[int, int, Deed]]) -> None:
        """Keep updates with their chats, all or none; one that is known already stays as it is."""
        now = self._clock()
        with self._database.write() as work:
            for update_id, chat_id, deed in updates:
                work.telegram_updates.add(update_id, chat_id, deed.write(), now)
            work.commit()

    def list_chats(self) -> list[int]:
        """Return the chats in which something is to be dealt with now."""
        with self._database.read() as work:
            return work.telegram_updates.list_chats_due(self._clock(), LONGEST_DELAY)

    def look(self, chat_id: int) -> Due | None:
        """Return what comes next in a chat, or None."""
        with self._database.read() as work:
            update = work.telegram_updates.find_next(chat_id)
            return Due(update.id, Deed.read(update.deed or {}), update.next_attempt_at) if update else None

    def note_done(self, update_id: int) -> None:
        """Note that it is in the transcript; what it said is kept here no longer."""
        with self._database.write() as work:
            update = work.telegram_updates.find(update_id)
            if update is not None:
                update.state, update.deed, update.error = UpdateState.DONE, None, None
                work.commit()

    def note_failure(self, update_id: int, error: Exception, *, is_mistake: bool) -> float:
        """Note that it could not be dealt with, and return in how many seconds to try again, 0 for never. What failed
        by a mistake of ours several times is put aside, so that what came after it is dealt with."""
        with self._database.write() as work:
            update = work.telegram_updates.find(update_id)
            if update is None or update.state is not UpdateState.WAITING:
                return 0
            update.attempts += 1
            update.error = type(error).__name__
            delay = DELAYS[min(update.attempts, len(DELAYS)) - 1]
            if is_mistake and update.attempts >= MISTAKES:
                update.state = UpdateState.FAILED
                log.error("update.failed", update=update_id, error=update.error)
                delay = 0
            else:
                update.next_attempt_at = self._clock() + timedelta(seconds=delay)
            work.commit()
            return delay

    def retry_failed(self) -> int:
        """Let everything be tried once more that was put aside; return how much that is."""
        with self._database.write() as work:
            failed = work.telegram_updates.list_failed()
            for update in failed:
                update.state, update.attempts, update.next_attempt_at = UpdateState.WAITING, 0, self._clock()
            work.commit()
        return len(failed)

    def remove_old(self) -> None:
        """Forget what was dealt with so long ago that it cannot come again."""
        with self._database.write() as work:
            work.telegram_updates.remove_done(self._clock() - KEPT)
            work.commit()
