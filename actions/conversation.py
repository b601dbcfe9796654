"""Talk around the interview: manners, unrelated words, questions about us, and whatever is said after it.

It must not turn into a loop: the way back is shown once, a person or an end are offered once.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction, say_anew
from actions.exit_interview import AFTERWARDS, GOING_ON
from actions.opt_out import opt_out, says_stop
from actions.slots import (
    ABOUT_CANCELLATION,
    ABOUT_EMAIL,
    OVER,
    count_asked,
    read_asked,
    read_question,
    read_utterance,
)
from actions.trouble import acknowledge_trouble
from bot.retention.interview import Question
from bot.retention.utterances import Intent

REDIRECTS = {1: "utter_out_of_scope_redirect", 2: "utter_out_of_scope_offer"}


class ActionAnswerOutOfScope(FarewellAction):
    """Leads unrelated talk back to the question, then offers a person or an end; afterwards, to where help is."""

    def name(self) -> str:
        return "action_answer_out_of_scope"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if says_stop(tracker):
            return await opt_out(self, dispatcher, tracker)
        if tracker.get_slot("interview") != OVER:
            redirected = int(tracker.get_slot("redirected") or 0) + 1
            if response := REDIRECTS.get(redirected):
                self.say(dispatcher, response)
            return [SlotSet("redirected", redirected)]
        if await acknowledge_trouble(self, dispatcher, tracker):
            return [SlotSet("confirming", None)]
        return [
            say_anew(self, dispatcher, tracker, "utter_out_of_scope_after_interview"),
            SlotSet("confirming", None),
        ]


class ActionReturnToQuestion(FarewellAction):
    """Does nothing, so that the form may put its question again: Rasa never runs what has just stepped back."""

    def name(self) -> str:
        return "action_return_to_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        return []


class ActionGoOn(FarewellAction):
    """Greets somebody who comes from another place, or back; in an open interview the form then puts its question."""

    def name(self) -> str:
        return "action_go_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        is_over = tracker.get_slot("interview") == OVER
        said = say_anew(self, dispatcher, tracker, AFTERWARDS if is_over else GOING_ON)
        # What waited for a yes stands out of sight now; nobody's next yes must be taken for that one.
        return [said, SlotSet("confirming", None)]


class ActionAnswerAboutBot(FarewellAction):
    """Says who is asking and what for, or what an address is wanted for; the next time in other words."""

    def name(self) -> str:
        return "action_answer_about_bot"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if read_question(tracker) in (Question.CONSENT, Question.EMAIL) and ABOUT_EMAIL not in read_asked(tracker):
            self.say(dispatcher, "utter_question_about_email")
            return [count_asked(tracker, ABOUT_EMAIL)]
        about = "utter_touch_about_bot" if tracker.get_slot("has_left") else "utter_question_about_bot"
        return [say_anew(self, dispatcher, tracker, about)]


class ActionTellCancellation(FarewellAction):
    """Answers whether it is cancelled now: not by this chat; and says where it is."""

    def name(self) -> str:
        return "action_tell_cancellation"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if says_stop(tracker):
            return await opt_out(self, dispatcher, tracker)
        if tracker.get_slot("interview") == OVER:
            await acknowledge_trouble(self, dispatcher, tracker)
        if tracker.get_slot("has_left"):
            return [say_anew(self, dispatcher, tracker, "utter_touch_cancellation"), SlotSet("confirming", None)]
        way = "link" if self.services.settings.cancel_url else "contact"
        again = "_again" if read_asked(tracker).get(ABOUT_CANCELLATION) else ""
        self.say(dispatcher, f"utter_cancellation_by_{way}{again}")
        return [count_asked(tracker, ABOUT_CANCELLATION), SlotSet("confirming", None)]


class ActionReturnCourtesy(FarewellAction):
    """Returns a greeting or thanks, each time in other words."""

    def name(self) -> str:
        return "action_return_courtesy"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        is_over = tracker.get_slot("interview") == OVER
        if is_over and await acknowledge_trouble(self, dispatcher, tracker):
            return []
        if read_utterance(tracker).intent is Intent.THANKS:
            return [say_anew(self, dispatcher, tracker, "utter_thanks")]
        return [say_anew(self, dispatcher, tracker, "utter_greet_after_interview" if is_over else "utter_greet")]


class ActionAnswerAfterInterview(FarewellAction):
    """Thanks for what is added after the interview; a stop in it is heard here as well."""

    def name(self) -> str:
        return "action_answer_after_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if says_stop(tracker):
            return await opt_out(self, dispatcher, tracker)
        if await acknowledge_trouble(self, dispatcher, tracker):
            return [SlotSet("confirming", None)]
        said_little = read_utterance(tracker).intent in (Intent.AFFIRM, Intent.DENY, Intent.UNSURE)
        response = "utter_acknowledged" if said_little else "utter_after_interview_noted"
        return [say_anew(self, dispatcher, tracker, response), SlotSet("confirming", None)]
