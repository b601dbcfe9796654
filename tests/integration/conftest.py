"""Fixtures of tests that play customers, staff and Rasa against each other over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.clock import utc_now
from bot.conversations import turn_book, turns
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.console import Console, Record
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


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be waited for longer than a test has time."""
    monkeypatch.setattr(turn_book, "DELAYS", (0.02, 0.05))
    monkeypatch.setattr(turns, "PROBE_SECONDS", 0.05)
    monkeypatch.setattr(turns, "SWEEP_SECONDS", 0.1)


@pytest.fixture
def console(sqlite_database: Database, clock: FixedClock) -> Console:
    """The console on SQLite, with a member of staff signed in."""
    return sign_in(sqlite_database, clock)


@pytest.fixture
def record(console: Console) -> Record:
    """Writes conversations for the console to show."""
    return Record(console.database, console.clock)


def sign_in(database: Database, clock: FixedClock) -> Console:
    """Return the console with a member of staff signed in."""
    made = Console(database, clock)
    made.hire()
    made.sign_in()
    return made
