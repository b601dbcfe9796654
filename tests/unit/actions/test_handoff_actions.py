"""A person asks for a person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from actions.handoff import ActionRequestHuman
from bot.bootstrap import Services
from bot.storage.tables import Mode
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, say
from tests.trackers import Done, make_services, make_settings, make_tracker, run


async def ask(database: Database, clock: FixedClock, **settings: Any) -> Done:
    services = make_services(database, clock, FakeClassifier(), make_settings(**settings))
    message = say(database, clock(), "I want a human")
    return await run(ActionRequestHuman(services), make_tracker("I want a human", "ask_human", message_id=message))


async def test_a_customer_who_asks_for_a_person_tops_the_list_and_hears_when(
    services: Services, sqlite_database: Database, clock: FixedClock
) -> None:
    done = await ask(sqlite_database, clock)
    assert done.responses == ["utter_handoff_requested_here"]
    said = done.values["utter_handoff_requested_here"]
    assert (said["time"], said["zone"]) == ("17:00", "UTC")
    with sqlite_database.read() as work:
        conversation = work.conversations.get("c1")
        assert (conversation.mode, conversation.handoff_requested_at) == (Mode.STAFF, clock())


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 5, 4, 7, 30, tzinfo=UTC), "today"),
        (datetime(2026, 5, 4, 17, tzinfo=UTC), "on Wednesday"),
        (datetime(2026, 5, 8, 23, 30, tzinfo=UTC), "on Monday"),
    ],
)
async def test_a_customer_who_asks_when_nobody_is_there_hears_when_they_are_back(
    services: Services, sqlite_database: Database, clock: FixedClock, now: datetime, day: str
) -> None:
    clock.now = now
    done = await ask(
        sqlite_database,
        clock,
        office_hours="Mon-Fri 9:00-17:00",
        timezone="Europe/London",
        closed_days=(date(2026, 5, 5),),
    )
    said = done.values["utter_handoff_requested_away"]
    assert (said["day"], said["time"], said["zone"]) == (day, "9:00", "London time")


async def test_office_hours_in_words_of_their_own_are_quoted(
    services: Services, sqlite_database: Database, clock: FixedClock
) -> None:
    done = await ask(sqlite_database, clock, office_hours="whenever the shop is open")
    assert done.responses == ["utter_handoff_requested"]
    assert done.values["utter_handoff_requested"]["office_hours"] == "whenever the shop is open"
