"""Never write to me again, and taking that back.

It must not say anything after the one confirmation.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.slots import CONTACT, OVER, read_last_response
from bot.conversations.opt_out import CONFIRMATION, LIFT_WORDING
from bot.retention.opt_out import asks_to_stop, mentions_stop


async def opt_out(action: FarewellAction, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Suppress the person, confirm it once, and end whatever was going on."""
    if await asyncio.to_thread(action.services.opt_outs.opt_out, tracker.sender_id):
        action.say(dispatcher, CONFIRMATION)
    return [SlotSet("interview", OVER), SlotSet("confirming", None)]


def says_stop(tracker: Tracker) -> bool:
    """Tell whether the message says stop, word for word, whatever the classifier has made of it."""
    text = tracker.latest_message.get("text") or ""
    return asks_to_stop(text) or mentions_stop(text)


class ActionOptOut(FarewellAction):
    """Hears a stop."""

    def name(self) -> str:
        return "action_opt_out"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        return await opt_out(self, dispatcher, tracker)


class ActionAskContactAgain(FarewellAction):
    """Asks somebody who wants to hear from us again whether they mean it."""

    def name(self) -> str:
        return "action_ask_contact_again"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if not await asyncio.to_thread(self.services.opt_outs.is_opted_out, tracker.sender_id):
            self.say(dispatcher, "utter_opt_out_not_set")
            return [SlotSet("confirming", None)]
        self.say(dispatcher, LIFT_WORDING)
        return [SlotSet("confirming", CONTACT)]


class ActionAllowContact(FarewellAction):
    """Takes an opt-out back at an explicit yes, given to that very question."""

    def name(self) -> str:
        return "action_allow_contact"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if read_last_response(tracker) == LIFT_WORDING:
            await asyncio.to_thread(self.services.opt_outs.lift, tracker.sender_id)
            self.say(dispatcher, "utter_opt_out_lifted")
        else:
            self.say(dispatcher, "utter_opt_out_kept")
        return [SlotSet("confirming", None)]


class ActionRefuseContact(FarewellAction):
    """Leaves an opt-out as it is."""

    def name(self) -> str:
        return "action_refuse_contact"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        self.say(dispatcher, "utter_opt_out_kept")
        return [SlotSet("confirming", None)]
