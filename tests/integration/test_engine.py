"""The engine looks at whoever is due and lets the bot begin what was claimed, each touch once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import func, select

from bot.conversations.announcer import Announcer
from bot.conversations.touches import TouchService
from bot.outreach import engine as engine_module
from bot.outreach.engine import Engine
from bot.retention.winback.touches import TouchState
from bot.storage.tables import (
    Conversation,
    Message,
)
from bot.storage.unit_of_work import Database
from tests.company import Company
from tests.conftest import FixedClock
from tests.gateway import make_settings
from tests.stack import wait_until


@pytest.fixture
def company(database: Database, clock: FixedClock) -> Company:
    return Company(database, clock)


@pytest.fixture
def touches(database: Database, company: Company, clock: FixedClock) -> TouchService:
    return TouchService(database, Announcer(), clock)


@pytest.fixture
def engine(tmp_path: Path, company: Company, touches: TouchService, clock: FixedClock) -> Iterator[Engine]:
    settings = make_settings(database_url=f"sqlite:///{tmp_path}/outreach.db")
    made = Engine(settings, company.planner, touches, clock)
    made.launch()
    yield made
    made.stop()


def count_conversations(database: Database) -> int:
    with database.read() as work:
        return work.session.scalar(select(func.count(Conversation.id))) or 0


def leave(company: Company, *names: str) -> None:
    for name in names:
        company.add(name)
    company.clock.move(days=15)


def test_everybody_whose_day_has_come_is_begun_with_once_however_often_it_is_looked(
    company: Company, engine: Engine, database: Database
) -> None:
    leave(company, "ana", "bo", "cy")
    for _ in range(3):
        DBOS.trigger_schedule("look").get_result()
    wait_until(lambda: count_conversations(database) == 3, "all three are begun with")
    assert engine.look() == 0
    with database.read() as work:
        triggers = work.session.scalars(select(Message)).all()
    assert [message.pressed for message in triggers] == [{"intent": "EXTERNAL_check_in", "entities": {}}] * 3


def test_what_was_claimed_before_a_crash_is_begun_after_it(
    company: Company, engine: Engine, database: Database
) -> None:
    leave(company, "ana")
    assert company.planner.tick().claimed  # And then the process dies.
    DBOS.trigger_schedule("look").get_result()
    wait_until(lambda: count_conversations(database) == 1, "she is begun with")


def test_no_more_is_under_way_than_there_is_room_for(
    company: Company, engine: Engine, touches: TouchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "ROOM", 2)
    leave(company, "ana", "bo", "cy")
    engine.look()
    assert touches.count_under_way() == 2
    for touch in company.read_touches():
        company.planner.settle(touch.id, TouchState.SENT)
    engine.look()
    assert touches.count_under_way() == 1
