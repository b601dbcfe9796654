"""Fixtures of tests that play customers, staff and Rasa against each other over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.clock import utc_now
from bot.storage.unit_of_work import Database
from tests.fake_rasa import FakeRasa
from tests.gateway import Gateway


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    """A Rasa that echoes, until a test tells it otherwise."""
    fake = FakeRasa()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def gateway(database: Database, rasa: FakeRasa) -> AsyncIterator[Gateway]:
    """The running gateway before that Rasa."""
    async with Gateway(database, utc_now, rasa).running() as running:
        yield running
