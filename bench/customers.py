"""Customers as each contestant knows them: through our gateway channel, Rasa's REST channel, or our web API.

A customer must not go on without having heard the bot: a turn without a reply is an error of the contestant.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import httpx

from bench.scripts import Button, Reply

PATIENCE_SECONDS = 60
TOGETHER_SECONDS = 0.05
"""How long after a word of the bot more of the same turn may come."""
BEGIN = "EXTERNAL_exit_interview"


class NoReply(Exception):
    """A turn was refused, or answered with nothing."""


class Customer(Protocol):
    """Somebody in one conversation. `seconds` is how long the last turn took."""

    seconds: float

    async def begin(self) -> Reply: ...
    async def do(self, what: Button | str) -> Reply: ...
    async def leave(self) -> None: ...


class GatewayCustomer:
    """Talks to our Rasa as the application does: one request a turn over the gateway channel."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._conversation = f"bench-{uuid.uuid4()}"
        self._turns = 0
        self.seconds = 0.0

    async def begin(self) -> Reply:
        """Let the bot open the interview."""
        return await self._turn({"event": {"intent": BEGIN, "entities": {}}})

    async def do(self, what: Button | str) -> Reply:
        """Press a button or type a text."""
        if isinstance(what, str):
            return await self._turn({"text": what})
        intent, entities = _read_payload(what.handle)
        return await self._turn({"button": {"title": what.title, "intent": intent, "entities": entities}})

    async def leave(self) -> None:
        """Nothing is open."""

    async def _turn(self, said: dict[str, Any]) -> Reply:
        self._turns += 1
        body = {"conversation": self._conversation, "message_id": f"b{self._turns}", **said}
        began = time.perf_counter()
        answer = await _ask(self._http, "/webhooks/gateway/turn", body)
        self.seconds = time.perf_counter() - began
        return _read_reply(answer["messages"])


class RestCustomer:
    """Talks to Rasa as it comes: the REST channel, where a pressed button is its payload typed."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._conversation = f"bench-{uuid.uuid4()}"
        self.seconds = 0.0

    async def begin(self) -> Reply:
        """Let the bot open the interview."""
        return await self.do(f"/{BEGIN}")

    async def do(self, what: Button | str) -> Reply:
        """Press a button or type a text."""
        message = what if isinstance(what, str) else what.handle
        began = time.perf_counter()
        answer = await _ask(self._http, "/webhooks/rest/webhook", {"sender": self._conversation, "message": message})
        self.seconds = time.perf_counter() - began
        return _read_reply(answer)

    async def leave(self) -> None:
        """Nothing is open."""


class WebCustomer:
    """Talks to the whole product as the widget does: posts, and listens to the event stream.

    A turn takes from the post to the event with the bot's first word.
    """

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._path = ""
        self._headers: dict[str, str] = {}
        self._events: asyncio.Queue[tuple[str, dict[str, Any], float] | None] = asyncio.Queue()
        self._listening: asyncio.Task[None] | None = None
        self.seconds = 0.0

    async def begin(self) -> Reply:
        """Begin a conversation, which the bot opens."""
        began = time.perf_counter()
        begun = await _ask(self._http, "/api/conversations", {"trial": True}, 201)
        self._path = f"/api/conversations/{begun['conversation']}"
        self._headers = {"Authorization": f"Bearer {begun['token']}"}
        self._listening = asyncio.create_task(self._listen())
        return await self._hear(began)

    async def do(self, what: Button | str) -> Reply:
        """Press a button or type a text."""
        said = {"text": what} if isinstance(what, str) else {"button": what.handle}
        began = time.perf_counter()
        await _ask(self._http, f"{self._path}/messages", {"client_id": uuid.uuid4().hex, **said}, 202, self._headers)
        return await self._hear(began)

    async def leave(self) -> None:
        """Close the event stream."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _hear(self, began: float) -> Reply:
        """Wait for the bot's first word, and take what it says with it."""
        said: list[dict[str, Any]] = []
        deadline = time.perf_counter() + PATIENCE_SECONDS
        while True:
            try:
                # The words of one turn come together; that it is done typing is told only if it was told that it typed.
                wait = TOGETHER_SECONDS if said else deadline - time.perf_counter()
                event = await asyncio.wait_for(self._events.get(), wait)
            except TimeoutError:
                if said:
                    return _read_reply(said)
                raise NoReply(f"no reply after {PATIENCE_SECONDS} s") from None
            if event is None:
                raise NoReply("the event stream ended")
            kind, data, at = event
            if kind == "message" and data["from"] == "bot":
                self.seconds = at - began if not said else self.seconds
                said.append(data)
            elif kind == "state" and said and not data["typing"]:
                return _read_reply(said)

    async def _listen(self) -> None:
        try:
            async with self._http.stream(
                "GET", f"{self._path}/events", headers=self._headers, timeout=PATIENCE_SECONDS
            ) as stream:
                async for kind, data in _read_events(stream):
                    self._events.put_nowait((kind, data, time.perf_counter()))
        finally:
            self._events.put_nowait(None)


Admit = Callable[[httpx.AsyncClient], Customer]


async def _read_events(stream: httpx.Response) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    kind = ""
    async for line in stream.aiter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


async def _ask(
    http: httpx.AsyncClient, path: str, body: Any, expected: int = 200, headers: dict[str, str] | None = None
) -> Any:
    try:
        response = await http.post(path, json=body, headers=headers)
    except httpx.HTTPError as error:
        raise NoReply(f"{path}: {type(error).__name__}") from error
    if response.status_code != expected:
        raise NoReply(f"{path}: status {response.status_code} {response.text[:100]}")
    return response.json()


def _read_reply(messages: list[dict[str, Any]]) -> Reply:
    if not messages:
        raise NoReply("the bot said nothing")
    buttons = messages[-1].get("buttons") or []
    return Reply(
        tuple(str(message.get("text", "")) for message in messages),
        # The web API knows a button by its id, both channels of Rasa by its payload.
        tuple(Button(button["title"], str(button.get("id") or button.get("payload"))) for button in buttons),
    )


def _read_payload(payload: str) -> tuple[str, dict[str, Any]]:
    intent, brace, entities = payload.removeprefix("/").partition("{")
    return intent, json.loads(brace + entities) if brace else {}
