"""We write first, on Telegram: the engine brings what is due, and every story is held in the chat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.clock import utc_now
from bot.retention.channels import Channel
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import Mode, PlannedTouch
from tests.postbox import Postbox, serve_mail
from tests.scenarios.lapsed_customers import LapsedOnTelegram
from tests.scenarios.leaving import LOOK_SECONDS, PATIENCE_SECONDS, Leaving, list_touches, wait_until_looked_at
from tests.scenarios.touch_stories import ALL, NAMES, Stories, hold, make_stack, read_story, under_way
from tests.stack import Stack, wait_until
from tests.telegram.bot_api import BotApi
from tests.telegram.chats import Standing
from tests.telegram.people import Person
from tests.touches import Leaver

CRASHED = Leaving(21, Reason.TECHNICAL_RELIABILITY, "The app kept crashing. Every single day!")

pytestmark = [pytest.mark.scenario, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def api() -> Iterator[BotApi]:
    with BotApi() as running:
        yield running


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, api: BotApi) -> Iterator[Stack]:
    with serve_mail(Postbox()) as postbox, make_stack(tmp_path_factory.mktemp("stack"), api, postbox) as running:
        yield running


@pytest.fixture(scope="module")
def stories(request: pytest.FixtureRequest, stack: Stack, api: BotApi) -> Iterator[Stories]:
    def tell(story: Any) -> None:
        if not isinstance(story, Path):
            story(stack, api)
            return
        told, leaving = read_story(story)
        with closing(LapsedOnTelegram(stack, api, leaving)) as customer:
            hold(told, stack, customer)

    with under_way(request, tell) as told:
        yield told


@pytest.mark.parametrize("story", ALL, ids=NAMES)
def test_touch_on_telegram(story: Path, stories: Stories) -> None:
    stories[story].result()


# ---- What happens between the moment a touch is claimed and the one in which it leaves ------------------------------


def somebody_writes_while_a_touch_is_on_its_way(stack: Stack, api: BotApi) -> None:
    person, customer_id = _let_touch_wait(stack, api)
    person.type("hello, are you still there?")
    wait_until(lambda: bool(person.heard), "they are answered")
    [touch] = list_touches(stack.database, customer_id)
    assert not any("automated assistant" in text for text in person.heard), "what we began must not cut in"
    assert touch.state is not TouchState.SENT


def somebody_blocks_the_bot_while_a_touch_is_on_its_way(stack: Stack, api: BotApi) -> None:
    person, customer_id = _let_touch_wait(stack, api)
    person.block()
    wait_until_looked_at(stack.database, customer_id)
    assert person.heard == []
    assert [touch.state for touch in list_touches(stack.database, customer_id)] == [TouchState.FAILED]
    with stack.database.read() as work:
        [point] = work.chats.list_points(Channel.TELEGRAM, str(person.chat_id))
        assert not point.reachable


def a_touch_is_claimed_while_staff_have_the_conversation(stack: Stack, api: BotApi) -> None:
    with closing(LapsedOnTelegram(stack, api, CRASHED)) as ada:
        assert ada.hear(["utter_check_in"]) == ["utter_check_in"]
        wait_until_looked_at(stack.database, ada.customer_id)
        ada.type("can I talk to a human?")
        assert ada.hear(["utter_handoff_requested"]) == ["utter_handoff_requested"]
        claimed = Leaver(CRASHED.over, channel=Channel.TELEGRAM).add_touch(
            stack.database, utc_now(), ada.customer_id, TouchKind.ANNOUNCEMENT
        )
        wait_until(lambda: _has_come_up(stack, claimed), "the engine has turned to it", PATIENCE_SECONDS, LOOK_SECONDS)
        ada.type("it is still broken, and I am still here")
        assert ada.hear([]) == []
        assert _find(stack, claimed).state is not TouchState.SENT
        with stack.database.read() as work:
            assert work.conversations.get(ada.conversation).mode is Mode.STAFF


MOMENTS = [
    somebody_writes_while_a_touch_is_on_its_way,
    somebody_blocks_the_bot_while_a_touch_is_on_its_way,
    a_touch_is_claimed_while_staff_have_the_conversation,
]


@pytest.mark.parametrize("story", MOMENTS, ids=lambda moment: moment.__name__)
def test_moment_on_telegram(story: Any, stories: Stories) -> None:
    stories[story].result()


def _let_touch_wait(stack: Stack, api: BotApi) -> tuple[Person, int]:
    """Return somebody whose touch has been tried once, and waits as Telegram asks us to; and their id."""
    person = api.person("Ada")
    api.chats[person.chat_id].standing = Standing.OPEN
    api.faults.flood("sendMessage", retry_after=4, chat_id=person.chat_id)
    customer_id = CRASHED.write_down(stack.database, Channel.TELEGRAM, str(person.chat_id))
    wait_until(lambda: _has_tried(api, person), "it was tried to send", PATIENCE_SECONDS, LOOK_SECONDS)
    return person, customer_id


def _has_tried(api: BotApi, person: Person) -> bool:
    return any(
        call.method.lower() == "sendmessage" and str(call.params["chat_id"]) == str(person.chat_id)
        for call in api.calls
    )


def _has_come_up(stack: Stack, touch_id: str) -> bool:
    touch = _find(stack, touch_id)
    return touch.state is not TouchState.CLAIMED or touch.conversation_id is not None


def _find(stack: Stack, touch_id: str) -> PlannedTouch:
    with stack.database.read() as work:
        touch = work.touches.find(touch_id)
        assert touch is not None
        work.session.expunge_all()
        return touch
