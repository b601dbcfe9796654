"""The stream of events that a customer's browser listens to: messages, and how things stand.

It reads the record and sends what is new in it; it neither changes nor remembers anything.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from sse_starlette import ServerSentEvent

from bot.conversations.announcer import Announcer
from bot.conversations.refusals import UnknownConversation
from bot.conversations.tokens import Tokens
from bot.errors import ConversationNotFound
from bot.storage.tables import Author
from bot.storage.unit_of_work import Database
from bot.storage.views.customer_side import SeenMessage, Standing, read_customer_side

POLL_SECONDS = 2
"""How long a change made by another process may stay unseen; changes made here are announced at once."""
CHECK_SECONDS = 60
"""How long a stream may outlive its token."""


class EventStreams:
    """Opens streams of events."""

    def __init__(self, database: Database, announcer: Announcer, tokens: Tokens) -> None:
        self._database = database
        self._announcer = announcer
        self._tokens = tokens

    async def open(self, conversation_id: str, token: str, after: int) -> AsyncIterator[ServerSentEvent]:
        """Yield how things stand, every message behind position `after`, and then whatever changes, until the token
        is no longer valid."""
        told: Standing | None = None
        check_at = time.monotonic() + CHECK_SECONDS
        with self._announcer.listen(conversation_id) as waker:
            while True:
                try:
                    if time.monotonic() >= check_at:
                        await asyncio.to_thread(self._tokens.check, token, conversation_id)
                        check_at = time.monotonic() + CHECK_SECONDS
                    side = await asyncio.to_thread(read_customer_side, self._database, conversation_id, after)
                except (ConversationNotFound, UnknownConversation):
                    return
                # An erased conversation is cleared before the receipt is shown; every other change of how things
                # stand comes after the words that explain it.
                if told is None or side.standing.erased != told.erased:
                    yield _state(side.standing)
                    told = side.standing
                for message in side.messages:
                    yield _message(message)
                    after = message.position
                if side.standing != told:
                    yield _state(side.standing)
                    told = side.standing
                await waker.sleep(POLL_SECONDS)


def _message(message: SeenMessage) -> ServerSentEvent:
    data: dict[str, Any] = {
        "from": message.author.value,
        "text": message.text,
        "buttons": [{"id": button.id, "title": button.title} for button in message.buttons],
        "at": message.said_at.isoformat(),
        "client_id": message.client_id if message.author is Author.CUSTOMER else None,
    }
    if message.staff_name is not None:
        data["staff_name"] = message.staff_name
    return ServerSentEvent(_to_json(data), event="message", id=str(message.position))


def _state(standing: Standing) -> ServerSentEvent:
    data = {
        "mode": standing.mode.value,
        "typing": standing.typing,
        "outcome": standing.outcome.value if standing.outcome else None,
        "erased": standing.erased,
        "delayed": standing.delayed,
    }
    return ServerSentEvent(_to_json(data), event="state")


def _to_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
