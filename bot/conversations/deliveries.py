"""Brings news to whom it is for, and tries again until it has arrived or a day is over.

It knows neither web nor mail: a sender for each kind of news is handed in. All news arrives at least once, always with
the same id and the same content; a crash between sending and noting it down sends it once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from typing import Any, Protocol

import structlog

from bot.clock import Clock
from bot.conversations.reports import write_report
from bot.errors import FarewellError
from bot.storage.tables import Delivery, DeliveryKind, DeliveryState
from bot.storage.unit_of_work import Database

log = structlog.get_logger()

SWEEP_SECONDS = 1
PARALLEL = 4
SEND_SECONDS = 20
"""How long a receiver may take, all in all."""
LEASE = timedelta(seconds=60)
"""How long news that is being sent counts as taken; what a crash has interrupted is due again after it."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=4)
ATTEMPTS = 12
"""The pauses between so many attempts add up to about a day."""
SPREAD = 0.2


class NotDelivered(FarewellError):
    """The receiver did not take it. The message says why, without a word of the news; `final`: it never will."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


@dataclass(frozen=True)
class Parcel:
    """One piece of news on its way."""

    id: str
    kind: DeliveryKind
    payload: dict[str, Any]


class Sender(Protocol):
    """Carries one kind of news."""

    async def send(self, parcel: Parcel) -> None:
        """Return when the receiver has it.

        Raises:
            NotDelivered: when they do not.
        """


class DeliveryBook:
    """The record of what has to arrive. Every method is one short transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._random = SystemRandom()

    def take(self, kinds: frozenset[DeliveryKind]) -> list[Parcel]:
        """Take what is due for these receivers, and put into words what has none yet. What waits for receivers who are
        not there is forgotten."""
        now = self._clock()
        with self._database.read() as work:
            if not work.deliveries.has_due(now):
                return []
        with self._database.write() as work:
            work.deliveries.remove_others(kinds)
            due = work.deliveries.lock_due(kinds, now, PARALLEL)
            for delivery in due:
                delivery.payload = delivery.payload or write_report(work, delivery)
                delivery.attempts += 1
                delivery.next_attempt_at = now + LEASE
                if delivery.payload is None:
                    delivery.state, delivery.error = DeliveryState.DONE, "nothing to tell any more"
            parcels = [Parcel(one.id, one.kind, one.payload) for one in due if one.payload is not None]
            work.commit()
        return parcels

    def note_arrival(self, delivery_id: str) -> None:
        """Note that it has arrived; what it said is kept no longer."""
        with self._database.write() as work:
            delivery = work.deliveries.find(delivery_id)
            if delivery is not None:
                delivery.state, delivery.done_at = DeliveryState.DONE, self._clock()
                delivery.payload = delivery.error = None
                work.commit()

    def note_failure(self, delivery_id: str, failure: NotDelivered) -> None:
        """Note that it has not arrived, and when it is tried again, if it is."""
        with self._database.write() as work:
            delivery = work.deliveries.find(delivery_id)
            if delivery is None or delivery.state is not DeliveryState.WAITING:
                return
            delivery.error = str(failure)[:200]
            if failure.final or delivery.attempts >= ATTEMPTS:
                delivery.state = DeliveryState.FAILED
                log.error("delivery.failed", delivery=delivery.id, news=delivery.event, reason=delivery.error)
            else:
                delivery.next_attempt_at = self._clock() + self._choose_pause(delivery)
            work.commit()

    def _choose_pause(self, delivery: Delivery) -> timedelta:
        # Everything that failed together must not come back together.
        return choose_pause(delivery.attempts) * self._random.uniform(1 - SPREAD, 1 + SPREAD)

    def retry_failed(self) -> int:
        """Try everything once more that has been given up; return how much that is."""
        with self._database.write() as work:
            failed = work.deliveries.list_failed()
            for delivery in failed:
                delivery.state, delivery.attempts, delivery.next_attempt_at = DeliveryState.WAITING, 0, self._clock()
            work.commit()
        return len(failed)


def choose_pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: ten seconds, forty, and so on to four hours."""
    times: int = 4 ** min(attempts - 1, 10)
    return min(FIRST_PAUSE * times, LONGEST_PAUSE)


class DeliveryWorker:
    """Sends what is due as long as `run` runs."""

    def __init__(self, book: DeliveryBook, senders: Mapping[DeliveryKind, Sender]) -> None:
        self._book = book
        self._senders = senders

    async def run(self) -> None:
        """Send until cancelled; what is interrupted is sent again after the next start."""
        while True:
            if not await self._sweep():
                await asyncio.sleep(SWEEP_SECONDS)

    async def _sweep(self) -> bool:
        """Send what is due now, and return whether there was anything."""
        try:
            parcels = await asyncio.to_thread(self._book.take, frozenset(self._senders))
            await asyncio.gather(*(self._send(parcel) for parcel in parcels))
        except Exception as error:  # The database may be away for a moment; the next sweep looks again.
            log.error("deliveries.sweep_failed", error=type(error).__name__)
            return False
        return bool(parcels)

    async def _send(self, parcel: Parcel) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._senders[parcel.kind].send(parcel)
        except TimeoutError:
            failure = NotDelivered("no answer in time")
        except NotDelivered as error:
            failure = error
        except Exception as error:  # A sender's own mistake must not be tried without end.
            failure = NotDelivered(type(error).__name__)
        else:
            await asyncio.to_thread(self._book.note_arrival, parcel.id)
            log.info("delivery.arrived", delivery=parcel.id, kind=parcel.kind.value)
            return
        await asyncio.to_thread(self._book.note_failure, parcel.id, failure)
        log.warning("delivery.not_arrived", delivery=parcel.id, kind=parcel.kind.value, reason=str(failure))
