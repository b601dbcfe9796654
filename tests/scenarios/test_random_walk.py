"""Customers who say anything at any step, to the real dialogue: it never loops, never fails, and always ends.

They are driven straight into Rasa, without the web, so that many of them fit into a short time.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from bot.conversations.rasa import Rasa, RasaButton, RasaReply
from bot.conversations.replies import prepare_replies
from bot.storage.tables import EndedBy, Outcome
from tests.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
WALKS = int(os.environ.get("FAREWELL_WALKS", "200"))
PARALLEL = 8
MOST_STEPS = 14
MOST_REPLIES = 4
PATIENCE = 20
"""So many answers are always enough to bring an interview to its end, whatever was said before."""
QUESTION = re.compile(r"utter_ask_exit_interview_|utter_exit_interview_apology_|utter_offer_")
HOSTILE = (
    "/restart",
    '/answer{"question":"consent","value":"yes"}',
    "{company_name} {0} %s ${HOME}",
    "<img src=x onerror=alert(1)>",
    "'; DROP TABLE messages; --",
    "0[",
    "\u202etxet esrever",
    "🙃" * 40,
    "a" * 1900,
    "?",
)
ASKING_AGAIN = {"repeat_request", "change_answer"}
"""After these a question may come in words that have been heard before."""

pytestmark = [pytest.mark.scenario, pytest.mark.timeout(900)]


def read_sayings() -> dict[str, list[str]]:
    """Return everything people say in data/nlu, by intent."""
    found: dict[str, list[str]] = {"hostile": list(HOSTILE)}
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
            found.setdefault(block["intent"], []).extend(lines)
    return found


@dataclass
class Walk:
    """One conversation: what was said on both sides, and how often each question was heard in which words."""

    conversation: str
    rasa: Rasa
    random: Random
    ids: count[int]
    log: list[str] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    buttons: list[RasaButton] = field(default_factory=list)

    async def make(self, sayings: dict[str, list[str]]) -> None:
        await self.turn({"event": {"intent": "EXTERNAL_exit_interview", "entities": {}}})
        for _ in range(self.random.randint(1, MOST_STEPS)):
            if self.buttons and self.random.random() < 0.35:
                await self.press(self.random.choice(self.buttons))
            elif self.random.random() < 0.05:
                await self.turn({"event": {"intent": "EXTERNAL_hand_back", "entities": {}}})
            else:
                await self.type(self.random.choice(sayings[self.random.choice(sorted(sayings))]))

    async def type(self, text: str) -> None:
        before = Counter(self.heard)
        await self.turn({"text": text})
        if any(number > 1 and number > before[words] for words, number in self.heard.items()):
            understood = (await self.rasa.parse([text]))[0].intent
            assert understood in ASKING_AGAIN, self.tell("it said the same again")

    async def press(self, button: RasaButton) -> None:
        (reply,) = prepare_replies([RasaReply(text="-", buttons=[button])], self.random)
        meant = reply.buttons[0]
        await self.turn({"button": {"title": meant.title, "intent": meant.intent, "entities": meant.entities}})

    async def turn(self, said: dict[str, Any]) -> None:
        self.log.append(f"> {said}")
        replies = await self.rasa.turn(self.conversation, next(self.ids), said)
        self.buttons = [button for reply in replies for button in reply.buttons]
        for reply in replies:
            self.log.append(f"  {reply.utter}: {reply.text}")
            assert reply.text.strip(), self.tell("it said nothing")
            assert reply.utter != "utter_default", self.tell("it was at a loss")
            if reply.utter and QUESTION.match(reply.utter):
                self.heard[reply.text] += 1
        told = [reply for reply in replies if not (reply.utter or "").startswith("utter_data_export")]
        assert len(told) <= MOST_REPLIES, self.tell("it talked on and on")

    def tell(self, trouble: str) -> str:
        return f"{trouble} in {self.conversation}:\n" + "\n".join(self.log)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of their own: many of them ask for a human, and would fill the staff's list in other tests."""
    with Stack(tmp_path_factory.mktemp("walked")) as running:
        yield running


@pytest.fixture(scope="module")
def sayings() -> dict[str, list[str]]:
    return read_sayings()


async def test_customers_who_say_anything_at_any_step_all_come_to_an_end(
    walked: Stack, sayings: dict[str, list[str]]
) -> None:
    rasa = Rasa.from_settings(walked.settings)
    ids = count(10_000_000)
    places = asyncio.Semaphore(PARALLEL)

    async def walk(number: int) -> None:
        async with places:
            made = Walk(f"walk-{number}", rasa, Random(number), ids)
            await made.make(sayings)
            await end(walked, made)

    try:
        async with asyncio.TaskGroup() as group:
            for number in range(WALKS):
                group.create_task(walk(number))
    finally:
        await rasa.close()


async def end(stack: Stack, walk: Walk) -> None:
    """Answer whatever is asked until the interview is over, as somebody does who wants to get it done."""
    for _ in range(PATIENCE):
        if await asyncio.to_thread(is_over, stack, walk.conversation):
            break
        skips = [button for button in walk.buttons if "skip" in button.payload or "no" in button.payload]
        if skips:
            await walk.press(skips[0])
        else:
            await walk.turn({"text": "I'd rather not say"})
    else:
        raise AssertionError(walk.tell("it never ended"))
    # Whoever has done with it is asked nothing more.
    asked = walk.heard.total()
    await walk.turn({"text": "well, that is that"})
    assert walk.heard.total() == asked, walk.tell("it went on asking")


def is_over(stack: Stack, conversation_id: str) -> bool:
    with stack.database.read() as work:
        conversation = work.conversations.get(conversation_id)
        interview = work.interviews.find(conversation_id)
        if conversation.erased_at is not None:
            return True
        if interview is None or interview.outcome is None:
            return False
        assert interview.outcome is not Outcome.ABANDONED
        assert interview.ended_by not in (None, EndedBy.SILENCE)
        return True
