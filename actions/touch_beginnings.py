"""The first words of a message with which we write first.

It must not decide what a touch is about, nor whom we write to.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.touch_outcomes import ENDED
from bot.conversations.announcements import tell_back
from bot.conversations.copy import describe_company
from bot.conversations.stories import Story
from bot.retention.winback.answers import TouchQuestion

_CLEAN = {"asked": None, "redirected": 0, "remarks": None, "closed": None, "trouble": None, "refuses_contact": None}


class BeginTouch(FarewellAction):
    """Says what we write for. A touch begins clean, whatever was said in this conversation before."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        story = await asyncio.to_thread(self.services.stories.find, tracker.sender_id)
        company = [SlotSet(name, value) for name, value in describe_company(self.services.settings).items()]
        clean = [SlotSet(name, value) for name, value in _CLEAN.items()]
        if story is None:
            return [*company, *clean, *ENDED]
        asked = self._say(dispatcher, story)
        if asked is None:
            return [*company, *clean, SlotSet("has_left", False), *ENDED]
        begun = [SlotSet("interview", self.flow), SlotSet("touch_question", asked.value), SlotSet("confirming", None)]
        return [*company, *clean, SlotSet("has_left", True), *begun]

    @property
    @abstractmethod
    def flow(self) -> str:
        """The value of the slot `interview` while it is going on."""

    @abstractmethod
    def _say(self, dispatcher: CollectingDispatcher, story: Story) -> TouchQuestion | None:
        """Say it, and return what it asks; None to somebody who is back and need not answer."""

    def tell_back(self, story: Story) -> dict[str, str]:
        """Return the values that say back when and what they told us: in their own words where those can be said."""
        return tell_back(story, self.services.reason_names, self.services.clock())
