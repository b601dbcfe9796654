"""Takes in what somebody says to a message with which we wrote first: an answer, or something else.

It must not decide what a touch is about; and whatever is typed gets an answer, never a loop.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from datetime import timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import WORDINGS, say_anew
from actions.opt_out import opt_out, says_stop
from actions.slots import (
    LANGUAGE,
    count_asked,
    read_asked,
    read_touch_question,
    read_trigger,
    read_utterance,
)
from actions.touch_outcomes import ENDED, TouchOutcomes
from actions.trouble import acknowledge_trouble
from bot.conversations.stories import Story
from bot.retention.interview import Question
from bot.retention.language import find_language
from bot.retention.nonsense import is_nonsense
from bot.retention.reading import Patience, read
from bot.retention.utterances import Intent, Utterance
from bot.retention.winback.answers import (
    PAUSES,
    USUAL_PAUSE,
    TouchQuestion,
    asks_something,
    hesitates,
    is_settled,
    is_undecided,
    read_answer,
    reads_as_yes,
    tells_details,
)
from bot.retention.winback.touches import TouchAnswer, TouchKind

_TAKES_LEAVE = (Intent.GOODBYE, Intent.STOP_DIALOGUE, Intent.SKIP_AND_CANCEL)
MOST_REDIRECTS, GO_AHEAD = 2, "go_ahead"


class AnswerTouch(TouchOutcomes):
    """Takes in what somebody says to a touch. What is asked in between is answered, and the question stays open."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        return [SlotSet("confirming", None), *await self.hear(dispatcher, tracker)]

    async def hear(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Answer one message, and return what has to be remembered."""
        said = read_utterance(tracker)
        story = await asyncio.to_thread(self.services.stories.find, tracker.sender_id)
        if story is None:
            return [say_anew(self, dispatcher, tracker, "utter_after_interview_noted"), *ENDED]
        if read_trigger(tracker) is not None:
            return self._put_again(dispatcher, tracker, story, read_touch_question(tracker))
        question = read_touch_question(tracker) or self.first_question(story)
        if said.pressed is not None:
            return await self._take_pressed(dispatcher, tracker, story, question, said)
        if says_stop(tracker):
            return await opt_out(self, dispatcher, tracker)
        if await acknowledge_trouble(self, dispatcher, tracker):
            return ENDED
        if is_nonsense(said.text) and not hesitates(said.text):
            return self._lead_back(dispatcher, tracker, "utter_touch_not_understood")
        if find_language(said.text) is not None:
            return await self._take_foreign(dispatcher, tracker, said)
        return await self._take(dispatcher, tracker, story, question, said)

    @abstractmethod
    def first_question(self, story: Story) -> TouchQuestion:
        """Return what the touch asks to begin with."""

    @abstractmethod
    def ask_again(self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story) -> list[EventType]:
        """Put the first question again, in other words."""

    @abstractmethod
    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story, said: Utterance, pressed: str | None
    ) -> list[EventType] | None:
        """Take in an answer to the first question: what was `pressed`, or else typed; None where it is none."""

    async def _take(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        story: Story,
        question: TouchQuestion,
        said: Utterance,
    ) -> list[EventType]:
        match question:
            case TouchQuestion.WHAT_CHANGED | TouchQuestion.WHY_NOT | TouchQuestion.PERSON if _is_aside(said):
                return self._answer_aside(dispatcher, tracker, story, question, said)
            case TouchQuestion.WHAT_CHANGED:
                return await self._keep_change(dispatcher, tracker, said)
            case TouchQuestion.WHY_NOT:
                return await self._keep_why_not(dispatcher, tracker, said)
            case TouchQuestion.PERSON:
                return await self._decide_person(dispatcher, tracker, story, said)
            case TouchQuestion.WHEN:
                return await self._decide_when(dispatcher, tracker, said)
            case _ if not self.is_surely_aside(story, said):
                answered = await self.answer(dispatcher, tracker, story, said, None)
                if answered is not None:
                    return answered
        return self._answer_aside(dispatcher, tracker, story, question, said)

    async def _take_pressed(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        story: Story,
        question: TouchQuestion,
        said: Utterance,
    ) -> list[EventType]:
        pressed = said.pressed or {}
        value = pressed.get("value", "")
        asked = pressed.get("question", question.value)
        match TouchQuestion(asked) if asked in set(TouchQuestion) else None:
            case TouchQuestion.PERSON if value in ("yes", "no"):
                return await self.call_person(dispatcher, tracker) if value == "yes" else self.leave(dispatcher)
            case TouchQuestion.WHEN if value in PAUSES:
                return await self.postpone(dispatcher, tracker, PAUSES[value])
            case TouchQuestion.WHEN:
                return await self.put_to_rest(dispatcher, tracker)
            case TouchQuestion.WHY_NOT:
                return self.leave(dispatcher)
            case None:
                pass
            case _ if value:
                answered = await self.answer(dispatcher, tracker, story, said, value)
                if answered is not None:
                    return answered
        # A button whose meaning is its intent alone is like the words on it.
        return await self._take(dispatcher, tracker, story, question, said)

    async def answer_return(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story, said: Utterance, pressed: str | None
    ) -> list[EventType] | None:
        """Take in an answer to whether they would like to come back; None where it is none."""
        value = pressed == "yes" if pressed in ("yes", "no") else reads_as_yes(said)
        meant = read_answer(said) if pressed is None else None
        if meant is TouchAnswer.NOT_NOW:
            return await self.put_off(dispatcher, tracker, said)
        if meant is TouchAnswer.ANNOYED:
            return await self.soothe(dispatcher, tracker, story)
        if value or (value is None and meant is TouchAnswer.OPEN):
            return await self.welcome(dispatcher, tracker)
        is_content = meant is TouchAnswer.FINE and is_settled(said.text)
        if value is False or meant is TouchAnswer.DECLINED or is_content:
            return await self.decline(dispatcher, tracker, said)
        if is_undecided(said):
            return self.ask_again(dispatcher, tracker, story)
        if asks_something(said.text):
            return None
        if meant is TouchAnswer.CHANGED or is_story(said):
            return await self.note_change(dispatcher, tracker, said, told=True)
        return None

    async def decline(self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance) -> list[EventType]:
        """Take a no."""
        return await self.put_to_rest(dispatcher, tracker)

    # ---- What follow-up questions are answered with ----------------------------------------------------------------

    async def _keep_change(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance
    ) -> list[EventType]:
        if reads_as_yes(said) is False and not tells_details(said.text):
            return self.leave(dispatcher)
        return await self._keep_words(dispatcher, tracker, TouchAnswer.CHANGED)

    async def _keep_why_not(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance
    ) -> list[EventType]:
        if tells_details(said.text):
            return await self._keep_words(dispatcher, tracker, TouchAnswer.DECLINED)
        if reads_as_yes(said) and GO_AHEAD not in read_asked(tracker):
            self.say(dispatcher, "utter_touch_go_ahead")
            return [count_asked(tracker, GO_AHEAD)]
        if reads_as_yes(said) is not None or is_undecided(said):
            return self.leave(dispatcher)
        return await self._keep_words(dispatcher, tracker, TouchAnswer.DECLINED)

    async def _keep_words(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, answer: TouchAnswer
    ) -> list[EventType]:
        await self.note(tracker, answer)
        self.say(dispatcher, "utter_touch_told")
        return ENDED

    async def _decide_person(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story, said: Utterance
    ) -> list[EventType]:
        value = reads_as_yes(said)
        # Who answers the offer of a person with a question has one for that person.
        if value or (value is None and asks_something(said.text)):
            return await self.call_person(dispatcher, tracker)
        if value is False or is_undecided(said):
            return self.leave(dispatcher)
        return await self._keep_words(dispatcher, tracker, story.answer or TouchAnswer.CHANGED)

    async def _decide_when(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance
    ) -> list[EventType]:
        pause = self.read_pause(said)
        if pause is False:
            return await self.put_to_rest(dispatcher, tracker)
        # Where they leave open when, or say something else, the usual pause is what they get.
        return await self.postpone(dispatcher, tracker, pause if isinstance(pause, timedelta) else USUAL_PAUSE)

    # ---- Talk around it --------------------------------------------------------------------------------------------

    def _answer_aside(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        story: Story,
        question: TouchQuestion,
        said: Utterance,
    ) -> list[EventType]:
        match said.intent:
            case Intent.QUESTION_ABOUT_BOT:
                return [say_anew(self, dispatcher, tracker, "utter_touch_about_bot")]
            case Intent.ASK_CANCELLATION | Intent.CANCEL_ACCOUNT:
                return [say_anew(self, dispatcher, tracker, "utter_touch_cancellation")]
            case Intent.THANKS:
                return [say_anew(self, dispatcher, tracker, "utter_thanks")]
            case Intent.CHANGE_ANSWER:
                self.say(dispatcher, "utter_change_answer_afterwards")
                return []
            case Intent.GREET | Intent.REPEAT_REQUEST:
                return self._put_again(dispatcher, tracker, story, question)
            case intent if intent in _TAKES_LEAVE:
                self.say(dispatcher, "utter_goodbye")
                return ENDED
            # A question about the news or the offer is seldom one that the classifier knows.
            case Intent.OUT_OF_SCOPE if story.kind is TouchKind.CHECK_IN or not asks_something(said.text):
                return self._lead_back(dispatcher, tracker, "utter_touch_out_of_scope")
        if asks_something(said.text):
            return self.offer_person(dispatcher, tracker)
        return self._lead_back(dispatcher, tracker, "utter_touch_not_understood")

    def is_surely_aside(self, story: Story, said: Utterance) -> bool:
        """Tell whether it is a question about us or the question, whatever words of an answer may be in it."""
        return said.intent in (Intent.QUESTION_ABOUT_BOT, Intent.REPEAT_REQUEST) and said.confidence >= _VERY_SURE

    def ask_anew(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, response: str, question: TouchQuestion
    ) -> list[EventType]:
        """Put a question in words not used before; after the last of them it is asked no more."""
        is_last = read_asked(tracker).get(response, 0) >= len(WORDINGS) - 1
        said = say_anew(self, dispatcher, tracker, response)
        return [said, *ENDED] if is_last else [said, SlotSet("touch_question", question.value)]

    def _put_again(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story, question: TouchQuestion | None
    ) -> list[EventType]:
        """Put the question that is open again."""
        match question:
            case TouchQuestion.PERSON:
                return self.ask_anew(dispatcher, tracker, "utter_touch_ask_person", TouchQuestion.PERSON)
            case TouchQuestion.WHEN | TouchQuestion.WHY_NOT | TouchQuestion.WHAT_CHANGED:
                if GO_AHEAD in read_asked(tracker):
                    return self.leave(dispatcher)
                self.say(dispatcher, "utter_touch_go_ahead")
                return [count_asked(tracker, GO_AHEAD)]
            case _:
                return self.ask_again(dispatcher, tracker, story)

    def _lead_back(self, dispatcher: CollectingDispatcher, tracker: Tracker, response: str) -> list[EventType]:
        """Say that it was not understood; the second time leave it there."""
        redirected = int(tracker.get_slot("redirected") or 0) + 1
        if redirected < MOST_REDIRECTS:
            self.say(dispatcher, response)
            return [SlotSet("redirected", redirected)]
        self.say(dispatcher, "utter_touch_left_there")
        return [SlotSet("redirected", redirected), *ENDED]

    async def _take_foreign(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance
    ) -> list[EventType]:
        """Keep what we cannot read for staff, and say so once."""
        await self.note(tracker, TouchAnswer.CHANGED)
        if LANGUAGE in read_asked(tracker):
            self.say(dispatcher, "utter_touch_told")
            return ENDED
        self.say(dispatcher, "utter_english_only")
        return [count_asked(tracker, LANGUAGE)]


_ASIDES = frozenset(
    {
        Intent.ASK_CANCELLATION,
        Intent.CHANGE_ANSWER,
        Intent.GREET,
        Intent.QUESTION_ABOUT_BOT,
        Intent.REPEAT_REQUEST,
        Intent.THANKS,
        *_TAKES_LEAVE,
    }
)
_SURE, _VERY_SURE = 0.5, 0.85


def is_story(said: Utterance) -> bool:
    """Tell whether a message tells something, whatever it is."""
    if read(Question.REASON, said, Patience()) is None:  # An interruption of any question is none.
        return False
    return said.intent in (Intent.INFORM, Intent.NOT_UNDERSTOOD) or tells_details(said.text)


def _is_aside(said: Utterance) -> bool:
    """Tell whether a message is about something else than the follow-up question, to which any words are an answer."""
    if said.intent is Intent.OUT_OF_SCOPE:
        return said.confidence >= _VERY_SURE and asks_something(said.text)
    return said.intent in _ASIDES and said.confidence >= _SURE
