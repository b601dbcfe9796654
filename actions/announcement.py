"""The announcement: what somebody left over has been put right.

It must not promise more than staff have written, nor ask twice.
"""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.slots import ANNOUNCEMENT
from actions.touch_answers import AnswerTouch
from actions.touch_beginnings import BeginTouch
from bot.conversations.announcements import choose_announcement
from bot.conversations.stories import Story
from bot.retention.utterances import Utterance
from bot.retention.winback.answers import TouchQuestion


class ActionBeginAnnouncement(BeginTouch):
    """Tells somebody what was put right, in the words of their own complaint, and asks whether they would come back."""

    flow = ANNOUNCEMENT

    def name(self) -> str:
        return "action_begin_announcement"

    def _say(self, dispatcher: CollectingDispatcher, story: Story) -> TouchQuestion:
        told = self.tell_back(story)
        if story.improvement is None:
            self.say(dispatcher, "utter_welcome_back_plain", **told)
            return TouchQuestion.RETURN
        response, news = choose_announcement(story)
        self.say(dispatcher, response, **told, **news)
        return TouchQuestion.RETURN


class ActionAnswerAnnouncement(AnswerTouch):
    """Takes in whether somebody would come back now."""

    def name(self) -> str:
        return "action_answer_announcement"

    def first_question(self, story: Story) -> TouchQuestion:
        return TouchQuestion.RETURN

    def ask_again(self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story) -> list[EventType]:
        return self.ask_anew(dispatcher, tracker, "utter_touch_ask_return", TouchQuestion.RETURN)

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story, said: Utterance, pressed: str | None
    ) -> list[EventType] | None:
        return await self.answer_return(dispatcher, tracker, story, said, pressed)
