"""A small stand-in for the web API, with the real pages and the real widget around it.

It speaks the API's contract, follows a fixed script instead of Rasa, and can be told to fail in every way a real server
does. It keeps everything in memory, so that it can be stopped and started again like a server with a database.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import jwt
import uvicorn
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from bot.channels.web.pages import install_pages
from tests.browser.fake_script import (
    COMPANY,
    ENDING,
    KEPT,
    LIKELIHOOD,
    PROBE,
    QUESTION,
    REASONS,
    SKIP_QUESTION,
    SKIPPED,
    WELCOME,
    FakeConversation,
    Faults,
    live,
)


class FakeFarewell:
    """The server: start it, talk to it with the widget, make it fail, look at what it was told."""

    def __init__(self, port: int, origins: tuple[str, ...] = (), **settings: str) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self.faults = Faults()
        self.conversations: dict[str, FakeConversation] = {}
        self.posted_at: list[float] = []
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._said = threading.Condition()
        values = {
            "company_name": COMPANY,
            "company_colour": "#2f6f5e",
            "company_logo_url": "",
            "privacy_url": "/privacy",
            "support_contact": "help@bramble.example",
            "cancel_url": "",
            "customer_token_secret": None,
            "webhook_url": "",
            "telegram_bot_token": None,
        }
        self.settings = SimpleNamespace(**{**values, **settings})
        self.app = self._build(origins)

    # ---- running -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        config = uvicorn.Config(self.app, log_level="error", ws="none", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # From here on connections wait in the socket's queue until the server takes them.
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        entered = threading.Event()

        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            for conversation in self.conversations.values():
                conversation.changed = asyncio.Event()
            entered.set()
            assert self._server is not None
            await self._server.serve([listener])

        self._thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
        self._thread.start()
        assert entered.wait(10), "the fake server did not start"

    def stop(self) -> None:
        """Stop at once; open streams break, as when a server is killed."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._server.force_exit = True
        self._run(self._wake_all)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the fake server did not stop"
        self._server = self._thread = None

    def _wake_all(self) -> None:
        for conversation in self.conversations.values():
            conversation.notify()

    def _run(self, act: Callable[[], Any]) -> Any:
        """Do something in the server's own thread."""

        async def run() -> Any:
            return act()

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    # ---- what a test does from outside -----------------------------------------------------------------------------

    @property
    def only(self) -> FakeConversation:
        assert len(self.conversations) == 1, f"there are {len(self.conversations)} conversations"
        return next(iter(self.conversations.values()))

    @property
    def latest(self) -> FakeConversation:
        return list(self.conversations.values())[-1]

    def received(self, conversation: FakeConversation | None = None) -> list[str]:
        """What the customer said, in order."""
        talk = conversation or self.latest
        return [message["text"] for message in talk.messages if message["from"] == "customer"]

    def wait_until_received(self, text: str) -> None:
        """Wait until a customer's message has arrived, with no browser looking."""
        with self._said:
            assert self._said.wait_for(lambda: text in self.received(), 15), f"{text!r} never arrived"

    def say(self, text: str, *, author: str = "bot", buttons: tuple[str, ...] = (), **more: Any) -> None:
        talk = self.latest
        self._run(lambda: self._add(talk, author, text, buttons=buttons, **more))

    def set_state(self, **state: Any) -> None:
        talk = self.latest

        def change() -> None:
            talk.state.update(state)
            talk.notify()

        self._run(change)

    def erase(self, **state: Any) -> None:
        talk = self.latest

        def erase() -> None:
            talk.messages.clear()
            talk.state.update(erased=True, **state)
            talk.notify()

        self._run(erase)

    def revoke(self) -> None:
        """Let the token of the latest conversation be no longer valid, and break its streams."""
        talk = self.latest

        def revoke() -> None:
            talk.token = "revoked"
            talk.notify()

        self._run(revoke)

    # ---- the script ------------------------------------------------------------------------------------------------

    def _add(
        self, talk: FakeConversation, author: str, text: str, *, buttons: tuple[str, ...] = (), **more: Any
    ) -> int:
        talk.last_position += 1
        position = talk.last_position
        made = [{"id": secrets.token_urlsafe(8), "title": title} for title in buttons]
        at = datetime.now(UTC).isoformat()
        message = {"from": author, "text": text, "buttons": made, "at": at, "client_id": None, **more}
        with self._said:
            talk.messages.append({**message, "position": position})
            self._said.notify_all()
        talk.notify()
        return position

    def _answer(self, talk: FakeConversation, button: str | None, text: str) -> None:
        if button == "skip_and_cancel":
            talk.state["outcome"] = "skipped"
            self._add(talk, "bot", SKIPPED)
        elif talk.state["mode"] == "staff":
            return
        elif talk.step == 0:
            self._add(talk, "bot", PROBE)
        elif talk.step == 1:
            self._add(talk, "bot", KEPT)
        elif talk.step == 2:
            self._add(talk, "bot", LIKELIHOOD, buttons=(*map(str, range(11)), SKIP_QUESTION))
        elif talk.step == 3:
            talk.state["outcome"] = "left"
            self._add(talk, "bot", ENDING)
        else:
            self._add(talk, "bot", f"I’ve kept that for the team: “{text[:40]}”")
        talk.step += 1
        talk.notify()

    # ---- the API ---------------------------------------------------------------------------------------------------

    def _build(self, origins: tuple[str, ...]) -> FastAPI:
        app = FastAPI()
        app.state.services = SimpleNamespace(settings=self.settings)

        @app.middleware("http")
        async def fail(request: Request, call_next: Callable[[Request], Any]) -> Response:
            if request.url.path.endswith("/messages") and request.method == "POST":
                self.posted_at.append(time.monotonic())
            if self.faults.delay_seconds:
                await asyncio.sleep(self.faults.delay_seconds)
            if request.url.path.startswith("/api") and request.method != "OPTIONS":
                if self.faults.unavailable:
                    return JSONResponse({"error": "down", "message": "We are away for a moment."}, 503)
                if self.faults.too_fast_seconds:
                    wait = {"Retry-After": str(self.faults.too_fast_seconds)}
                    return JSONResponse({"error": "too_fast", "message": "A little slower, please."}, 429, wait)
            if self.faults.no_static and request.url.path.startswith("/static"):
                return Response(status_code=503)
            return await call_next(request)  # type: ignore[no-any-return]

        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["Retry-After"],
        )

        @app.get("/api/widget")
        async def about() -> dict[str, Any]:
            names = {"company": "company_name", "colour": "company_colour", "logo_url": "company_logo_url"}
            keys = ("company", "privacy_url", "support_contact", "cancel_url", "colour", "logo_url")
            about = {key: getattr(self.settings, names.get(key, key)) for key in keys}
            return {**about, "telegram": self.settings.telegram_bot_token is not None}

        @app.post("/api/conversations", status_code=201)
        async def begin(body: dict[str, Any]) -> Any:
            vouched = body.get("customer_token")
            if vouched and self.faults.refuses_customers:
                return JSONResponse({"error": "customer_token_expired", "message": "Sign a new one."}, 401)
            customer = jwt.decode(vouched, options={"verify_signature": False})["sub"] if vouched else None
            known = {talk.customer: (name, talk) for name, talk in self.conversations.items() if talk.customer}
            if customer in known:
                name, talk = known[customer]
                return {"conversation": name, "token": talk.token}
            talk = FakeConversation(token=secrets.token_urlsafe(24), trial=bool(body.get("trial")), customer=customer)
            name = secrets.token_urlsafe(12)
            self.conversations[name] = talk
            self._add(talk, "bot", WELCOME)
            self._add(talk, "bot", QUESTION, buttons=tuple(REASONS))
            return {"conversation": name, "token": talk.token}

        @app.post("/api/conversations/{name}/messages", status_code=202)
        async def receive(name: str, body: dict[str, Any], request: Request) -> Response:
            talk = self._admit(name, request)
            if talk is None:
                return unknown()
            known = [m for m in talk.messages if m["client_id"] == body["client_id"]]
            if known:
                return JSONResponse({"position": known[0]["position"]}, 202)
            button, text = body.get("button"), body.get("text")
            if button == "skip_and_cancel":
                text = "Skip and cancel"
            elif button is not None:
                titles = {b["id"]: b["title"] for m in live(talk) for b in m["buttons"]}
                if button not in titles:
                    return JSONResponse({"error": "stale_button", "message": "That question has been answered."}, 409)
                text = titles[button]
            elif "unacceptable" in str(text):
                return JSONResponse({"error": "malformed", "message": "This cannot be read."}, 422)
            position = self._add(talk, "customer", str(text), client_id=body["client_id"])
            self._answer(talk, button, str(text))
            return JSONResponse({"position": position}, 202)

        @app.post("/api/conversations/{name}/telegram", status_code=201)
        async def invite(name: str, request: Request) -> Any:
            if self._admit(name, request) is None:
                return unknown()
            if self.faults.no_way_to_telegram:
                return JSONResponse({"error": "not_found", "message": "There is nothing here."}, 404)
            return {"url": f"{self.address}/telegram?start={name}"}

        @app.get("/telegram")
        async def telegram() -> Response:
            return HTMLResponse("<title>Telegram</title>")

        @app.get("/api/conversations/{name}/events")
        async def events(name: str, request: Request, after: int = 0) -> Response:
            talk = self._admit(name, request)
            if talk is None:
                return unknown()
            begin = 0 if self.faults.repeat_everything else after
            return StreamingResponse(self._stream(talk, begin), media_type="text/event-stream")

        install_pages(app)
        return app

    def _admit(self, name: str, request: Request) -> FakeConversation | None:
        talk = self.conversations.get(name)
        known = talk is not None and request.headers.get("authorization") == f"Bearer {talk.token}"
        return talk if known else None

    async def _stream(self, talk: FakeConversation, after: int) -> AsyncIterator[str]:
        token, seen, state = talk.token, -1, ""
        server = self._server
        while server is not None and not server.should_exit and talk.token == token:
            if seen == talk.version:
                await talk.changed.wait()
                continue
            seen = talk.version
            current = json.dumps(talk.state)
            if current != state:
                state = current
                yield f"event: state\ndata: {state}\n\n"
            still = live(talk)
            for message in list(talk.messages):
                if message["position"] > after:
                    after = message["position"]
                    shown = {key: value for key, value in message.items() if key != "position"}
                    shown["buttons"] = message["buttons"] if message in still else []
                    yield f"id: {after}\nevent: message\ndata: {json.dumps(shown)}\n\n"
            yield ": ping\n\n"


def unknown() -> JSONResponse:
    body = {"error": "unknown_conversation", "message": "This conversation is not open any more."}
    return JSONResponse(body, 401)


if __name__ == "__main__":
    fake = FakeFarewell(8201, ("http://127.0.0.1:8202",))
    fake.start()
    print(fake.address)  # noqa: T201
    threading.Event().wait()
