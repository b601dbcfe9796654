"""The check-in: how is somebody getting on who has left? Who never told us why is asked that, and is then interviewed.

It must not offer anything, nor ask a second time.
"""

from __future__ import annotations

import asyncio

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.slots import CHECK_IN, OPEN, count_asked
from actions.touch_answers import AnswerTouch, is_story
from actions.touch_beginnings import BeginTouch
from actions.touch_outcomes import ENDED
from bot.conversations.stories import Story
from bot.retention.interview import Question
from bot.retention.reading import Patience, read
from bot.retention.utterances import Intent, Utterance
from bot.retention.winback.answers import (
    TouchQuestion,
    asks_something,
    is_undecided,
    read_answer,
    reads_as_yes,
    tells_details,
)
from bot.retention.winback.touches import TouchAnswer


class ActionBeginCheckIn(BeginTouch):
    """Asks how somebody is getting on, remembering what they told us; or why they left."""

    flow = CHECK_IN

    def name(self) -> str:
        return "action_begin_check_in"

    def _say(self, dispatcher: CollectingDispatcher, story: Story) -> TouchQuestion:
        if story.reason is None:
            self.say(dispatcher, "utter_check_in_why")
        else:
            self.say(dispatcher, "utter_check_in", **self.tell_back(story))
        return TouchQuestion.CHECK_IN


class ActionAnswerCheckIn(AnswerTouch):
    """Takes in how somebody is getting on, or why they left."""

    def name(self) -> str:
        return "action_answer_check_in"

    def first_question(self, story: Story) -> TouchQuestion:
        return TouchQuestion.CHECK_IN

    def ask_again(self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story) -> list[EventType]:
        which = "utter_check_in_ask_why" if story.reason is None else "utter_check_in_ask"
        return self.ask_anew(dispatcher, tracker, which, TouchQuestion.CHECK_IN)

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story, said: Utterance, pressed: str | None
    ) -> list[EventType] | None:
        if story.reason is None:
            return await self._answer_why(dispatcher, tracker, said)
        if pressed is not None:
            meant = TouchAnswer(pressed) if pressed in set(TouchAnswer) else None
        else:
            meant = read_answer(said)
        match meant:
            case TouchAnswer.FINE:
                await self.note(tracker, meant)
                self.say(dispatcher, "utter_check_in_fine")
                return ENDED
            case TouchAnswer.OPEN:
                return await self.welcome(dispatcher, tracker)
            case TouchAnswer.CHANGED:
                told = pressed is None and tells_details(said.text)
                return await self.note_change(dispatcher, tracker, said, told=told)
            case TouchAnswer.ANNOYED:
                return await self.soothe(dispatcher, tracker, story)
            case TouchAnswer.NOT_NOW:
                return await self.put_off(dispatcher, tracker, said)
            case TouchAnswer.DECLINED:
                return await self.put_to_rest(dispatcher, tracker)
        return await self._take_rest(dispatcher, tracker, story, said)

    async def _take_rest(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story, said: Utterance
    ) -> list[EventType] | None:
        """Take in what says none of it clearly: a mere yes or no, doubt, or a story, which is kept."""
        value = reads_as_yes(said)
        if value is False:
            return await self.put_to_rest(dispatcher, tracker)
        if value or is_undecided(said):
            return self.ask_again(dispatcher, tracker, story)
        if is_story(said) and not asks_something(said.text):
            return await self.note_change(dispatcher, tracker, said, told=True)
        return None

    async def _answer_why(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance
    ) -> list[EventType] | None:
        """Open the interview with the message that answers it; the form takes it in as the reason."""
        if said.pressed is None and read_answer(said) is TouchAnswer.NOT_NOW and not tells_details(said.text):
            return await self.put_off(dispatcher, tracker, said)
        if said.pressed is None and said.intent is Intent.WANT_TO_RETURN and read_answer(said) is TouchAnswer.OPEN:
            return await self.welcome(dispatcher, tracker)
        reading = read(Question.REASON, said, Patience())
        if reading is None or reading.noise:
            return None
        if reading.skipped:
            return await self.put_to_rest(dispatcher, tracker)
        await asyncio.to_thread(self.services.interviews.begin, tracker.sender_id)
        question = SlotSet("requested_slot", Question.REASON.value)
        asked = count_asked(tracker, Question.REASON.value)
        return [SlotSet("interview", OPEN), SlotSet("touch_question", None), question, asked]
