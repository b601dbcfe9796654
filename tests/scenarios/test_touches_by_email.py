"""We write first, by e-mail: the mail arrives, its link is pressed, and every story is held on the web."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.clock import utc_now
from bot.conversations.opt_out import OptOutService
from bot.retention.channels import Channel
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchState
from tests.postbox import Postbox, serve_mail
from tests.scenarios.lapsed_customers import LapsedByMail
from tests.scenarios.leaving import Leaving, list_touches, wait_until_looked_at
from tests.scenarios.touch_stories import ALL, NAMES, Stories, hold, make_stack, read_story, under_way
from tests.stack import Stack
from tests.telegram.bot_api import BotApi

CRASHED = Leaving(21, Reason.TECHNICAL_RELIABILITY, "The app kept crashing. Every single day!")

pytestmark = [pytest.mark.scenario, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def postbox() -> Iterator[Postbox]:
    with serve_mail(Postbox()) as box:
        yield box


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, postbox: Postbox) -> Iterator[Stack]:
    with BotApi() as api, make_stack(tmp_path_factory.mktemp("stack"), api, postbox) as running:
        yield running


@pytest.fixture(scope="module")
def stories(request: pytest.FixtureRequest, stack: Stack, postbox: Postbox) -> Iterator[Stories]:
    def tell(story: Any) -> None:
        if isinstance(story, Path):
            told, leaving = read_story(story)
            with closing(LapsedByMail(stack, postbox, leaving)) as customer:
                hold(told, stack, customer)
        else:
            with closing(LapsedByMail(stack, postbox, CRASHED)) as customer:
                story(stack, customer)

    with under_way(request, tell) as told:
        yield told


@pytest.mark.parametrize("story", ALL, ids=NAMES)
def test_touch_by_email(story: Path, stories: Stories) -> None:
    stories[story].result()


# ---- What the links of a mail do, and do not do -------------------------------------------------------------------


def a_scanner_opens_the_links_and_nothing_changes(stack: Stack, ada: LapsedByMail) -> None:
    ada.listen()
    before = _read_state(stack, ada)
    for _ in range(3):
        assert ada.open_link().status_code == 200
        assert ada.open_unsubscribe_link().status_code == 200
    wait_until_looked_at(stack.database, ada.customer_id)
    assert ada.listen() == []
    assert _read_state(stack, ada) == before


def one_click_ends_all_messages(stack: Stack, ada: LapsedByMail) -> None:
    wait_until_looked_at(stack.database, ada.customer_id)
    assert [touch.kind.value for touch in list_touches(stack.database, ada.customer_id)] == ["check_in", "welcome_back"]
    ada.listen()
    assert ada.unsubscribe().status_code == 200
    wait_until_looked_at(stack.database, ada.customer_id)
    states = [touch.state for touch in list_touches(stack.database, ada.customer_id)]
    assert states == [TouchState.SENT, TouchState.SKIPPED]
    opt_outs = OptOutService(stack.database, stack.settings, utc_now)
    with stack.database.read() as work:
        assert work.suppressions.holds(opt_outs.hash_contact(Channel.EMAIL, ada.address))
    assert ada.listen() == []
    assert len(ada.mails) == 1


def the_link_of_a_conversation_that_was_deleted_leads_nowhere(stack: Stack, ada: LapsedByMail) -> None:
    ada.listen()
    ada.type("delete my data")
    assert ada.hear(["utter_ask_erasure"]) == ["utter_ask_erasure"]
    ada.type("yes")
    assert ada.hear(["utter_data_erased"]) == ["utter_data_erased"]
    browsers = ada.count_browsers()
    for answer in (ada.open_link(), ada.press_link()):
        assert answer.status_code == 410
        assert "crashing" not in answer.text
    assert ada.count_browsers() == browsers


LINKS = [
    a_scanner_opens_the_links_and_nothing_changes,
    one_click_ends_all_messages,
    the_link_of_a_conversation_that_was_deleted_leads_nowhere,
]


@pytest.mark.parametrize("story", LINKS, ids=[link.__name__ for link in LINKS])
def test_link_of_a_mail(story: Any, stories: Stories) -> None:
    stories[story].result()


def _read_state(stack: Stack, ada: LapsedByMail) -> tuple[object, ...]:
    """Return all that a press could change."""
    with stack.database.read() as work:
        conversation = work.conversations.get(ada.conversation)
        [point] = work.chats.list_points(Channel.EMAIL, ada.address)
        talk = (conversation.last_position, conversation.opted_out_at, conversation.channel, conversation.heard_at)
        consent = (point.consent, point.consent_source, point.reachable)
    answers = [(touch.answer, touch.answered_at) for touch in list_touches(stack.database, ada.customer_id)]
    return *talk, *consent, *answers[:1], ada.count_browsers()
