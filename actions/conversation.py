"""Talk around the interview: unrelated words in it, and whatever is said after it.

It must not turn into a loop: the way back is shown once, a person or an end are offered once.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.opt_out import opt_out, says_stop
from actions.slots import ABOUT_BOT, OVER, count_asked, read_asked, read_utterance
from bot.retention.utterances import Intent

REDIRECTS = {1: "utter_out_of_scope_redirect", 2: "utter_out_of_scope_offer"}


class ActionAnswerOutOfScope(FarewellAction):
    """Leads back to the question the first time, offers a person or an end the second time, and a person afterwards."""

    def name(self) -> str:
        return "action_answer_out_of_scope"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if says_stop(tracker):
            return await opt_out(self, dispatcher, tracker)
        if tracker.get_slot("interview") == OVER:
            self.say(dispatcher, "utter_out_of_scope_after_interview")
            return [SlotSet("confirming", None)]
        redirected = int(tracker.get_slot("redirected") or 0) + 1
        if response := REDIRECTS.get(redirected):
            self.say(dispatcher, response)
        return [SlotSet("redirected", redirected)]


class ActionReturnToQuestion(FarewellAction):
    """Does nothing, so that the form may put its question again: Rasa never runs what has just stepped back."""

    def name(self) -> str:
        return "action_return_to_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        return []


class ActionAnswerAboutBot(FarewellAction):
    """Says who is asking and what for; a second question is answered in other words."""

    def name(self) -> str:
        return "action_answer_about_bot"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        times = read_asked(tracker).get(ABOUT_BOT, 0)
        self.say(dispatcher, "utter_question_about_bot_again" if times % 2 else "utter_question_about_bot")
        return [count_asked(tracker, ABOUT_BOT)]


class ActionAnswerAfterInterview(FarewellAction):
    """Thanks for what is added after the interview; a stop in it is heard here as well."""

    def name(self) -> str:
        return "action_answer_after_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if says_stop(tracker):
            return await opt_out(self, dispatcher, tracker)
        said_little = read_utterance(tracker).intent in (Intent.AFFIRM, Intent.DENY, Intent.UNSURE)
        self.say(dispatcher, "utter_acknowledged" if said_little else "utter_after_interview_noted")
        return [SlotSet("confirming", None)]
