"""What all our actions have in common: the services, and saying something from data/responses.

It must not hold a sentence a customer reads.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.slots import count_asked, make_sayable, read_asked
from bot.bootstrap import Services, get_services
from bot.conversations.copy import describe_company

HERE = "_here"
"""Ends the names of what is said in a chat of the customer's own, where that differs from what the web page says."""
WORDINGS = ("", "_again", "_once_more")


class FarewellAction(Action, ABC):  # type: ignore[misc]  # rasa-sdk has no types.
    """An action with our services. rasa-sdk makes actions without arguments; tests give them their services."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    @property
    def services(self) -> Services:
        """The services, built when the first action runs."""
        self._services = self._services or get_services()
        return self._services

    @abstractmethod
    def name(self) -> str:
        """Return the name by which the domain knows this action."""

    @abstractmethod
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Do it, and return what the dialogue has to remember."""

    def say(self, dispatcher: CollectingDispatcher, response: str, **values: str) -> None:
        """Say a response. What it can name about the company is filled in here, `values` beside it."""
        known = describe_company(self.services.settings) | values
        dispatcher.utter_message(response=response, **{name: make_sayable(value) for name, value in known.items()})

    async def is_in_chat(self, tracker: Tracker) -> bool:
        """Tell whether the conversation goes on in a chat of the customer's own, where we can write to them later."""
        return await asyncio.to_thread(self.services.interviews.is_in_chat, tracker.sender_id)


def say_anew(action: FarewellAction, dispatcher: CollectingDispatcher, tracker: Tracker, response: str) -> EventType:
    """Say a response in words not used before in this conversation, as long as there are any."""
    times = read_asked(tracker).get(response, 0)
    action.say(dispatcher, response + WORDINGS[min(times, len(WORDINGS) - 1)])
    return count_asked(tracker, response)
