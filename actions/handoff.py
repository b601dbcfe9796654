"""A person asks for a person.

It must not promise when exactly one comes.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.slots import read_message_id


class ActionRequestHuman(FarewellAction):
    """Puts the conversation on top of staff's list and falls silent."""

    def name(self) -> str:
        return "action_request_human"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        await asyncio.to_thread(self.services.handoff.request, tracker.sender_id, read_message_id(tracker))
        self.say(dispatcher, "utter_handoff_requested")
        return [SlotSet("confirming", None)]
