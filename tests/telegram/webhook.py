"""The webhook: each update is posted to the bot's own address until it takes it.

Order is kept as Telegram keeps it: within a chat, but not between a person's messages and their presses.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass

import httpx

from tests.telegram.chats import Json
from tests.telegram.updates import Update, UpdateQueue

# Telegram begins with a second and goes up to minutes; a test has no time for that.
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.5
ANSWER_SECONDS = 5.0


@dataclass
class Webhook:
    """Where updates go; without a url they wait for getUpdates."""

    url: str = ""
    secret_token: str | None = None
    max_connections: int = 40
    last_error: str | None = None
    last_error_date: int | None = None

    def as_json(self, updates: UpdateQueue) -> Json:
        info: Json = {"url": self.url, "has_custom_certificate": False, "pending_update_count": updates.waiting}
        if self.url:
            info |= {"max_connections": self.max_connections, "ip_address": "127.0.0.1"}
        if self.last_error_date is not None:
            info |= {"last_error_date": self.last_error_date, "last_error_message": self.last_error}
        if updates.allowed is not None:
            info["allowed_updates"] = updates.allowed
        return info


class Courier:
    """Carries updates to the webhook, in the event loop that serves the Bot API."""

    def __init__(self, webhook: Webhook, updates: UpdateQueue, lock: threading.RLock) -> None:
        self._webhook = webhook
        self._updates = updates
        self._lock = lock
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def tell() -> None:
            loop.call_soon_threadsafe(self._news.set)

        self._updates.listen(tell)
        self._news.set()
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as self._http:
            task = asyncio.create_task(self._run())
            try:
                yield
            finally:
                self._updates.stop_listening(tell)
                tasks = [task, *self._under_way.values()]
                for each in tasks:
                    each.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            if not self._webhook.url:
                continue
            if self._updates.find_late():
                self._begin("late", self._repeat)
            for lane in self._updates.list_lanes():
                self._begin(lane, functools.partial(self._drain, lane))

    def _begin(self, name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        if name in self._under_way or len(self._under_way) >= self._webhook.max_connections:
            return
        task = asyncio.create_task(work())
        self._under_way[name] = task
        # There may be more now, or something that had to wait for a connection.
        task.add_done_callback(functools.partial(self._finish, name))

    def _finish(self, name: str, _task: asyncio.Task[None]) -> None:
        del self._under_way[name]
        self._news.set()

    async def _drain(self, lane: str) -> None:
        pause = FIRST_PAUSE
        while self._webhook.url and (update := self._updates.find_first(lane)):
            if await self._post(update):
                self._updates.forget(update)
                pause = FIRST_PAUSE
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _repeat(self) -> None:
        while self._webhook.url and (update := self._updates.find_late()):
            if await self._post(update):
                self._updates.take_late(1)
            else:
                await asyncio.sleep(FIRST_PAUSE)

    async def _post(self, update: Update) -> bool:
        secret = self._webhook.secret_token
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            response = await self._http.post(self._webhook.url, json=update.as_json(), headers=headers)
        except httpx.HTTPError as error:
            trouble = type(error).__name__
        else:
            if response.is_success:
                return True
            trouble = f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
        with self._lock:
            self._webhook.last_error = trouble
            self._webhook.last_error_date = int(time.time())
        return False
