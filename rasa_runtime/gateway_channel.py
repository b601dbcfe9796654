"""Rasa's only channel: takes turns from the gateway on loopback and answers with the bot's replies.

It must not send anything anywhere by itself, run a turn twice, or put what people write into the log.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse, json

from rasa_runtime import action_calls, graph_runner, session_start
from rasa_runtime.aborts import TurnAborted
from rasa_runtime.readiness import NotReady, prove_understanding
from rasa_runtime.replies import Unheard, find_replies
from rasa_runtime.turn import CHANNEL, MalformedTurn, Turn, neutralise, read_identifier
from rasa_runtime.working_memory import WorkingMemory

logger = logging.getLogger(__name__)

SHORTEST_SECRET = 16

Handler = Callable[[Request], Awaitable[HTTPResponse]]


class SecretMissing(Exception):
    """The gateway channel has no real secret."""


class GatewayInput(InputChannel):
    """The channel as credentials.yml describes it."""

    def __init__(self, secret: str, known_sentences: Mapping[str, str]) -> None:
        if len(secret) < SHORTEST_SECRET or "$" in secret:
            raise SecretMissing(
                f"RASA_GATEWAY_SECRET must be at least {SHORTEST_SECRET} characters long. "
                "`make setup` writes a random one into .env."
            )
        self._secret = secret.encode()
        self._known_sentences = known_sentences
        self._ready = False
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[Any]] = set()

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is also its place under /webhooks."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> GatewayInput:
        """Make the channel; its promise that an unmade turn leaves no trace needs our changes to Rasa, so they come."""
        settings = credentials or {}
        channel = cls(str(settings.get("secret") or ""), settings.get("known_sentences") or {})
        action_calls.install()
        session_start.install()
        graph_runner.install()
        return channel

    async def prove_ready(self, agent: Agent) -> None:
        """Raise `NotReady` unless turns can be made with this agent."""
        remembered_in = _memory_of(agent)
        if not isinstance(remembered_in, WorkingMemory):
            raise NotReady(
                f"endpoints.yml: the tracker store is {type(remembered_in).__name__} instead of WorkingMemory. "
                "Rasa falls back to it without a word when the class cannot be imported."
            )
        await prove_understanding(agent, self._known_sentences)
        self._ready = True

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes. Rasa's own `on_new_message` is not used: its lock makes a second caller wait a second."""
        routes = Blueprint(CHANNEL, __name__)

        async def health(request: Request) -> HTTPResponse:  # Sanic cannot take a method for a handler.
            return await self._health(request)

        routes.add_route(health, "/health", methods=["GET"])
        for path, handler in (("/turn", self._turn), ("/parse", self._parse), ("/forget", self._forget)):
            routes.add_route(self._guarded(handler), path, methods=["POST"], name=path.strip("/"))
        return routes

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get("x-gateway-secret", "").encode(), self._secret):
                return _error("forbidden", 403)
            if not self._ready:
                return _error("not ready", 503)
            try:
                return await handler(request)
            except MalformedTurn as problem:
                return _error(str(problem), 422)
            except InvalidUsage:
                return _error("the body is not JSON", 422)
            except TurnAborted as abort:
                logger.error("The turn was not made, nothing was saved: %s", abort)
                return _error(abort.answer, 503 if abort.passing else 500)
            except Exception:
                logger.exception("The turn failed, nothing was saved.")
                return _error("turn failed", 500)

        return guarded

    async def _health(self, request: Request) -> HTTPResponse:
        if not self._ready:
            try:
                await self.prove_ready(request.app.ctx.agent)
            except (NotReady, AttributeError):
                return json({"ready": False}, status=503)
        return json({"ready": True})

    async def _turn(self, request: Request) -> HTTPResponse:
        agent: Agent = request.app.ctx.agent
        turn = Turn.read(request.json, agent.domain.intents)
        return json(await self._finish(self._make(agent, turn)))

    async def _make(self, agent: Agent, turn: Turn) -> dict[str, Any]:
        async with self._turn_of(turn.conversation):
            memory = _memory_of(agent)
            known = find_replies(memory.recall(turn.conversation), turn.message_id)
            if known is not None:
                return {"messages": known, "repeated": True}
            await agent.processor.handle_message(await turn.as_message(agent.parse_message, Unheard()))
            replies = find_replies(memory.recall(turn.conversation), turn.message_id)
            return {"messages": replies or [], "repeated": False}

    async def _parse(self, request: Request) -> HTTPResponse:
        texts = (request.json or {}).get("texts")
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise MalformedTurn("texts must be a list of strings")
        results = []
        for text in texts:
            parsed = await request.app.ctx.agent.parse_message(neutralise(text))
            ranking = [
                {"intent": one["name"], "confidence": float(one["confidence"])} for one in parsed["intent_ranking"]
            ]
            results.append(
                {
                    "intent": parsed["intent"]["name"],
                    "confidence": float(parsed["intent"]["confidence"]),
                    "ranking": ranking,
                }
            )
            await asyncio.sleep(0)  # A long list must not keep a customer's turn waiting until its end.
        return json({"results": results})

    async def _forget(self, request: Request) -> HTTPResponse:
        conversation = read_identifier(request.json or {}, "conversation")
        async with self._turn_of(conversation):
            return json({"forgotten": _memory_of(request.app.ctx.agent).forget(conversation)})

    def _turn_of(self, conversation: str) -> asyncio.Lock:
        """Return the lock that gives each conversation one turn at a time; it is gone when nobody waits for it."""
        return self._turns.setdefault(conversation, asyncio.Lock())

    async def _finish(self, work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
        """Do the work to its end, even if the client hangs up: a turn is never cut in half."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)


def _memory_of(agent: Agent) -> Any:
    store = agent.tracker_store
    return store._tracker_store if isinstance(store, FailSafeTrackerStore) else store


def _error(message: str, status: int) -> HTTPResponse:
    return json({"error": message}, status=status)
