"""The very same stories on Telegram; those signed in begin on the web and go on here.

A story that says `only: web` is about something that is asked only there.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.scenarios.stories import ON_TELEGRAM, hold, read_story
from tests.scenarios.telegram_customer import TelegramCustomer
from tests.stack import Stack
from tests.telegram.bot_api import BotApi

SIDE_BY_SIDE = 10
"""On Telegram a person hears one message a second, so many of these conversations are held at the same time."""

pytestmark = pytest.mark.scenario

Stories = dict[Path, Future[None]]


@pytest.fixture(scope="module")
def stories_on_telegram(request: pytest.FixtureRequest, stack: Stack, bot_api: BotApi) -> Iterator[Stories]:
    """The conversations on Telegram that are to be tested, all under way."""
    wanted = [
        item.callspec.params["path"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == test_scenario_on_telegram.__name__
    ]

    def tell(path: Path) -> None:
        scenario, claims = read_story(path)
        with closing(TelegramCustomer(stack, bot_api, claims)) as customer:
            hold(scenario, stack, customer)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        yield {path: threads.submit(tell, path) for path in wanted}


@pytest.mark.parametrize("path", ON_TELEGRAM, ids=[f"{path.parent.name}/{path.stem}" for path in ON_TELEGRAM])
@pytest.mark.timeout(600)
def test_scenario_on_telegram(path: Path, stories_on_telegram: Stories) -> None:
    stories_on_telegram[path].result()
