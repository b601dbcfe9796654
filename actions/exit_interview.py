"""The exit interview: opening it and putting its questions.

It must not put a question twice in the same words, nor one that is settled.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import HERE, FarewellAction
from actions.slots import (
    ANSWERED,
    ECHO,
    OPEN,
    OVER,
    count_asked,
    list_just_said,
    read_asked,
    read_guesses,
    read_leading,
    read_remarks,
    read_trigger,
    read_utterance,
    was_just_set,
    write_standing,
)
from actions.touches import answer_touch, find_forgotten_touch
from bot.conversations.copy import describe_company
from bot.conversations.interviews import DISCLOSURE, Opening, Stage
from bot.conversations.triggers import GO_ON
from bot.retention.confirmation import Guesses
from bot.retention.interview import Question, Wording, choose_wording, next_question
from bot.retention.reasons import Reason
from bot.retention.utterances import Intent

ASK = "utter_ask_exit_interview"
GOING_ON, AFTERWARDS = "utter_go_on", "utter_go_on_after_interview"
UNDISTURBED = {
    "utter_ask_change_answer_before_consent",
    "utter_ask_change_answer_before_email",
    "utter_ask_change_answer_before_kept",
    "utter_ask_change_answer_before_likelihood",
    "utter_ask_erasure",
    "utter_handoff_requested",
    "utter_handoff_requested_away",
    "utter_handoff_requested_here",
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
        if (touch := await asyncio.to_thread(find_forgotten_touch, self.services, tracker)) is not None:
            return await answer_touch(self.services, dispatcher, tracker, touch)
        opening = await asyncio.to_thread(self.services.interviews.begin, tracker.sender_id)
        company = [SlotSet(name, value) for name, value in describe_company(self.services.settings).items()]
        goes_on = read_trigger(tracker) == GO_ON
        if opening.stage is not Stage.OPEN:
            if goes_on or tracker.latest_message.get("text"):  # Somebody has done something; they get an answer.
                self.say(dispatcher, await self._choose_answer(tracker, opening.stage, goes_on=goes_on))
            return [*company, SlotSet("interview", OVER)]
        if not opening.introduced:
            self.say(dispatcher, DISCLOSURE)
        elif goes_on:
            self.say(dispatcher, GOING_ON)
        return [*company, SlotSet("interview", OPEN), *_take_up(opening)]

    async def _choose_answer(self, tracker: Tracker, stage: Stage, *, goes_on: bool) -> str:
        if stage is Stage.OVER:
            return AFTERWARDS if goes_on else "utter_after_interview_noted"
        return f"utter_data_erased_before{HERE if await self.is_in_chat(tracker) else ''}"


def _take_up(opening: Opening) -> list[EventType]:
    """Return what has to be remembered of an interview that the dialogue has forgotten and the record has not."""
    following = next_question(opening.standing)
    settled = [SlotSet(question.value, ANSWERED) for question in opening.standing.settled]
    asked = {following.value: 1} if opening.introduced and following else {}
    return [*settled, *write_standing(opening.standing), SlotSet("asked", asked)]


def say_remarks(action: FarewellAction, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Say what is to be said before the next question; return what has to be remembered."""
    remarks = read_remarks(tracker)
    for response, values in remarks:
        action.say(dispatcher, response, **values)
    return [SlotSet("remarks", None)] if remarks else []


def offers_a_way_out(tracker: Tracker) -> bool:
    """Tell whether a remark leaves somebody with something else to decide than the question."""
    return any(response in UNDISTURBED for response, _ in read_remarks(tracker))


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
        wording = choose_wording(times_asked, wanted=self._is_wanted(tracker))
        events = [SlotSet("confirming", None)] if tracker.get_slot("confirming") else []
        events += say_remarks(self, dispatcher, tracker)
        if wording is None or offers_a_way_out(tracker):
            return events
        said = self._lead_in(dispatcher, tracker) if times_asked == 0 else []
        await self._put(dispatcher, tracker, wording)
        return [*events, count_asked(tracker, self.question.value, *said)]

    def _is_wanted(self, tracker: Tracker) -> bool:
        """Tell whether they have asked, in this very turn, to hear this question, or come from where it stands."""
        is_reopened = was_just_set(tracker, "changing", self.question.value)
        goes_on = read_trigger(tracker) == GO_ON
        return is_reopened or goes_on or read_utterance(tracker).intent is Intent.REPEAT_REQUEST

    def _lead_in(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[str]:
        """Say what comes before the question when it is put for the first time; return what has to be remembered."""
        return []

    async def _put(self, dispatcher: CollectingDispatcher, tracker: Tracker, wording: Wording) -> None:
        """Say the question."""
        self.say(dispatcher, f"{ASK}_{self.question.value}{wording.value}")


class AskReason(AskQuestion):
    """Why are you leaving?"""

    question = Question.REASON


class AskProbe(AskQuestion):
    """The one follow-up that fits the leading reason; where that is in doubt, whether it was understood rightly."""

    question = Question.PROBE

    async def _put(self, dispatcher: CollectingDispatcher, tracker: Tracker, wording: Wording) -> None:
        guesses = read_guesses(tracker)
        if wording is Wording.ONCE_MORE:
            await super()._put(dispatcher, tracker, wording)
        elif guesses is not None:
            self._confirm(dispatcher, guesses, wording)
        else:
            leading = read_leading(tracker) or Reason.OTHER_UNCLEAR
            what = f"{ASK}_probe_{leading.value}"
            is_named = leading is Reason.COMPETITOR and ECHO + leading.value in read_asked(tracker)
            self.say(dispatcher, f"{what}_named" if is_named and not wording.value else f"{what}{wording.value}")

    def _confirm(self, dispatcher: CollectingDispatcher, guesses: Guesses, wording: Wording) -> None:
        """Ask whether it is mostly the likelier of two reasons, with both and something else to tap."""
        names = self.services.reason_names
        self.say(
            dispatcher,
            f"{ASK}_probe_confirm{wording.value}",
            reason=names.write(guesses[0]),
            first=guesses[0].value,
            first_title=names.write_title(guesses[0]),
            second=guesses[1].value,
            second_title=names.write_title(guesses[1]),
        )


class AskKept(AskQuestion):
    """What would have kept you?"""

    question = Question.KEPT


class AskLikelihood(AskQuestion):
    """How likely are you to come back?"""

    question = Question.LIKELIHOOD


class AskEmail(AskQuestion):
    """Where to?"""

    question = Question.EMAIL
