"""Updates that wait for the bot, with the offsets of getUpdates as Telegram's own server counts them.

It does not know what an update says, and it sends nothing.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.telegram.chats import Json

# An offset so far beyond the newest update is taken for a mistake and answered from the oldest one.
FUTURE_SLACK = 10
DAY = 86_400


@dataclass(frozen=True)
class Update:
    """One update; webhooks keep the order of a `lane`, and none is kept after `expires_at` (Unix seconds)."""

    id: int
    kind: str
    body: Json
    lane: str
    expires_at: float

    def as_json(self) -> Json:
        return {"update_id": self.id, self.kind: self.body}


class Poll:
    """A getUpdates that waits, in the event loop that serves it."""

    def __init__(self) -> None:
        self.conflict: str | None = None
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._loop.call_soon_threadsafe(self._woken.set)

    async def wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return


class UpdateQueue:
    """The line of updates; any thread may use it."""

    def __init__(self, lock: threading.RLock, now: Callable[[], float]) -> None:
        self._lock = lock
        self._now = now
        self._next_id = random.randrange(500_000_000, 900_000_000)
        self._waiting: list[Update] = []
        self._made: dict[int, Update] = {}
        self._late: list[Update] = []
        self._held = False
        self._allowed: frozenset[str] | None = None
        self._poll: Poll | None = None
        self._listeners: list[Callable[[], None]] = []

    # ---- what happens in the chats --------------------------------------------------------------------------------

    def push(self, kind: str, body: Json, lane: str, lifetime: float = DAY) -> int | None:
        """Add an update and return its id, or None if the bot does not want updates of that kind."""
        with self._lock:
            if self._allowed is not None and kind not in self._allowed:
                return None
            update = Update(self._next_id, kind, body, lane, self._now() + lifetime)
            self._next_id += 1
            self._made[update.id] = update
            self._waiting.append(update)
            self.wake()
            return update.id

    def allow(self, kinds: list[str] | None) -> None:
        """Choose which kinds are kept from now on; an empty list means all, None leaves it as it was."""
        with self._lock:
            if kinds is not None:
                self._allowed = frozenset(kinds) or None

    # ---- what a test does with them -------------------------------------------------------------------------------

    @property
    def last_id(self) -> int:
        with self._lock:
            return self._next_id - 1

    @property
    def waiting(self) -> int:
        """How many updates nobody has confirmed."""
        with self._lock:
            self._forget_expired()
            return len(self._waiting)

    @property
    def allowed(self) -> list[str] | None:
        return None if self._allowed is None else sorted(self._allowed)

    def hold(self) -> None:
        """Hand out nothing until `release`; what people do meanwhile waits."""
        with self._lock:
            self._held = True

    def release(self) -> None:
        with self._lock:
            self._held = False
            self.wake()

    def repeat(self, update_id: int) -> None:
        """Deliver an update a second time, whatever the bot has confirmed."""
        with self._lock:
            if update_id not in self._made:
                raise AssertionError(f"there never was an update {update_id}")
            self._late.append(self._made[update_id])
            self.wake()

    def renumber(self) -> None:
        """Go on at a random lower number, as Telegram may after a week without updates."""
        with self._lock:
            if self._waiting:
                raise AssertionError(f"{len(self._waiting)} updates are not confirmed: a quiet week leaves none")
            self._next_id = random.randrange(100_000_000, 400_000_000)

    def clear(self) -> None:
        with self._lock:
            self._waiting = []
            self._late = []

    # ---- getUpdates -----------------------------------------------------------------------------------------------

    def take(self, offset: int, limit: int) -> list[Update]:
        """Forget what the offset confirms and return what comes next, as getUpdates does."""
        with self._lock:
            self._forget_expired()
            head = self._waiting[0].id if self._waiting else self._next_id
            if offset <= 0:
                # A negative offset counts from the end; none at all begins at the oldest.
                offset = max(head, self._next_id + offset if offset < 0 else head)
            if offset > self._next_id + FUTURE_SLACK:
                offset = head
            self._waiting = [update for update in self._waiting if update.id >= offset]
            if self._held:
                return []
            late = self.take_late(limit)
            return late + self._waiting[: limit - len(late)]

    def begin_poll(self) -> Poll:
        """Let a new poll wait; one that waits already ends in a conflict."""
        with self._lock:
            self.end_poll(
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
            self._poll = Poll()
            return self._poll

    def end_poll(self, conflict: str) -> None:
        with self._lock:
            if self._poll:
                self._poll.conflict = conflict
                self._poll.wake()
            self._poll = None

    def leave_poll(self, poll: Poll) -> None:
        with self._lock:
            if self._poll is poll:
                self._poll = None

    # ---- webhooks -------------------------------------------------------------------------------------------------

    def listen(self, listener: Callable[[], None]) -> None:
        """Call the listener, from any thread, when there may be something to hand out."""
        self._listeners.append(listener)

    def stop_listening(self, listener: Callable[[], None]) -> None:
        self._listeners.remove(listener)

    def list_lanes(self) -> list[str]:
        with self._lock:
            return [] if self._held else list(dict.fromkeys(update.lane for update in self._waiting))

    def find_first(self, lane: str) -> Update | None:
        with self._lock:
            self._forget_expired()
            return None if self._held else next((each for each in self._waiting if each.lane == lane), None)

    def forget(self, update: Update) -> None:
        with self._lock:
            self._waiting = [each for each in self._waiting if each is not update]

    def find_late(self) -> Update | None:
        """Return the next update that shall be delivered a second time."""
        with self._lock:
            return self._late[0] if self._late and not self._held else None

    def take_late(self, limit: int) -> list[Update]:
        with self._lock:
            late, self._late = self._late[:limit], self._late[limit:]
            return late

    def wake(self) -> None:
        with self._lock:
            if self._held:
                return
            if self._poll:
                self._poll.wake()
            for listener in self._listeners:
                listener()

    def _forget_expired(self) -> None:
        now = self._now()
        self._waiting = [update for update in self._waiting if update.expires_at > now]
