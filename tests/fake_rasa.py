"""A small Rasa for tests: the gateway channel's contract over real HTTP, and whatever trouble a test wants."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.serving import serve
from tests.stack import find_free_port

SECRET = "g" * 40
Said = dict[str, Any]


def describe(said: Said) -> str:
    """Return in a word what a turn was about."""
    if "text" in said:
        return str(said["text"])
    return str(said.get("button", said.get("event"))["intent"])  # type: ignore[index]


class FakeRasa:
    """Answers each turn once and remembers it. `made` are the turns it ran, `asked` all that it was asked for."""

    def __init__(self) -> None:
        self.port = find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.asked: list[Said] = []
        self.made: list[Said] = []
        self.forgotten: list[str] = []
        self.parsed: list[str] = []
        self.intents: dict[str, str] = {}
        self.trouble: Callable[[Said], tuple[int, str] | None] = lambda _: None
        self.reply: Callable[[Said], list[dict[str, Any]]] = lambda said: [
            {"utter": "utter_echo", "text": f"re: {describe(said)}", "buttons": [], "metadata": {}}
        ]
        self.during: Callable[[Said], Any] = lambda _: None
        self.open = asyncio.Event()
        self.open.set()
        self.at_once = 0
        self.most_at_once = 0
        self._known: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._stack = contextlib.AsyncExitStack()

    async def start(self) -> None:
        routes = [
            Route("/webhooks/gateway/health", self._health),
            Route("/webhooks/gateway/turn", self._turn, methods=["POST"]),
            Route("/webhooks/gateway/parse", self._parse, methods=["POST"]),
            Route("/webhooks/gateway/forget", self._forget, methods=["POST"]),
        ]
        await self._stack.enter_async_context(serve(Starlette(routes=routes), self.port))

    async def stop(self) -> None:
        await self._stack.aclose()

    def said_in(self, conversation: str) -> list[str]:
        return [describe(said) for said in self.made if said["conversation"] == conversation]

    async def _health(self, _request: Request) -> Response:
        return JSONResponse({"ready": True})

    async def _turn(self, request: Request) -> Response:
        said = await self._read(request)
        if said is None:
            return JSONResponse({"error": "forbidden"}, 403)
        self.asked.append(said)
        key = (said["conversation"], said["message_id"])
        if key in self._known:
            return JSONResponse({"messages": self._known[key], "repeated": True})
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.open.wait()
            trouble = self.trouble(said)
            if trouble:
                page = trouble[1].startswith("<html")
                status, said_of_it = trouble
                return HTMLResponse(said_of_it, status) if page else JSONResponse({"error": said_of_it}, status)
            await asyncio.to_thread(self.during, said)
            self.made.append(said)
            self._known[key] = self.reply(said)
            return JSONResponse({"messages": self._known[key], "repeated": False})
        finally:
            self.at_once -= 1

    async def _parse(self, request: Request) -> Response:
        body = await self._read(request) or {"texts": []}
        self.parsed += body["texts"]
        results = [{"intent": self.intents.get(text, "inform"), "confidence": 0.9} for text in body["texts"]]
        return JSONResponse({"results": results})

    async def _forget(self, request: Request) -> Response:
        body = await self._read(request) or {}
        self.forgotten.append(body["conversation"])
        self._known = {key: value for key, value in self._known.items() if key[0] != body["conversation"]}
        return JSONResponse({"forgotten": True})

    async def _read(self, request: Request) -> Said | None:
        if request.headers.get("x-gateway-secret") != SECRET:
            return None
        said: Said = await request.json()
        return said
