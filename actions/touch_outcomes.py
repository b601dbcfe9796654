"""What an answer to a message with which we wrote first leads to: it is kept, and the fitting words are said.

It must not read what somebody has typed, but for how long they want to be left alone.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction, say_anew
from actions.handoff import say_requested
from actions.slots import OVER, read_message_id, read_utterance
from bot.conversations.stories import Story
from bot.retention.dates import write_day
from bot.retention.endings import FAILURES_OF_OURS
from bot.retention.utterances import Utterance
from bot.retention.winback.answers import USUAL_PAUSE, TouchQuestion, read_pause, tells_details
from bot.retention.winback.touches import TouchAnswer

ENDED = [SlotSet("interview", OVER), SlotSet("touch_question", None), SlotSet("confirming", None)]
"""What is remembered once a touch is answered: from now on it is like after an interview."""


class TouchOutcomes(FarewellAction):
    """Keeps answers to a touch, and says what follows from them."""

    async def note(
        self, tracker: Tracker, answer: TouchAnswer, *, words: bool = True, ask_again_in: timedelta | None = None
    ) -> None:
        """Keep an answer, with the words where they were typed."""
        said = read_utterance(tracker)
        await asyncio.to_thread(
            self.services.stories.note_answer,
            tracker.sender_id,
            answer,
            said.text if words and said.pressed is None else None,
            ask_again_in,
            read_message_id(tracker),
        )

    async def welcome(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Tell somebody who may come back how, and offer a person."""
        await self.note(tracker, TouchAnswer.OPEN)
        self.say(dispatcher, "utter_touch_come_back")
        return [SlotSet("touch_question", TouchQuestion.PERSON.value)]

    async def soothe(self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story) -> list[EventType]:
        """Say sorry to somebody who is still annoyed, once, and offer a person."""
        await self.note(tracker, TouchAnswer.ANNOYED)
        self.say(dispatcher, f"utter_touch_annoyed{'_by_us' if story.reason in FAILURES_OF_OURS else ''}")
        return [SlotSet("touch_question", TouchQuestion.PERSON.value)]

    async def note_change(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance, *, told: bool
    ) -> list[EventType]:
        """Keep that something has changed; ask what, where that is not `told` yet."""
        await self.note(tracker, TouchAnswer.CHANGED)
        if told:
            self.say(dispatcher, "utter_touch_told")
            return ENDED
        self.say(dispatcher, "utter_touch_what_changed")
        return [SlotSet("touch_question", TouchQuestion.WHAT_CHANGED.value)]

    async def put_off(self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance) -> list[EventType]:
        """Leave somebody alone for as long as they say, or ask for how long."""
        pause = self.read_pause(said) if said.pressed is None else None
        if isinstance(pause, timedelta):
            return await self.postpone(dispatcher, tracker, pause)
        await self.note(tracker, TouchAnswer.NOT_NOW, ask_again_in=USUAL_PAUSE)
        self.say(dispatcher, "utter_touch_when")
        return [SlotSet("touch_question", TouchQuestion.WHEN.value)]

    async def postpone(self, dispatcher: CollectingDispatcher, tracker: Tracker, pause: timedelta) -> list[EventType]:
        """Leave somebody alone for a while."""
        await self.note(tracker, TouchAnswer.NOT_NOW, ask_again_in=pause)
        story = await asyncio.to_thread(self.services.stories.find, tracker.sender_id)
        if story is not None:
            now = self.services.clock()
            self.say(dispatcher, "utter_touch_later", day=write_day(now + pause, story.zone, now))
        return ENDED

    async def put_to_rest(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Leave somebody alone for good."""
        await self.note(tracker, TouchAnswer.DECLINED)
        self.say(dispatcher, "utter_touch_left_alone")
        return ENDED

    async def ask_why_not(self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance) -> list[EventType]:
        """Take a no, and ask for one word on it, unless they have said more than that already."""
        await self.note(tracker, TouchAnswer.DECLINED)
        if said.pressed is None and tells_details(said.text):
            self.say(dispatcher, "utter_touch_told")
            return ENDED
        self.say(dispatcher, "utter_touch_why_not")
        return [SlotSet("touch_question", TouchQuestion.WHY_NOT.value)]

    async def call_person(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Ask staff to come."""
        await asyncio.to_thread(self.services.handoff.request, tracker.sender_id, read_message_id(tracker))
        say_requested(self, dispatcher)
        return ENDED

    def offer_person(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Answer a question that only a person can answer."""
        said = say_anew(self, dispatcher, tracker, "utter_touch_question")
        return [said, SlotSet("touch_question", TouchQuestion.PERSON.value)]

    def leave(self, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Leave it there."""
        self.say(dispatcher, "utter_touch_all_right")
        return ENDED

    def read_pause(self, said: Utterance) -> timedelta | bool | None:
        """Return for how long they want to be left alone; False for ever, None where they do not say."""
        return read_pause(said.text, self.services.clock().date())
