"""Carries out on schedule what is due: looks at people, and lets the bot begin each claimed touch once.

DBOS runs it and goes on with it after a crash. It must not decide anything: the planner does; nor send anything: the
outbox of each channel does.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential

from bot.clock import Clock
from bot.conversations.touches import TouchService
from bot.outreach.planner import Planner
from bot.settings import Settings
from bot.storage.database import connect_workflows, is_passing

log = structlog.get_logger(__name__)

EVERY = "*/10 * * * * *"
"""How often is looked who is due, as cron with seconds."""
ROOM = 500
"""So many touches are under way at once, about 20 seconds of what Telegram takes. What is due beyond it stays planned,
so that it is decided about, and worded, when its turn comes."""
TICKS = 20
"""So many batches of people at most are looked at in one go; the next look goes on."""
QUEUE = "touches"
VERSION = "1"
"""DBOS leaves alone what another version began. It is changed when the workflows below can no longer go on with what
an older one has begun."""
KEPT = timedelta(days=1)
"""After so long what has been carried out is forgotten; what became of each touch stands in our own tables."""
AGAIN = timedelta(minutes=5)
"""After so long a claimed touch that could not be begun is tried anew."""
A_SECOND = 26
"""So many touches begin in a second at most, over all workers: a little more than leave."""
THREADS = 8
RETRY_SECONDS = 10


def _passes(error: BaseException) -> bool:
    return isinstance(error, Exception) and is_passing(error)


class Engine:
    """Runs the schedule of one process as long as `run` runs. There is one engine in a process."""

    def __init__(
        self, settings: Settings, planner: Planner, touches: TouchService, clock: Clock, worker: str = "0"
    ) -> None:
        self._clock = clock
        self._url = settings.database_url
        self._planner = planner
        self._touches = touches
        self._worker = worker
        self._looking = threading.Lock()
        self._trouble: str | None = "has not started yet"

    @property
    def trouble(self) -> str | None:
        """Why nothing is carried out at the moment, in a few words; None when it is."""
        return self._trouble

    async def run(self) -> None:
        """Look and carry out until cancelled."""
        while not await self._launch():  # noqa: ASYNC110  The database announces nothing.
            await asyncio.sleep(RETRY_SECONDS)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.to_thread(self.stop)

    def launch(self) -> None:
        """Begin; what an earlier process of this worker has begun goes on."""
        global _engine
        _engine = self
        self._store = connect_workflows(self._url)
        config: DBOSConfig = {
            "name": "farewell",
            "system_database_engine": self._store,
            "application_version": VERSION,
            "executor_id": f"outreach-{self._worker}",
            "log_level": "WARNING",
            "scheduler_polling_interval_sec": 1.0,
            "max_executor_threads": THREADS,
            "use_listen_notify": False,
        }
        DBOS(config=config)
        DBOS.launch()
        self._client = DBOSClient(system_database_engine=self._store)
        DBOS.register_queue(QUEUE, limiter={"limit": A_SECOND, "period": 1.0}, polling_interval_sec=0.2)
        DBOS.apply_schedules(
            [
                {"schedule_name": "look", "workflow_fn": look, "schedule": EVERY},
                {"schedule_name": "tidy", "workflow_fn": tidy, "schedule": "0 7 * * * *"},
            ]
        )
        log.info("outreach.engine_started", worker=self._worker)

    def stop(self) -> None:
        """End; what is under way goes on when this worker starts again."""
        DBOS.destroy(workflow_completion_timeout_sec=0)
        self._client.destroy()
        self._store.dispose()

    def look(self) -> int:
        """Look at whoever is due as long as there is room, hand the claimed touches in to be carried out, and return
        how many. What was handed in before is not handed in again. Only one look is taken at a time."""
        if not self._looking.acquire(blocking=False):
            return 0
        try:
            room = ROOM - self._touches.count_under_way()
            for _ in range(TICKS):
                tick = self._planner.tick(room) if room > 0 else None
                if tick is None or not tick.looked_at:
                    break
                room -= len(tick.claimed)
            found = self._touches.list_unbegun(ROOM)
            self._hand_in(found)
            return len(found)
        finally:
            self._looking.release()

    def _hand_in(self, found: Sequence[tuple[str, datetime]]) -> None:
        now = self._clock()
        with self._store.begin() as connection:
            for touch_id, claimed_at in found:
                named = _name(touch_id, claimed_at, now)
                options: EnqueueOptions = {
                    "queue_name": QUEUE,
                    "workflow_name": "carry_out",
                    "workflow_id": named,
                    "app_version": VERSION,
                }
                self._client.enqueue_in_transaction(connection, options, touch_id)

    @retry(retry=retry_if_exception(_passes), stop=stop_after_attempt(5), wait=wait_exponential(max=10), reraise=True)
    def begin(self, touch_id: str) -> None:
        """Let the bot begin a touch. The database may be away for a moment."""
        self._touches.begin(touch_id)

    async def _launch(self) -> bool:
        try:
            await asyncio.to_thread(self.launch)
        except Exception as error:  # The database may be away for a moment.
            self._trouble = f"cannot start ({type(error).__name__})"
            log.exception("outreach.engine_not_started")
            return False
        self._trouble = None
        return True


def _name(touch_id: str, claimed_at: datetime, now: datetime) -> str:
    """Return the id under which a touch is carried out: once for each time it is claimed, and anew where that has
    failed for long."""
    return f"{touch_id}.{claimed_at:%Y%m%dT%H%M%S}.{(now - claimed_at) // AGAIN}"


_engine: Engine | None = None


def _get_engine() -> Engine:
    if _engine is None:
        raise RuntimeError("the engine was not launched in this process")
    return _engine


@DBOS.workflow(name="look")
def look(_at: datetime, _context: Any) -> None:
    """Look who is due, and hand in what is to be carried out."""
    _look()


@DBOS.step(name="look_once")
def _look() -> int:
    return _get_engine().look()


@DBOS.workflow(name="carry_out")
def carry_out(touch_id: str) -> None:
    """Carry one touch out. It is not divided into steps: beginning a touch a second time does nothing, and once it has
    begun, turn, letter and outbox see to it, each of them a committed row."""
    _get_engine().begin(touch_id)


@DBOS.workflow(name="tidy")
def tidy(_at: datetime, _context: Any) -> None:
    """Forget what has been carried out long ago."""
    _forget_old()


@DBOS.step(name="forget_old")
def _forget_old() -> None:
    before = (datetime.now(UTC) - KEPT).isoformat()
    done = DBOS.list_workflows(status=["SUCCESS", "ERROR"], end_time=before, limit=20_000, load_input=False)
    for batch in range(0, len(done), 500):
        DBOS.delete_workflows([workflow.workflow_id for workflow in done[batch : batch + 500]])
