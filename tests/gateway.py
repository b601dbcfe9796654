"""The gateway for tests: conversations, the turn worker and the web API, with a fake Rasa behind and HTTP in front."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from bot.channels.web.api import WebApi
from bot.channels.web.body_limit import BodyLimit
from bot.channels.web.errors import Explainer
from bot.channels.web.health import HealthCheck
from bot.channels.web.limits import RateLimits
from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.chats import ChatService
from bot.conversations.copy import GatewayCopy
from bot.conversations.handoff import HandoffService
from bot.conversations.identity import CustomerTokens
from bot.conversations.inbox import ConversationService
from bot.conversations.interviews import InterviewService
from bot.conversations.opt_out import OptOutService
from bot.conversations.rasa import Rasa
from bot.conversations.tokens import Tokens
from bot.conversations.turn_book import TurnBook
from bot.conversations.turns import TurnWorker
from bot.settings import Settings
from bot.storage.tables import Message
from bot.storage.unit_of_work import Database
from tests.fake_rasa import SECRET, FakeRasa
from tests.serving import serve

TOKEN_SECRET = "t" * 40
WIDGET_ORIGIN = "https://shop.example"


def make_settings(**values: Any) -> Settings:
    given = {
        "secret_key": "k" * 40,
        "rasa_gateway_secret": SECRET,
        "staff_password": "staff-password",
        "company_name": "Bramble & Oak",
        "support_contact": "help@bramble-and-oak.example",
        "widget_origins": (WIDGET_ORIGIN,),
        "customer_token_secret": TOKEN_SECRET,
    }
    return Settings(_env_file=None, **given | values)  # type: ignore[call-arg]


@dataclass
class Customer:
    """A customer's browser in one conversation."""

    http: httpx.AsyncClient
    conversation: str
    token: str
    events: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def send(self, text: str | None = None, **body: Any) -> httpx.Response:
        said = {"client_id": uuid.uuid4().hex} | ({"text": text} if text is not None else {}) | body
        url = f"/api/conversations/{self.conversation}/messages"
        return await self.http.post(url, json=said, headers=self.headers)

    @contextlib.asynccontextmanager
    async def listening(self, after: int = 0) -> AsyncIterator[list[tuple[str, str | None, dict[str, Any]]]]:
        """Listen to the event stream; what comes in is in the list."""
        self.events = []
        connected = asyncio.Event()
        task = asyncio.create_task(self._listen(after, self.events, connected))
        await connected.wait()
        try:
            yield self.events
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _listen(self, after: int, events: list[Any], connected: asyncio.Event) -> None:
        url = f"/api/conversations/{self.conversation}/events"
        async with self.http.stream("GET", url, params={"after": after}, headers=self.headers) as response:
            assert response.status_code == 200, await response.aread()
            kind, position, data = "message", None, ""
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "id":
                    position = value
                elif name == "data":
                    data = value
                elif not line and data:
                    events.append((kind, position, json.loads(data)))
                    connected.set()
                    kind, position, data = "message", None, ""

    async def until(self, holds: Callable[[], Any], what: str = "it happened", seconds: float = 30) -> None:
        await until(holds, what, seconds)

    def heard(self, sender: str | None = None) -> list[str]:
        return [data["text"] for kind, _, data in self.events if kind == "message" and sender in (None, data["from"])]

    @property
    def state(self) -> dict[str, Any]:
        return [data for kind, _, data in self.events if kind == "state"][-1]


async def until(holds: Callable[[], Any], what: str = "it happened", seconds: float = 30) -> None:
    """Wait for a condition."""
    try:
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110  Most of what is waited for is in the database.
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited {seconds} s in vain until {what}") from None


class Gateway:
    """Everything a test needs to play customers, staff and Rasa against each other."""

    def __init__(self, database: Database, clock: Clock, rasa: FakeRasa, limits: RateLimits | None = None) -> None:
        self.database = database
        self.rasa = rasa
        self.settings = make_settings()
        self.announcer = Announcer()
        self.copy = GatewayCopy(self.settings)
        self.tokens = Tokens(database, clock)
        # No test here answers an interview's questions, so nothing is ever classified.
        self.interviews = InterviewService(database, None, clock)  # type: ignore[arg-type]
        opt_outs = OptOutService(database, self.settings, clock)
        self.conversations = ConversationService(
            database, self.tokens, self.interviews, opt_outs, self.announcer, self.copy, clock
        )
        self.chats = ChatService(database, opt_outs, self.announcer, self.copy, clock)
        self.handoff = HandoffService(database, self.announcer, clock)
        self.book = TurnBook(database, self.copy, clock)
        self.client = Rasa(rasa.url, SecretStr(SECRET))
        self.worker = TurnWorker(self.book, self.client, self.announcer, clock)
        api = WebApi(
            self.settings,
            database,
            self.conversations,
            self.chats,
            self.tokens,
            CustomerTokens(self.settings, clock),
            self.announcer,
            limits or RateLimits(),
        )
        explainer = Explainer(self.copy)
        self.app = FastAPI()
        self.app.add_middleware(BodyLimit, explainer=explainer)
        self.app.mount("/api", api.build(explainer))
        self.app.include_router(HealthCheck(database, self.client).build())
        self.http: httpx.AsyncClient

    @contextlib.asynccontextmanager
    async def running(self, *, worker: bool = True) -> AsyncIterator[Gateway]:
        async with serve(self.app) as url, httpx.AsyncClient(base_url=url, timeout=10, verify=False) as self.http:
            task = asyncio.create_task(self.worker.run()) if worker else None
            try:
                yield self
            finally:
                if task:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
                await self.client.close()

    async def begin(self, **body: Any) -> Customer:
        response = await self.http.post("/api/conversations", json=body)
        assert response.status_code == 201, response.text
        return Customer(self.http, response.json()["conversation"], response.json()["token"])

    def list_messages(self, conversation: str) -> list[Message]:
        with self.database.read() as work:
            messages = work.conversations.list_messages(conversation)
            for message in messages:
                assert message.buttons is not None  # They must be loaded before the transaction ends.
            work.session.expunge_all()
            return messages

    def read_texts(self, conversation: str) -> list[str]:
        return [message.text for message in self.list_messages(conversation)]

    def count_waiting(self) -> int:
        with self.database.read() as work:
            return work.turns.count_waiting()

    async def until_quiet(self) -> None:
        """Wait until every turn has been made."""
        await until(lambda: self.count_waiting() == 0, "all turns were made")
