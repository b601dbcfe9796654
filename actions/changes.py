"""Can I change my answer? The one that is meant is put again; until there is a new one, the old one stays.

It must not change anything by itself.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.opt_out import opt_out, says_stop
from actions.slots import OPEN, read_question, read_standing, read_utterance
from bot.retention.correction import name_question
from bot.retention.interview import Question

ASK_WHICH = "utter_ask_change_answer"
CHANGEABLE = (Question.REASON, Question.PROBE, Question.KEPT, Question.LIKELIHOOD, Question.CONSENT)


def put_again(question: Question) -> list[EventType]:
    """Return the events after which the form puts this question again and its new answer replaces the old one."""
    return [SlotSet(question.value, None), SlotSet("changing", question.value)]


class ActionChangeAnswer(FarewellAction):
    """Puts the question again whose answer somebody wants to change, or asks which one that is."""

    def name(self) -> str:
        return "action_change_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if says_stop(tracker):
            return await opt_out(self, dispatcher, tracker)
        if tracker.get_slot("interview") != OPEN:
            self.say(dispatcher, "utter_change_answer_afterwards")
            return [SlotSet("confirming", None)]
        settled = [question for question in CHANGEABLE if question in read_standing(tracker).settled]
        if not settled:
            self.say(dispatcher, "utter_change_answer_not_given_yet")
            return [SlotSet("confirming", None)]
        which = _find_meant(tracker)
        if which in settled or len(settled) == 1:
            return [*put_again(which if which in settled else settled[0]), SlotSet("confirming", None)]
        self.say(dispatcher, f"{ASK_WHICH}_before_{_describe_open(tracker)}")
        return [SlotSet("confirming", None)]


def _find_meant(tracker: Tracker) -> Question | None:
    said = read_utterance(tracker)
    if said.pressed is not None:
        pressed = said.pressed.get("question", "")
        return Question(pressed) if pressed in set(Question) else None
    return name_question(said.text)


def _describe_open(tracker: Tracker) -> str:
    """Return the question that is open; before an offer and before consent the same answers were given."""
    question = read_question(tracker)
    return (Question.CONSENT if question in (None, Question.OFFER) else question).value
