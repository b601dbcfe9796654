"""Telegram under load: people of our own Bot API server, and many letters at once to see how evenly they leave.

A person here sees a message when the server has it; how long Telegram takes to show it is not ours to measure.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bench.customers import PATIENCE_SECONDS, NoReply
from bench.figures import Row
from bench.scripts import Button, Reply
from bot.storage.tables import Channel, Letter, LetterKind
from bot.storage.unit_of_work import Database
from tests.telegram.bot_api import BotApi
from tests.telegram.people import Person

LOOK_SECONDS = 0.005
LETTERS = 250
LETTER = "How are you getting on?"
LIMIT = 25


class TelegramCustomer:
    """Talks as a person on Telegram does. A turn takes from what they do to the bot's message in their chat."""

    def __init__(self, api: BotApi, look_seconds: float = LOOK_SECONDS) -> None:
        self._person = api.person("Ada")
        self._look_seconds = look_seconds
        self.seconds = 0.0

    async def begin(self) -> Reply:
        """Press Start."""
        return await self._act(self._person.start)

    async def do(self, what: Button | str) -> Reply:
        """Press a button or type a text."""
        if isinstance(what, str):
            return await self._act(lambda: self._person.type(what))
        return await self._act(lambda: self._person.press(what.title))

    async def leave(self) -> None:
        """Nothing is open."""

    async def _act(self, act: Callable[[], object]) -> Reply:
        heard = len(self._person.heard)
        began = time.perf_counter()
        act()
        while len(new := self._person.heard[heard:]) == 0:
            if time.perf_counter() - began > PATIENCE_SECONDS:
                raise NoReply(f"no reply after {PATIENCE_SECONDS} s")
            await asyncio.sleep(self._look_seconds)
        self.seconds = time.perf_counter() - began
        newest = self._person.messages[-1]
        return Reply(tuple(new), tuple(Button(title, title) for title in newest.buttons))


async def measure_broadcast(api: BotApi, database: Database) -> list[Row]:
    """Put one letter for each of many people on its way at once, and return how fast they left and how fast at most in
    any second. Raises `NoReply` when they do not all arrive."""
    people = [api.person(f"Ada {number}") for number in range(LETTERS)]
    for person in people:
        person.start()
    await _wait(lambda: all(person.heard for person in people), "all have been greeted")
    await asyncio.to_thread(_post, database, people)
    await _wait(lambda: all(len(person.heard) > 1 for person in people), "all letters have arrived")
    times = [one.at for one in api.deliveries if one.text == LETTER]
    most = max(sum(1 for other in times if at <= other < at + 1) for at in times)
    return [
        Row("telegram: letters a second to many", (len(times) - 1) / (times[-1] - times[0]), "1/s"),
        Row(f"telegram: the same, most within a second (limit {LIMIT})", most, ""),
    ]


def _post(database: Database, people: list[Person]) -> None:
    now = datetime.now(UTC)
    with database.write() as work:
        for person in people:
            chat = work.chats.find(Channel.TELEGRAM, str(person.chat_id))
            if chat is None:
                raise NoReply("a chat was greeted that is not in the record")
            last = work.conversations.list_messages(chat.conversation_id)[-1]
            work.letters.add(
                Letter(
                    conversation_id=chat.conversation_id,
                    message_id=last.id,
                    channel=Channel.TELEGRAM,
                    address=chat.address,
                    kind=LetterKind.TOUCH,
                    text=LETTER,
                    next_attempt_at=now,
                )
            )
        work.commit()


async def _wait(holds: Callable[[], bool], what: str) -> None:
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while not holds():
        if time.perf_counter() > deadline:
            raise NoReply(f"waited in vain until {what}")
        await asyncio.sleep(LOOK_SECONDS)
