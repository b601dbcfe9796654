"""Tells, within this process, that something happened in a conversation, so that nobody has to wait for a poll.

It carries no data and is never the only way: whoever listens also looks at the database now and then, because
another process may have written there.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

OnTurn = Callable[[str, bool], None]
"""Hears in which conversation a turn waits, and whether it is unhurried."""


class Announcer:
    """Wakes those who listen. `changed` and `turn_waits` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: dict[str, set[Waker]] = defaultdict(set)
        self._on_turn: OnTurn | None = None
        self._on_change: Callable[[], None] | None = None

    def changed(self, conversation_id: str) -> None:
        """Say that there is something new to see in a conversation."""
        with self._lock:
            wakers = list(self._streams.get(conversation_id, ()))
        for waker in wakers:
            waker.wake()
        if self._on_change is not None:
            self._on_change()

    def turn_waits(self, conversation_id: str, *, unhurried: bool = False) -> None:
        """Say that a turn waits to be made, which is also something to see. `unhurried`: nobody waits for it."""
        self.changed(conversation_id)
        if self._on_turn is not None:
            self._on_turn(conversation_id, unhurried)

    def set_on_turn(self, listener: OnTurn | None) -> None:
        """Set who makes waiting turns; the listener must bear to be called from any thread."""
        self._on_turn = listener

    def set_on_change(self, listener: Callable[[], None] | None) -> None:
        """Set who carries what is new to channels that do not come and fetch it; callable from any thread as well."""
        self._on_change = listener

    def count_listeners(self, conversation_id: str) -> int:
        """Return how many listen to a conversation."""
        with self._lock:
            return len(self._streams.get(conversation_id, ()))

    @contextmanager
    def listen(self, conversation_id: str) -> Iterator[Waker]:
        """Listen to a conversation from within a running event loop."""
        waker = Waker()
        with self._lock:
            self._streams[conversation_id].add(waker)
        try:
            yield waker
        finally:
            with self._lock:
                self._streams[conversation_id].discard(waker)
                if not self._streams[conversation_id]:
                    del self._streams[conversation_id]


class Waker:
    """Lets a task of one event loop sleep until it is woken from anywhere."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def wake(self) -> None:
        """Wake the sleeper, or keep it from falling asleep once."""
        # The loop may have been closed by the time a thread wants to wake it; then nobody sleeps there.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._event.set)

    async def sleep(self, seconds: float) -> None:
        """Return when woken, after `seconds` at the latest."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()
