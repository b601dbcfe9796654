"""Fixtures of our Bot API server's tests: it runs, the library's bot talks to it, and a person has pressed Start."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from telegram import Bot

from tests.telegram.bot_api import BotApi
from tests.telegram.library import make_bot
from tests.telegram.people import Person


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[BotApi]:
    # Without it the library warns whenever it learns how long to wait.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    with BotApi() as running:
        yield running


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with make_bot(api) as made:
        yield made


@pytest.fixture
def ada(api: BotApi) -> Person:
    """A person who has pressed Start, and whose update is out of the way."""
    person = api.person("Ada", language_code="de")
    person.start()
    api.updates.clear()
    return person
