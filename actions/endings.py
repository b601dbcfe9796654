"""The end of an interview: finished, skipped, stopped, or stayed; and how to go on cancelling.

It must not make anybody answer anything before they can leave.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import HERE, FarewellAction, say_anew
from actions.exit_interview import say_remarks
from actions.handoff import say_requested
from actions.offer_values import write_offer
from actions.offers import apologise
from actions.opt_out import opt_out, says_stop
from actions.slots import (
    ERASURE,
    HOW_TO_CANCEL,
    OPEN,
    OVER,
    count_asked,
    read_asked,
    read_message_id,
    read_utterance,
)
from actions.touches import answer_touch, is_touch
from actions.trouble import acknowledge_trouble
from bot.retention.endings import choose_ending
from bot.retention.offers import GrantState
from bot.retention.sensitive import Trouble
from bot.retention.utterances import Intent
from bot.retention.winback.touches import TouchAnswer


def say_how_to_finish(action: FarewellAction, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Say where the cancellation itself is completed, unless they have left long ago."""
    if tracker.get_slot("has_left"):
        return
    way = "link" if action.services.settings.cancel_url else "contact"
    action.say(dispatcher, f"utter_exit_interview_finish_by_{way}")


async def end_gently(
    action: FarewellAction, dispatcher: CollectingDispatcher, tracker: Tracker, trouble: Trouble
) -> list[EventType]:
    """Close the interview of somebody whom something hard has happened to: kind words, and no question."""
    services, said = action.services, read_utterance(tracker)
    await asyncio.to_thread(services.interviews.finish, tracker.sender_id)
    action.say(dispatcher, f"utter_exit_interview_sensitive_{trouble.value}")
    over = [SlotSet("interview", OVER), SlotSet("trouble", None), SlotSet("offer_news", None)]
    if tracker.get_slot("refuses_contact"):
        return [*await opt_out(action, dispatcher, tracker), *over]
    if trouble is Trouble.CRISIS or said.intent is Intent.ASK_HUMAN:
        await asyncio.to_thread(services.handoff.request, tracker.sender_id, read_message_id(tracker))
    if said.intent is Intent.ASK_HUMAN:
        say_requested(action, dispatcher)
    elif said.intent is Intent.DATA_ERASE:
        action.say(dispatcher, "utter_ask_erasure")
        return [*over, SlotSet("confirming", ERASURE)]
    elif trouble is not Trouble.CRISIS and not tracker.get_slot("has_left"):
        way = "link" if services.settings.cancel_url else "contact"
        action.say(dispatcher, f"utter_exit_interview_finish_gently_by_{way}")
    return over


class ActionFinishExitInterview(FarewellAction):
    """Closes an interview whose questions are settled."""

    def name(self) -> str:
        return "action_finish_exit_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if tracker.get_slot("trouble"):
            return await end_gently(self, dispatcher, tracker, Trouble(tracker.get_slot("trouble")))
        if tracker.get_slot("refuses_contact"):
            return await opt_out(self, dispatcher, tracker)
        remarks = say_remarks(self, dispatcher, tracker)
        closing = await asyncio.to_thread(self.services.interviews.finish, tracker.sender_id)
        over = [SlotSet("interview", OVER), SlotSet("offer_news", None), *remarks]
        if closing.saved:
            await self._say_saved(dispatcher, tracker)
            return over
        # Most have heard it before the last question; of those who left long ago nothing may be left to ask.
        apologise(self, dispatcher, tracker)
        if closing.in_chat:
            self.say(dispatcher, f"utter_exit_interview_will_write{HERE}")
        elif closing.address is not None:
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
        if personal:
            say_requested(self, dispatcher)
        say_how_to_finish(self, dispatcher, tracker)
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
        if is_touch(tracker):
            return await answer_touch(self.services, dispatcher, tracker)
        await asyncio.to_thread(self.services.interviews.skip, tracker.sender_id)
        self.say(dispatcher, "utter_exit_interview_skipped")
        say_how_to_finish(self, dispatcher, tracker)
        return [SlotSet("interview", OVER), SlotSet("confirming", None)]


class ActionStopInterview(FarewellAction):
    """Lets somebody go who takes leave, in the middle of the interview or after it."""

    def name(self) -> str:
        return "action_stop_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if is_touch(tracker):
            return await answer_touch(self.services, dispatcher, tracker)
        if says_stop(tracker):
            return await opt_out(self, dispatcher, tracker)
        if tracker.get_slot("interview") != OPEN:
            kind = await acknowledge_trouble(self, dispatcher, tracker)
            if not kind:
                self.say(dispatcher, "utter_goodbye")
            return []
        await asyncio.to_thread(self.services.interviews.stop, tracker.sender_id)
        self.say(dispatcher, "utter_exit_interview_stopped")
        say_how_to_finish(self, dispatcher, tracker)
        return [SlotSet("interview", OVER), SlotSet("confirming", None)]


class ActionStay(FarewellAction):
    """Notes that somebody stays; who has left already is told how to come back."""

    def name(self) -> str:
        return "action_stay"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if is_touch(tracker):
            return await answer_touch(self.services, dispatcher, tracker)
        if tracker.get_slot("has_left"):
            return await self._welcome_back(dispatcher, tracker)
        stays = await asyncio.to_thread(self.services.interviews.stay, tracker.sender_id)
        self.say(dispatcher, "utter_exit_interview_stayed" if stays else "utter_exit_interview_welcome_back")
        return [SlotSet("interview", OVER), SlotSet("confirming", None)]

    async def _welcome_back(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Tell somebody whom we asked long after they had left how to come back."""
        await asyncio.to_thread(self.services.interviews.stop, tracker.sender_id)
        await asyncio.to_thread(self.services.stories.note_answer, tracker.sender_id, TouchAnswer.OPEN)
        self.say(dispatcher, "utter_exit_interview_welcome_back")
        return [SlotSet("interview", OVER), SlotSet("confirming", None)]


class ActionTellHowToCancel(FarewellAction):
    """Shows the way out to somebody who only wants to cancel."""

    def name(self) -> str:
        return "action_tell_how_to_cancel"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if tracker.get_slot("has_left"):
            return [say_anew(self, dispatcher, tracker, "utter_touch_cancellation"), SlotSet("confirming", None)]
        if tracker.get_slot("interview") != OPEN:
            await acknowledge_trouble(self, dispatcher, tracker)
            say_how_to_finish(self, dispatcher, tracker)
            return [SlotSet("confirming", None)]
        again = read_asked(tracker).get(HOW_TO_CANCEL, 0) > 0
        self.say(dispatcher, "utter_how_to_cancel_again" if again else "utter_how_to_cancel")
        return [count_asked(tracker, HOW_TO_CANCEL), SlotSet("confirming", None)]
