"""The Bot API over real HTTP: forms and JSON in, the documented envelope out, and connections that break when asked to.

What a method does is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import socket
import struct
import threading
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.telegram.chats import Json, Refusal
from tests.telegram.faults import write_page
from tests.telegram.methods import Methods, read_number
from tests.telegram.webhook import Courier
from tests.telegram.world import World

UNREADABLE = Refusal(400, "Bad Request: can't parse the request")


class Application:
    """The ASGI application; uvicorn serves it, in a test's own event loop or in a thread."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._methods = Methods(world)
        self._starlette = Starlette(
            routes=[Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"])],
            exception_handlers={HTTPException: self._explain},
            lifespan=self._run,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._starlette(scope, receive, send)
            return
        # Uvicorn hands over a method of the running request, which knows the connection; ASGI has no way to break one.
        scope["transport"] = send.__self__.transport  # type: ignore[attr-defined]
        # Either the server ends at once, or the client was killed in the middle of what it said.
        with contextlib.suppress(asyncio.CancelledError, ClientDisconnect):
            await self._starlette(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _run(self, _app: Starlette) -> AsyncIterator[None]:
        async with Courier(self._world.webhook, self._world.updates, self._world.lock).running():
            yield

    async def _answer(self, request: Request) -> Response:
        if not hmac.compare_digest(request.path_params["token"].encode(), self._world.token.encode()):
            return answer_refusal(Refusal(401, "Unauthorized"))
        method = request.path_params["method"]
        try:
            params = await read_params(request)
        except ValueError:
            return answer_refusal(UNREADABLE)
        self._world.note_call(method, params)
        fault = self._world.faults.take(method, read_number(params, "chat_id", 0))
        if fault is None:
            return await self._perform(method, params)
        answer = await self._perform(method, params) if fault.done else Response()
        await asyncio.sleep(fault.delay)
        if fault.cut:
            return break_connection(request, reset=fault.reset)
        if fault.refusal:
            return answer_refusal(fault.refusal)
        return HTMLResponse(write_page(fault.page), fault.page) if fault.page else answer

    async def _perform(self, method: str, params: Json) -> Response:
        try:
            return JSONResponse({"ok": True, "result": await self._methods.perform(method, params)})
        except Refusal as refusal:
            return answer_refusal(refusal)

    async def _explain(self, _request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 400:
            return answer_refusal(UNREADABLE)
        return answer_refusal(Refusal(404, "Not Found"))


def answer_refusal(refusal: Refusal) -> Response:
    return JSONResponse(refusal.as_json(), refusal.status)


def break_connection(request: Request, *, reset: bool) -> Response:
    """End the connection without a byte of an answer; what is returned goes nowhere."""
    transport: asyncio.Transport = request.scope["transport"]
    if reset:
        # With nothing to linger for, the kernel answers with a reset instead of an orderly end.
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    return Response()


async def read_params(request: Request) -> Json:
    """Return the parameters, however they came: in the address, as a form, as multipart or as JSON."""
    params: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        body = await request.json()
        if not isinstance(body, dict):
            raise ValueError("the body is no object")
        return params | body
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form() as form:
            return params | {name: value for name, value in form.items() if not isinstance(value, UploadFile)}
    return params


class _Server(uvicorn.Server):
    """Ends as when somebody pulls the plug: at once, whatever is under way."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready
        self._end = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)

    async def main_loop(self) -> None:
        self._ready.set()
        await self._end.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A connection that was accepted just now is known only some turns of the event loop later, and asyncio would
        # lose it if its server were closed by then.
        for listener in sockets or []:
            self._loop.remove_reader(listener)
        for _ in range(3):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for connection in self.server_state.connections:
            connection.transport.abort()
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()


class ServerThread:
    """Runs the application in a thread and an event loop of its own, on one port that stays its own in between."""

    def __init__(self, application: Application) -> None:
        self._application = application
        # A socket that is bound and does not listen refuses connections, and nobody else can take the port.
        self._reservation = self._bind(0)
        self.port: int = self._reservation.getsockname()[1]
        self._thread: threading.Thread | None = None
        self._server: _Server | None = None

    def start(self) -> None:
        if self._thread:
            return
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(ready)), daemon=True, name="bot-api")
        self._thread.start()
        if not ready.wait(10):
            raise AssertionError("the Bot API server did not start")

    def stop(self) -> None:
        """Stop listening and break every connection."""
        if self._thread is None or self._server is None:
            return
        self._server.end()
        self._thread.join(10)
        if self._thread.is_alive():
            raise AssertionError("the Bot API server did not stop")
        self._thread = self._server = None

    def close(self) -> None:
        self.stop()
        self._reservation.close()

    async def _run(self, ready: threading.Event) -> None:
        config = uvicorn.Config(self._application, log_config=None, access_log=False, ws="none")
        self._server = _Server(config, ready)
        await self._server.serve([self._bind(self.port)])

    @staticmethod
    def _bind(port: int) -> socket.socket:
        # With the protocol named, asyncio turns off the delay that would cost 40 ms with every answer.
        bound = socket.socket(proto=socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        return bound
