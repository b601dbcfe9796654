"""Talk around the interview: unrelated words in it, and whatever is said after it.

It must not turn into a loop: the way back is shown once, a person or an end are offered once.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.opt_out import opt_out
from bot.retention.opt_out import asks_to_stop, mentions_stop

REDIRECTS = {1: "utter_out_of_scope_redirect", 2: "utter_out_of_scope_offer"}


class ActionAnswerOutOfScope(FarewellAction):
    """Leads back to the question the first time, and offers a person or an end the second time."""

    def name(self) -> str:
        return "action_answer_out_of_scope"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        redirected = int(tracker.get_slot("redirected") or 0) + 1
        if response := REDIRECTS.get(redirected):
            self.say(dispatcher, response)
        return [SlotSet("redirected", redirected)]


class ActionAnswerAfterInterview(FarewellAction):
    """Thanks for what is added after the interview; a stop in it is heard here as well."""

    def name(self) -> str:
        return "action_answer_after_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        text = tracker.latest_message.get("text") or ""
        if await asyncio.to_thread(lambda: asks_to_stop(text) or mentions_stop(text)):
            return await opt_out(self, dispatcher, tracker)
        self.say(dispatcher, "utter_after_interview_noted")
        return [SlotSet("confirming", None)]
