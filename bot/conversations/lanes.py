"""Does work in lanes: one thing at a time in each lane, different lanes at the same time.

It holds no state that matters: what waits is in the record, and whoever fills the lanes looks there again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable
from contextlib import nullcontext, suppress
from typing import Generic, TypeVar

Lane = TypeVar("Lane", bound=Hashable)

STOP_SECONDS = 1.5


async def wind_up(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Let tasks finish, if they do so soon, and cancel those that do not."""
    running = list(tasks)
    if running:
        _, late = await asyncio.wait(running, timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


class Lanes(Generic[Lane]):
    """Runs `work` for a lane whenever it is woken, and once more if it is woken in the meantime; `at_once` lanes at a
    time, `unhurried` of them at most for what nobody waits for. `work` must not raise. Until `open` and after `close`
    nothing runs."""

    def __init__(self, work: Callable[[Lane], Awaitable[None]], at_once: int, unhurried: int | None = None) -> None:
        self._work = work
        self._places = asyncio.Semaphore(at_once)
        self._unhurried_places = asyncio.Semaphore(unhurried or at_once)
        self._running: dict[Lane, asyncio.Task[None]] = {}
        self._woken_again: set[Lane] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Let work begin, in the event loop that runs."""
        self._loop = asyncio.get_running_loop()

    def wake(self, lane: Lane, unhurried: bool = False) -> None:
        """Look at a lane now. It may be called from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self.serve, lane, unhurried)

    def wake_later(self, lane: Lane, seconds: float) -> None:
        """Look at a lane again after a while."""
        asyncio.get_running_loop().call_later(seconds, self.serve, lane)

    def serve(self, lane: Lane, unhurried: bool = False) -> None:
        """Look at a lane now, from within the event loop."""
        if self._loop is None:
            return
        if lane in self._running:
            self._woken_again.add(lane)
            return
        task = asyncio.get_running_loop().create_task(self._do(lane, unhurried))
        self._running[lane] = task
        task.add_done_callback(lambda _: self._leave(lane))

    async def close(self) -> None:
        """Begin nothing more, and let what is under way finish, if it does so soon."""
        self._loop = None
        await wind_up(self._running.values())

    async def _do(self, lane: Lane, unhurried: bool) -> None:
        async with self._unhurried_places if unhurried else nullcontext(), self._places:
            await self._work(lane)

    def _leave(self, lane: Lane) -> None:
        del self._running[lane]
        if lane in self._woken_again:
            self._woken_again.discard(lane)
            self.serve(lane)
