"""Lets letters leave over one channel: at once, in order, within what the channel allows, and never one too often.

It knows no channel: a sender is handed in. One outbox for each channel holds its whole budget.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol

import structlog

from bot.conversations.lanes import wind_up
from bot.conversations.letter_book import Envelope, LetterBook
from bot.errors import FarewellError

log = structlog.get_logger()

SWEEP_SECONDS = 1
"""How long what another process has written may wait; what is written here is announced at once."""
AT_ONCE = 32
A_SECOND = 25
"""Messages that may leave in a second over all; Telegram's own limit is about thirty."""
BETWEEN_SECONDS = 1
"""Seconds between two messages to one address."""
LONGEST_PAUSE = 30
"""Seconds after which a channel that is away is tried again at the latest."""


class NotSent(FarewellError):
    """The letter has certainly not left. `channel_is_away`: nor would any other one."""

    def __init__(self, why: str, *, channel_is_away: bool = False) -> None:
        super().__init__(why)
        self.channel_is_away = channel_is_away


class TooMany(NotSent):
    """The channel asks to wait, in seconds, before anything else goes to this address."""

    def __init__(self, seconds: float) -> None:
        super().__init__("asked to wait")
        self.seconds = seconds


class OutcomeUnknown(FarewellError):
    """The letter may have arrived, or not. `answered`: the channel has said that it failed, so most likely not."""

    def __init__(self, why: str, *, answered: bool = False) -> None:
        super().__init__(why)
        self.answered = answered


class LetterRefused(FarewellError):
    """The channel will never take this letter. `unreachable`: nor any other one to this address."""

    def __init__(self, why: str, *, unreachable: bool = False) -> None:
        super().__init__(why)
        self.unreachable = unreachable


class Sender(Protocol):
    """Carries letters over one channel."""

    async def send(self, envelope: Envelope) -> str:
        """Return the channel's own id for the message, when it has arrived.

        Raises:
            NotSent, OutcomeUnknown, LetterRefused: when it has not, or when that cannot be known.
        """


class Pace:
    """How fast a channel is used: evenly, so that no second sees more than it may, and slower to each address."""

    def __init__(self) -> None:
        self._next = 0.0
        self._resting: dict[str, float] = {}

    async def wait(self) -> None:
        """Return when one more may leave."""
        await asyncio.sleep(max(0.0, self._next - time.monotonic()))

    def count(self) -> None:
        """Note that one leaves now. What is late by less than a gap is made up for, so the gap is that of one fewer a
        second: then no second, wherever it begins, sees more than it may."""
        gap = 1 / (A_SECOND - 1)
        self._next = max(self._next, time.monotonic() - gap) + gap

    def rest(self, address: str, seconds: float | None = None) -> None:
        """Let an address rest: for the usual time, or for as long as the channel asks."""
        self._resting[address] = time.monotonic() + (BETWEEN_SECONDS if seconds is None else seconds)

    def list_resting(self) -> dict[str, float]:
        """Return the addresses that rest and for how many seconds more."""
        now = time.monotonic()
        self._resting = {address: until for address, until in self._resting.items() if until > now}
        return {address: until - now for address, until in self._resting.items()}


class Outbox:
    """Sends what is due as long as `run` runs. `wake` may be called from any thread."""

    def __init__(self, book: LetterBook, sender: Sender) -> None:
        self._book = book
        self._sender = sender
        self._pace = Pace()
        self._on_the_way: dict[str, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._away, self._why_away = 0, ""
        self._back_at = 0.0

    @property
    def trouble(self) -> str | None:
        """Why nothing leaves at the moment, in a few words; None when it does."""
        return f"nothing can be sent ({self._why_away})" if self._away else None

    def wake(self) -> None:
        """Look now, because something waits."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Send until cancelled; then let what is on its way arrive, if it does so soon."""
        self._loop = asyncio.get_running_loop()
        # Nothing may leave before it is settled what an earlier process has sent.
        await self._insist(self._book.recover)
        try:
            while True:
                await self._pace.wait()
                await self._places.acquire()
                if not await self._send_next():
                    self._places.release()
                    await self._sleep()
        finally:
            self._loop = None
            await wind_up(self._on_the_way.values())

    async def _insist(self, note: Callable[[], object]) -> None:
        """Write something down, however often it takes: the database may be away for a moment."""
        while not await self._succeeds(note):  # noqa: ASYNC110  The database announces nothing.
            await asyncio.sleep(SWEEP_SECONDS)

    async def _succeeds(self, note: Callable[[], object]) -> bool:
        try:
            await asyncio.to_thread(note)
        except Exception as error:
            log.error("outbox.not_noted", error=type(error).__name__)
            return False
        return True

    async def _send_next(self) -> bool:
        """Send what goes next, and return whether there was anything."""
        self._woken.clear()
        if self._back_at > time.monotonic():
            return False
        busy = {*self._on_the_way, *self._pace.list_resting()}
        try:
            envelope = await asyncio.to_thread(self._book.take_next, busy)
        except Exception as error:  # The database may be away for a moment; the next sweep looks again.
            log.error("outbox.sweep_failed", error=type(error).__name__)
            return False
        if envelope is None:
            return False
        self._pace.count()
        task = asyncio.get_running_loop().create_task(self._send(envelope))
        self._on_the_way[envelope.address] = task
        task.add_done_callback(lambda _: self._leave(envelope.address))
        return True

    def _leave(self, address: str) -> None:
        del self._on_the_way[address]
        self._places.release()
        self._woken.set()

    async def _sleep(self) -> None:
        soonest = min([SWEEP_SECONDS, *self._pace.list_resting().values()])
        with suppress(TimeoutError):
            async with asyncio.timeout(soonest):
                await self._woken.wait()

    async def _send(self, envelope: Envelope) -> None:
        # Until it is noted down what came of it, nothing else goes to this address.
        await self._insist(await self._carry(envelope))

    async def _carry(self, envelope: Envelope) -> Callable[[], object]:
        """Carry a letter, and return what notes down what came of it."""
        began = time.perf_counter()
        try:
            channel_message_id = await self._sender.send(envelope)
        except TooMany as asked:
            self._pace.rest(envelope.address, asked.seconds)
            log.warning("letter.asked_to_wait", letter=envelope.id, seconds=asked.seconds)
            return partial(self._book.note_unsent, envelope.id, str(asked), asked.seconds)
        except NotSent as failure:
            if failure.channel_is_away:
                self._note_away(str(failure))
            return partial(self._book.note_unsent, envelope.id, str(failure))
        except LetterRefused as refusal:
            unreachable = envelope.address if refusal.unreachable else None
            return partial(self._book.note_refused, envelope.id, str(refusal), unreachable)
        except OutcomeUnknown as doubt:
            self._pace.rest(envelope.address)
            if doubt.answered:
                self._note_away(str(doubt))
            return partial(self._book.note_unknown, envelope.id, str(doubt), answered=doubt.answered)
        except Exception as doubt:  # A sender's own mistake tells as little about the letter as a cut connection.
            self._pace.rest(envelope.address)
            return partial(self._book.note_unknown, envelope.id, type(doubt).__name__)
        self._away, self._back_at = 0, 0.0
        self._pace.rest(envelope.address)
        log.info("letter.sent", letter=envelope.id, seconds=round(time.perf_counter() - began, 3))
        return partial(self._book.note_sent, envelope.id, channel_message_id)

    def _note_away(self, why: str) -> None:
        self._away, self._why_away = self._away + 1, why
        self._back_at = time.monotonic() + min(2.0 ** min(self._away, 10), LONGEST_PAUSE)
        log.warning("outbox.channel_away", reason=why)
