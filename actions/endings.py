"""The end of an interview: finished, skipped, stopped, or stayed; and how to go on cancelling.

It must not make anybody answer anything before they can leave.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.offers import write_offer
from actions.opt_out import opt_out, says_stop
from actions.slots import HOW_TO_CANCEL, OPEN, OVER, count_asked, read_asked, read_message_id
from bot.retention.endings import choose_ending
from bot.retention.offers import GrantState


def say_how_to_finish(action: FarewellAction, dispatcher: CollectingDispatcher) -> None:
    """Say where the cancellation itself is completed."""
    way = "link" if action.services.settings.cancel_url else "contact"
    action.say(dispatcher, f"utter_exit_interview_finish_by_{way}")


class ActionFinishExitInterview(FarewellAction):
    """Closes an interview whose questions are settled."""

    def name(self) -> str:
        return "action_finish_exit_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if tracker.get_slot("refuses_contact"):
            return await opt_out(self, dispatcher, tracker)
        closing = await asyncio.to_thread(self.services.interviews.finish, tracker.sender_id)
        over = [SlotSet("interview", OVER), SlotSet("offer_news", None)]
        if closing.saved:
            await self._say_saved(dispatcher, tracker)
            return over
        if closing.address is not None:
            self.say(dispatcher, "utter_exit_interview_will_write", email=closing.address)
        personal = await asyncio.to_thread(self.services.offers.deserves_attention, tracker.sender_id)
        if personal:
            await asyncio.to_thread(self.services.handoff.request, tracker.sender_id, read_message_id(tracker))
        ending = choose_ending(
            closing.leading,
            certain=closing.certain,
            answered=closing.answered,
            angry=closing.angry,
            personal=personal,
        )
        self.say(dispatcher, f"utter_exit_interview_ending_{ending.value}")
        say_how_to_finish(self, dispatcher)
        return over

    async def _say_saved(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        offer = await asyncio.to_thread(self.services.offers.find, tracker.sender_id)
        if offer is None or offer.state is not GrantState.ACCEPTED:
            self.say(dispatcher, "utter_exit_interview_stayed")
            return
        self.say(dispatcher, f"utter_offer_accepted_{offer.kind.value}", **write_offer(offer, self.services.clock()))


class ActionSkipAndCancel(FarewellAction):
    """Lets somebody go who pressed "Skip and cancel"."""

    def name(self) -> str:
        return "action_skip_and_cancel"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        await asyncio.to_thread(self.services.interviews.skip, tracker.sender_id)
        self.say(dispatcher, "utter_exit_interview_skipped")
        say_how_to_finish(self, dispatcher)
        return [SlotSet("interview", OVER), SlotSet("confirming", None)]


class ActionStopInterview(FarewellAction):
    """Lets somebody go who takes leave, in the middle of the interview or after it."""

    def name(self) -> str:
        return "action_stop_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if says_stop(tracker):
            return await opt_out(self, dispatcher, tracker)
        if tracker.get_slot("interview") != OPEN:
            self.say(dispatcher, "utter_goodbye")
            return []
        await asyncio.to_thread(self.services.interviews.stop, tracker.sender_id)
        self.say(dispatcher, "utter_exit_interview_stopped")
        say_how_to_finish(self, dispatcher)
        return [SlotSet("interview", OVER), SlotSet("confirming", None)]


class ActionStay(FarewellAction):
    """Notes that somebody stays; who has left already is told how to come back."""

    def name(self) -> str:
        return "action_stay"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        stays = await asyncio.to_thread(self.services.interviews.stay, tracker.sender_id)
        self.say(dispatcher, "utter_exit_interview_stayed" if stays else "utter_exit_interview_welcome_back")
        return [SlotSet("interview", OVER), SlotSet("confirming", None)]


class ActionTellHowToCancel(FarewellAction):
    """Shows the way out to somebody who only wants to cancel."""

    def name(self) -> str:
        return "action_tell_how_to_cancel"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if tracker.get_slot("interview") != OPEN:
            say_how_to_finish(self, dispatcher)
            return [SlotSet("confirming", None)]
        again = read_asked(tracker).get(HOW_TO_CANCEL, 0) > 0
        self.say(dispatcher, "utter_how_to_cancel_again" if again else "utter_how_to_cancel")
        return [count_asked(tracker, HOW_TO_CANCEL), SlotSet("confirming", None)]
