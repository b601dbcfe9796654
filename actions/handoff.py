"""A person asks for a person.

It must not promise when exactly one comes.
"""

from __future__ import annotations

import asyncio
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.slots import read_message_id
from bot.retention.office_hours import name_zone, read_office_hours, write_next_day, write_time

REQUESTED = "utter_handoff_requested"


def say_requested(action: FarewellAction, dispatcher: CollectingDispatcher) -> None:
    """Say that a person has been asked to come, and whether one is there now or when next, as far as that is known."""
    settings, now = action.services.settings, action.services.clock()
    zone = ZoneInfo(settings.timezone)
    hours = read_office_hours(settings.office_hours, zone, settings.closed_days)
    presence = hours.look(now) if hours else None
    if presence is None:
        action.say(dispatcher, REQUESTED)
        return
    at = {"time": write_time(presence.changes_at), "zone": name_zone(zone)}
    if presence.here:
        action.say(dispatcher, f"{REQUESTED}_here", **at)
    else:
        action.say(dispatcher, f"{REQUESTED}_away", day=write_next_day(presence.changes_at, now, zone), **at)


class ActionRequestHuman(FarewellAction):
    """Puts the conversation on top of staff's list and falls silent."""

    def name(self) -> str:
        return "action_request_human"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        await asyncio.to_thread(self.services.handoff.request, tracker.sender_id, read_message_id(tracker))
        say_requested(self, dispatcher)
        return [SlotSet("confirming", None)]
