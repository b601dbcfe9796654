"""What follows the questions: an apology that is owed, the one offer, what becomes of it, and whether we may write.

It must not decide who gets an offer, nor what is in it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.exit_interview import ASK, UNDISTURBED, AskQuestion, offers_a_way_out, say_remarks
from actions.handoff import say_requested
from actions.offer_values import write_offer
from actions.slots import (
    APOLOGY,
    OVER,
    count_asked,
    list_just_said,
    read_asked,
    read_leading,
    read_message_id,
)
from bot.conversations.answers import CONSENT_IN_CHAT
from bot.conversations.consents import CONSENT_WORDING
from bot.conversations.offers import Offer
from bot.retention.interview import Question, Wording, choose_wording
from bot.retention.offer_answers import OfferTopic
from bot.retention.offers import GrantState


def apologise(action: FarewellAction, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[str]:
    """Say the apology that is owed, unless it was said before; return what has to be remembered."""
    leading = read_leading(tracker)
    if leading is None or not tracker.get_slot("owes_apology") or APOLOGY in read_asked(tracker):
        return []
    action.say(dispatcher, f"utter_exit_interview_apology_{leading.value}")
    return [APOLOGY]


class AskOffer(AskQuestion):
    """Would you like this? It says what it is, what it is worth and until when, and answers what is asked about it."""

    question = Question.OFFER

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if UNDISTURBED & list_just_said(tracker):
            return []
        offer = await asyncio.to_thread(self.services.offers.propose, tracker.sender_id)
        if offer is None:
            # There is none after all, perhaps because staff have flagged the customer since.
            going_on = [SlotSet("offer_due", False), SlotSet("requested_slot", Question.CONSENT.value)]
            return [*going_on, *await AskConsent(self._services).run(dispatcher, tracker, domain)]
        events = [SlotSet("confirming", None)] if tracker.get_slot("confirming") else []
        events += say_remarks(self, dispatcher, tracker)
        if topic := tracker.get_slot("offer_topic"):
            return [*events, SlotSet("offer_topic", None), self._answer(dispatcher, tracker, OfferTopic(topic), offer)]
        times_asked = read_asked(tracker).get(self.question.value, 0)
        wording = choose_wording(times_asked, wanted=self._is_wanted(tracker))
        if wording is None or offers_a_way_out(tracker):
            return events
        said = apologise(self, dispatcher, tracker)
        what = wording.value if wording is Wording.ONCE_MORE else f"_{offer.kind.value}{wording.value}"
        self.say(dispatcher, f"{ASK}_offer{what}", **write_offer(offer, self.services.clock()))
        return [*events, count_asked(tracker, self.question.value, *said)]

    def _answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, topic: OfferTopic, offer: Offer) -> EventType:
        """Answer a question about the offer, or a wish for a better one, and ask in the same breath."""
        again = "_again" if read_asked(tracker).get(topic.value) else ""
        match topic:
            case OfferTopic.WORTH:
                what = f"worth_{'money' if offer.worth else 'free'}{again}"
            case OfferTopic.HOW:
                what = f"how{again}" if again else f"how_{offer.kind.value}"
            case _:
                what = f"{topic.value}{again}"
        self.say(dispatcher, f"utter_offer_{what}", **write_offer(offer, self.services.clock()))
        return count_asked(tracker, topic.value)


class AskConsent(AskQuestion):
    """May we write to you? Before it is told what has become of the offer; where a person comes, that is enough."""

    question = Question.CONSENT

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        news = tracker.get_slot("offer_news")
        if not news:
            return await super().run(dispatcher, tracker, domain)
        told = SlotSet("offer_news", None)
        offer = await asyncio.to_thread(self.services.offers.find, tracker.sender_id)
        values = write_offer(offer, self.services.clock()) if offer else {}
        if offer is not None and news in (GrantState.ACCEPTED, GrantState.REQUESTED):
            await asyncio.to_thread(self.services.handoff.request, tracker.sender_id, read_message_id(tracker))
            what = f"accepted_{offer.kind.value}" if news == GrantState.ACCEPTED else "requested"
            self.say(dispatcher, f"utter_offer_{what}", **values)
            say_requested(self, dispatcher)
            return [told]
        self.say(dispatcher, "utter_offer_expired" if news == GrantState.EXPIRED else "utter_offer_declined", **values)
        return [told, *await super().run(dispatcher, tracker, domain)]

    def _lead_in(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[str]:
        return apologise(self, dispatcher, tracker)

    async def _put(self, dispatcher: CollectingDispatcher, tracker: Tracker, wording: Wording) -> None:
        what = CONSENT_IN_CHAT if await self.is_in_chat(tracker) else CONSENT_WORDING
        self.say(dispatcher, f"{what}{wording.value}")


class ActionTellOfferConfirmed(FarewellAction):
    """Tells somebody that staff have confirmed what they asked for, and hands over the code."""

    def name(self) -> str:
        return "action_tell_offer_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        offer = await asyncio.to_thread(self.services.offers.find, tracker.sender_id)
        if offer is not None and offer.state is GrantState.ACCEPTED:
            accepted = "utter_welcome_back_accepted_" if tracker.get_slot("has_left") else "utter_offer_accepted_"
            self.say(dispatcher, "utter_offer_confirmed")
            self.say(dispatcher, f"{accepted}{offer.kind.value}", **write_offer(offer, self.services.clock()))
        return [SlotSet("interview", OVER), SlotSet("confirming", None), SlotSet("closed", True)]
