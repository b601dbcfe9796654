"""`python -m tests.campaign.worker NAME DATABASE_URL FILE`: one of several workers that share a campaign.

Engine, turns and outbox are the real ones; what the bot says is made up, and what is sent is a line in a file.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace

from bot.clock import utc_now
from bot.conversations.announcer import Announcer
from bot.conversations.copy import GatewayCopy
from bot.conversations.letter_book import Envelope, LetterBook
from bot.conversations.opt_out import OptOutService
from bot.conversations.outbox import Outbox
from bot.conversations.rasa import RasaReply, Understood
from bot.conversations.touches import TouchService
from bot.conversations.turn_book import TurnBook
from bot.conversations.turns import TurnWorker
from bot.outreach.engine import Engine
from bot.outreach.persons import Persons
from bot.outreach.planner import Planner
from bot.retention.channels import Channel
from bot.storage.unit_of_work import Database
from tests import lapsed
from tests.gateway import make_settings

_RULES = replace(lapsed.POLICY.winback, holdout=0, quiet_days=frozenset())
POLICY = replace(lapsed.POLICY, winback=_RULES)
SAID = "How are you getting on?"


class Parrot:
    """Says the same to everything, as a dialogue does at once."""

    async def turn(self, conversation_id: str, message_id: int, said: dict[str, object]) -> list[RasaReply]:
        return [RasaReply(text=SAID)]

    async def parse(self, texts: list[str]) -> list[Understood]:
        return []

    async def forget(self, conversation_id: str) -> None: ...

    async def is_ready(self) -> bool:
        return True


class Scribe:
    """Sends by writing a line: who sent it, and to whom."""

    def __init__(self, name: str, path: str) -> None:
        self._name = name
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def send(self, envelope: Envelope) -> str:
        os.write(self._file, f"{self._name} {envelope.address}\n".encode())
        return "1"


async def work(name: str, url: str, path: str) -> None:
    """Work until killed."""
    settings = make_settings(database_url=url)
    database = Database(url)
    announcer = Announcer()
    opt_outs = OptOutService(database, settings, utc_now)
    planner = Planner(database, POLICY, Persons(settings, POLICY, opt_outs), utc_now)
    touches = TouchService(database, announcer, utc_now)
    letters = LetterBook(database, Channel.TELEGRAM, utc_now, planner.ask, name)
    turns = TurnWorker(TurnBook(database, GatewayCopy(settings), utc_now), Parrot(), announcer, utc_now)
    outbox = Outbox(letters, Scribe(name, path))
    engine = Engine(settings, planner, touches, utc_now, name)
    await asyncio.gather(engine.run(), turns.run(), outbox.run())


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
