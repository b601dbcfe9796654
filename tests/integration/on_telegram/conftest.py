"""Fixtures of tests in which people talk on Telegram, and Telegram has its troubles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels.telegram import reception, update_book, worker
from bot.clock import utc_now
from bot.conversations import letter_book, outbox
from bot.storage.unit_of_work import Database
from tests.fake_rasa import FakeRasa
from tests.gateway import Gateway, until
from tests.telegram.bot_api import BotApi
from tests.telegram.channel import Telegram


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as running:
        yield running


@pytest.fixture(autouse=True)
def haste(monkeypatch: pytest.MonkeyPatch, impatience: None) -> None:
    """Let nothing be waited for longer than a test has time."""
    monkeypatch.setattr(outbox, "BETWEEN_SECONDS", 0.02)
    monkeypatch.setattr(outbox, "A_SECOND", 500)
    monkeypatch.setattr(outbox, "SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(outbox, "LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(letter_book, "DELAYS", (0.02, 0.05))
    monkeypatch.setattr(update_book, "DELAYS", (0.02, 0.05))
    monkeypatch.setattr(worker, "SWEEP_SECONDS", 0.2)
    monkeypatch.setattr(reception, "DELAYS", (0.05,))


@pytest.fixture
async def telegram(sqlite_database: Database, rasa: FakeRasa, api: BotApi) -> AsyncIterator[Telegram]:
    """Telegram and the web side by side, before one record."""
    async with Gateway(sqlite_database, utc_now, rasa).running() as gateway:
        made = Telegram(gateway, api)
        async with made.running():
            await until(lambda: made.channel.trouble is None, "the channel is ready")
            yield made
