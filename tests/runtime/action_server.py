"""An action server over real HTTP, with the test bot's actions on rasa-sdk, that can be told how to misbehave.

It must not know anything of Rasa's side.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from tests.runtime.bot.actions import Finish, OptOut, ValidateExitInterview

DOMAIN = yaml.safe_load((Path(__file__).parent / "bot/domain.yml").read_text(encoding="utf-8"))


class ActionServer:
    """Runs in a thread of its own.

    `calls` is what Rasa asked for and `headers` how. While `ailment` is a status with a body, that is all it answers;
    while it is a number, every answer takes so many seconds.
    """

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.ailment: tuple[int, str] | float | None = None
        self.port = 0
        self._executor = ActionExecutor()
        for action in (ValidateExitInterview, Finish, OptOut):
            self._executor.register_action(action)
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def start(self) -> None:
        """Listen on a free port of loopback; on the same one again after a `stop`."""
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)

    def stop(self) -> None:
        """Stop listening, as a server does that is being replaced."""
        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
            self._runner = None

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/internal/actions"

    @property
    def called(self) -> list[str]:
        """The names of the actions asked for."""
        return [call["next_action"] for call in self.calls]

    def recover(self) -> None:
        """Forget all calls and be well."""
        self.calls.clear()
        self.headers.clear()
        self.ailment = None
        if self._runner is None:
            self.start()

    async def _start(self) -> None:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/internal/actions", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def _answer(self, request: web.Request) -> web.Response:
        call = await request.json()
        self.calls.append(call)
        self.headers.append(dict(request.headers))
        if isinstance(self.ailment, tuple):
            status, body = self.ailment
            return web.Response(status=status, text=body, content_type="application/json")
        if self.ailment is not None:
            await asyncio.sleep(self.ailment)
        try:
            return web.json_response(await self._executor.run({**call, "domain": DOMAIN}))
        except ActionExecutionRejection as rejection:
            return web.json_response({"action_name": rejection.action_name, "error": rejection.message}, status=400)
        except ActionNotFoundException as missing:
            return web.json_response({"action_name": missing.action_name, "error": missing.message}, status=404)
