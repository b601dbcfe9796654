"""Rasa's tracker as bounded working memory in one SQLite file.

Rasa keeps every event and replays all of them at each turn, so that a long conversation grows slow. Here the older
turns are folded into a few events that say where the dialogue stands. It must not be taken for a record of what was
said: the transcript is kept by the application, and this file may be deleted at the price of dialogues starting over.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from rasa_runtime.aborts import MemoryFailed
from rasa_runtime.standing import restate

#: Customer turns that always stay whole.
TURNS_KEPT = 3


class WorkingMemory(TrackerStore):
    """Keeps for each conversation where it stands and its last few turns as they happened.

    `path` is the SQLite file (its directory is made), `limit` the number of events above which a conversation is
    folded, and `keep` the number of customer turns that stay whole.

    Whatever goes wrong with the file raises `MemoryFailed`. Rasa would otherwise go on with an empty conversation.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: Any = None,
        host: str | None = None,  # Rasa hands over its `url`, which a file has not.
        path: str = "var/working_memory.sqlite3",
        limit: int = 60,
        keep: int = TURNS_KEPT,
    ) -> None:
        super().__init__(domain, event_broker)
        self.limit, self.keep = limit, keep
        self._db = _open(path)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Remember the tracker, folded where it has grown too long; an empty one is not worth a row."""
        if not tracker.events:
            return
        events = list(tracker.events)
        if len(events) > self.limit:
            events = fold(tracker, self.domain, self.keep)
        content = json.dumps([event.as_dict() for event in events])
        with _loudly():
            self._db.execute(
                "INSERT INTO memory VALUES (?, ?) ON CONFLICT (conversation) DO UPDATE SET events = excluded.events",
                (tracker.sender_id, content),
            )

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the conversation's tracker, or None where nothing is remembered."""
        with _loudly():
            events = [Event.from_parameters(parameters) for parameters in self.recall(sender_id)]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots) if events else None

    def recall(self, conversation: str) -> list[dict[str, Any]]:
        """Return the events remembered of a conversation as they are stored, oldest first."""
        with _loudly():
            row = self._db.execute("SELECT events FROM memory WHERE conversation = ?", (conversation,)).fetchone()
            events: list[dict[str, Any]] = json.loads(row[0]) if row else []
        return events

    async def keys(self) -> Iterable[str]:
        """Return the conversations that are remembered."""
        with _loudly():
            return [row[0] for row in self._db.execute("SELECT conversation FROM memory")]

    def forget(self, conversation: str) -> bool:
        """Erase a conversation, also from the file's free pages and its log; say whether there was one."""
        with _loudly():
            erased = self._db.execute("DELETE FROM memory WHERE conversation = ?", (conversation,)).rowcount
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return erased > 0

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def fold(tracker: DialogueStateTracker, domain: Domain, keep: int) -> list[Event]:
    """Return the tracker's events with all but the last `keep` customer turns folded into where they had led."""
    events = list(tracker.events)
    turns = [at for at, event in enumerate(events[:-1]) if _listens(event) and isinstance(events[at + 1], UserUttered)]
    if len(turns) <= keep:
        return events
    kept = events[turns[-keep] :]
    then = DialogueStateTracker.from_events(tracker.sender_id, events[: turns[-keep]], domain.slots)
    head = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), *restate(then)]
    for event in head:
        event.timestamp = kept[0].timestamp
    return head + kept


def _listens(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


def _open(path: str) -> sqlite3.Connection:
    if path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # It holds what people wrote, so it is made for its owner's eyes before SQLite opens it.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    db = sqlite3.connect(path, isolation_level=None)
    # With a write-ahead log and these settings a crash of the process loses nothing; a power cut may cost the last
    # turns, which the application has on record.
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA secure_delete = ON")
    db.execute("CREATE TABLE IF NOT EXISTS memory (conversation TEXT PRIMARY KEY, events TEXT NOT NULL)")
    return db


@contextmanager
def _loudly() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
        raise MemoryFailed(f"working memory failed ({type(error).__name__})") from error
