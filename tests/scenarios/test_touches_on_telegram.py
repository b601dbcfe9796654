"""We write first, on Telegram: the engine brings what is due, and every story is held in the chat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.postbox import Postbox, serve_mail
from tests.scenarios.lapsed_customers import LapsedOnTelegram
from tests.scenarios.touch_stories import ALL, NAMES, Stories, hold, make_stack, read_story, under_way
from tests.stack import Stack
from tests.telegram.bot_api import BotApi

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
    def tell(path: Path) -> None:
        story, leaving = read_story(path)
        with closing(LapsedOnTelegram(stack, api, leaving)) as customer:
            hold(story, stack, customer)

    with under_way(request, test_touch_on_telegram.__name__, tell) as told:
        yield told


@pytest.mark.parametrize("path", ALL, ids=NAMES)
def test_touch_on_telegram(path: Path, stories: Stories) -> None:
    stories[path].result()
