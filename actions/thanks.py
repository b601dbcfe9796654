"""Thanks: somebody has come back after hearing from us.

It must not sell anything, nor ask for an answer; whatever they write is kept, and a person comes when they ask for one.
"""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.slots import OVER
from actions.touch_beginnings import BeginTouch
from bot.conversations.stories import Story
from bot.retention.endings import FAILURES_OF_OURS


class ActionBeginThanks(BeginTouch):
    """Welcomes somebody back, and asks whether what had gone wrong is right now, if we had failed them."""

    flow = OVER

    def name(self) -> str:
        return "action_begin_thanks"

    def _say(self, dispatcher: CollectingDispatcher, story: Story) -> None:
        if story.reason in FAILURES_OF_OURS:
            self.say(dispatcher, "utter_welcomed_after_failure", **self.tell_back(story))
        else:
            self.say(dispatcher, "utter_welcomed")
