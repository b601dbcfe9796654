"""The exit interview: opening it, putting its questions, taking in the answers.

It must not lose an answer: what counts as one is kept before anything else is decided.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.slots import (
    ANSWERED,
    OPEN,
    OVER,
    SKIPPED,
    count_asked,
    describe_company,
    is_trigger,
    list_just_said,
    read_asked,
    read_leading,
    read_message_id,
    read_patience,
    read_question,
    read_standing,
    read_utterance,
    was_interrupted,
    write_standing,
)
from bot.conversations.interviews import DISCLOSURE, Opening, Stage
from bot.retention.interview import Question, Wording, choose_wording, next_question
from bot.retention.reading import Reading, read
from bot.retention.reasons import Reason
from bot.retention.utterances import Intent

ASK = "utter_ask_exit_interview"
UNDISTURBED = {
    "utter_ask_erasure",
    "utter_handoff_requested",
    "utter_how_to_cancel",
    "utter_how_to_cancel_again",
    "utter_out_of_scope_offer",
}
"""After these somebody has something else to decide, or wants none of our questions: none is put in the same breath."""


class ActionBeginExitInterview(FarewellAction):
    """Opens the interview with who is asking, or goes on where it stood."""

    def name(self) -> str:
        return "action_begin_exit_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        opening = await asyncio.to_thread(self.services.interviews.begin, tracker.sender_id)
        company = [SlotSet(name, value) for name, value in describe_company(self.services.settings).items()]
        if opening.stage is not Stage.OPEN:
            if tracker.latest_message.get("text"):  # Somebody wrote; they get an answer.
                erased = opening.stage is Stage.ERASED
                self.say(dispatcher, "utter_data_erased_before" if erased else "utter_after_interview_noted")
            return [*company, SlotSet("interview", OVER)]
        if not opening.introduced:
            self.say(dispatcher, DISCLOSURE)
        return [*company, SlotSet("interview", OPEN), *_take_up(opening)]


def _take_up(opening: Opening) -> list[EventType]:
    """Return what has to be remembered of an interview that the dialogue has forgotten and the record has not."""
    following = next_question(opening.standing)
    settled = [SlotSet(question.value, ANSWERED) for question in opening.standing.settled]
    asked = {following.value: 1} if opening.introduced and following else {}
    return [*settled, *write_standing(opening.standing), SlotSet("asked", asked)]


class AskQuestion(FarewellAction):
    """Puts one question, never twice in the same words."""

    @property
    @abstractmethod
    def question(self) -> Question:
        """The question that is put."""

    def name(self) -> str:
        return f"action_ask_exit_interview_{self.question.value}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if UNDISTURBED & list_just_said(tracker):
            return []
        times_asked = read_asked(tracker).get(self.question.value, 0)
        wording = choose_wording(times_asked, wanted=read_utterance(tracker).intent is Intent.REPEAT_REQUEST)
        events = [SlotSet("confirming", None)] if tracker.get_slot("confirming") else []
        if wording is None:
            return events
        said = self._lead_in(dispatcher, tracker) if times_asked == 0 else []
        self.say(dispatcher, self._choose_response(read_leading(tracker), wording))
        return [*events, count_asked(tracker, self.question.value, *said)]

    def _lead_in(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[str]:
        """Say what comes before the question when it is put for the first time; return what has to be remembered."""
        return []

    def _choose_response(self, leading: Reason | None, wording: Wording) -> str:
        return f"{ASK}_{self.question.value}{wording.value}"


class AskReason(AskQuestion):
    """Why are you leaving?"""

    question = Question.REASON


class AskProbe(AskQuestion):
    """The one follow-up that fits the leading reason."""

    question = Question.PROBE

    def _choose_response(self, leading: Reason | None, wording: Wording) -> str:
        if wording is Wording.ONCE_MORE:
            return super()._choose_response(leading, wording)
        return f"{ASK}_probe_{(leading or Reason.OTHER_UNCLEAR).value}{wording.value}"


class AskKept(AskQuestion):
    """What would have kept you?"""

    question = Question.KEPT


class AskLikelihood(AskQuestion):
    """How likely are you to come back?"""

    question = Question.LIKELIHOOD


class AskEmail(AskQuestion):
    """Where to?"""

    question = Question.EMAIL


class ValidateExitInterview(FarewellAction):
    """Takes the answer to the open question in, and says which one comes next.

    It is no FormValidationAction: that looks at each slot apart and drops the others, while here one message settles
    one question and may change which ones follow. Settling nothing makes the form step back for the rules.
    """

    def name(self) -> str:
        return "validate_exit_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        question = read_question(tracker)
        events: list[EventType] = []
        # After an interruption Rasa calls this once more; the message was judged by then.
        if question is not None and not is_trigger(tracker) and not was_interrupted(tracker):
            events = await self._take_in(tracker, question)
            tracker.add_slots(events)
        following = None if tracker.get_slot("refuses_contact") else next_question(read_standing(tracker))
        return [*events, SlotSet("requested_slot", following.value if following else None)]

    async def _take_in(self, tracker: Tracker, question: Question) -> list[EventType]:
        confirming = tracker.get_slot("confirming") is not None
        said = read_utterance(tracker)
        reading = read(question, said, read_patience(tracker, question), confirming=confirming)
        if reading is None:
            return []
        events = await self._record(tracker, question, reading, said.text) if reading.words else []
        if reading.stop:
            events.append(SlotSet("refuses_contact", True))
        if reading.topic is not None:
            events.append(SlotSet("offer_topic", reading.topic.value))
        return [*events, SlotSet("confirming", None)] if confirming else events

    async def _record(self, tracker: Tracker, question: Question, reading: Reading, text: str) -> list[EventType]:
        standing = await asyncio.to_thread(
            self.services.interviews.record_answer,
            tracker.sender_id,
            question,
            reading,
            text,
            read_message_id(tracker),
        )
        settled = SlotSet(question.value, SKIPPED if reading.skipped else ANSWERED)
        events = [settled, *write_standing(standing)]
        if question is Question.OFFER:
            offer = await asyncio.to_thread(self.services.offers.find, tracker.sender_id)
            events.append(SlotSet("offer_news", offer.state.value if offer else None))
        return events
