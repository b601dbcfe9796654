"""A person asks for a person."""

from __future__ import annotations

from actions.handoff import ActionRequestHuman
from bot.bootstrap import Services
from bot.storage.tables import Mode
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import say
from tests.trackers import make_tracker, run


async def test_a_customer_who_asks_for_a_person_tops_the_list_and_hears_when(
    services: Services, sqlite_database: Database, clock: FixedClock
) -> None:
    message = say(sqlite_database, clock(), "I want a human")
    tracker = make_tracker("I want a human", "ask_human", message_id=message)
    done = await run(ActionRequestHuman(services), tracker)
    assert done.responses == ["utter_handoff_requested"]
    assert done.values["utter_handoff_requested"]["office_hours"] == "Monday to Friday, 9:00 to 17:00"
    with sqlite_database.read() as work:
        conversation = work.conversations.get("c1")
        assert (conversation.mode, conversation.handoff_requested_at) == (Mode.STAFF, clock())
