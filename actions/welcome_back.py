"""The welcome-back message: the one offer that fits why somebody left, facts, or only the question; and its reminder.

It must not decide what is offered, hand out a code twice, or press anybody: a no is taken the first time.
"""

from __future__ import annotations

import asyncio

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import WORDINGS
from actions.handoff import say_requested
from actions.offer_values import write_offer
from actions.slots import WELCOME_BACK, count_asked, read_asked, read_message_id
from actions.touch_answers import AnswerTouch
from actions.touch_beginnings import BeginTouch
from actions.touch_outcomes import ENDED
from bot.conversations.offers import Offer
from bot.conversations.stories import Story
from bot.retention.offer_answers import OfferTopic, hear
from bot.retention.offers import GrantState
from bot.retention.reasons import Reason
from bot.retention.utterances import Utterance
from bot.retention.winback.answers import (
    TouchQuestion,
    asks_about_us,
    asks_for_more,
    is_settled,
    read_answer,
    reads_as_yes,
)
from bot.retention.winback.touches import TouchAnswer, TouchKind

_WITHOUT_OFFER = {Reason.TRUST_PRIVACY: "facts", Reason.NO_LONGER_NEEDED: "gently"}
_MORE = "more"


class ActionBeginWelcomeBack(BeginTouch):
    """Makes the offer, reminds of it, or asks without one."""

    flow = WELCOME_BACK

    def name(self) -> str:
        return "action_begin_welcome_back"

    def _say(self, dispatcher: CollectingDispatcher, story: Story) -> TouchQuestion:
        told = self.tell_back(story)
        if story.offer is None:
            self.say(dispatcher, f"utter_welcome_back_{_name_plain(story)}", **told)
            return _choose_question(story)
        reminder = "reminder_" if story.kind is TouchKind.REMINDER else ""
        values = told | write_offer(story.offer, self.services.clock())
        self.say(dispatcher, f"utter_welcome_back_offer_{reminder}{story.offer.kind.value}", **values)
        return TouchQuestion.WELCOME_BACK


class ActionAnswerWelcomeBack(AnswerTouch):
    """Takes in what is said to the offer, and answers what is asked about it."""

    def name(self) -> str:
        return "action_answer_welcome_back"

    def first_question(self, story: Story) -> TouchQuestion:
        return _choose_question(story)

    def ask_again(self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story) -> list[EventType]:
        question = _choose_question(story)
        if story.offer is None:
            which = "ask_person" if question is TouchQuestion.PERSON else "ask_return"
            return self.ask_anew(dispatcher, tracker, f"utter_touch_{which}", question)
        if story.offer.state is not GrantState.PROPOSED:
            return self.leave(dispatcher)
        if self._has_ended(story.offer):
            return self._say_ended(dispatcher, story.offer)
        # The offer stands whatever is said, so the question stays open when it is not put any more.
        times = read_asked(tracker).get(WELCOME_BACK, 0)
        what = f"utter_welcome_back_ask{WORDINGS[times]}" if times < len(WORDINGS) else "utter_touch_all_right"
        self.say(dispatcher, what, **write_offer(story.offer, self.services.clock()))
        return [count_asked(tracker, WELCOME_BACK), SlotSet("touch_question", question.value)]

    def is_surely_aside(self, story: Story, said: Utterance) -> bool:
        is_about_offer = story.offer is not None and isinstance(hear(said.text), OfferTopic)
        return super().is_surely_aside(story, said) and not (is_about_offer and not asks_about_us(said.text))

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story, said: Utterance, pressed: str | None
    ) -> list[EventType] | None:
        if story.offer is None:
            return await self.answer_return(dispatcher, tracker, story, said, pressed)
        if pressed in ("yes", "no"):
            return await self._settle(dispatcher, tracker, said, accepted=pressed == "yes")
        if pressed == _MORE or asks_for_more(said.text):
            return self._tell(dispatcher, tracker, OfferTopic.HOW, story.offer)
        haggled = read_asked(tracker).get(OfferTopic.HAGGLE, 0)
        heard = hear(said.text, haggled=haggled)
        if isinstance(heard, OfferTopic):
            return self._tell(dispatcher, tracker, heard, story.offer)
        if heard is None:
            heard = reads_as_yes(said)
        if heard is False and read_answer(said) is TouchAnswer.NOT_NOW and reads_as_yes(said) is not False:
            # The offer stands: "not now" is no "no", which would end it.
            return await self.put_off(dispatcher, tracker, said)
        if heard is not None:
            return await self._settle(dispatcher, tracker, said, accepted=heard)
        return await self._take_rest(dispatcher, tracker, story, said)

    async def _take_rest(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, story: Story, said: Utterance
    ) -> list[EventType] | None:
        """Take in what neither takes the offer nor leaves it in so many words."""
        match read_answer(said):
            case TouchAnswer.DECLINED:
                return await self._settle(dispatcher, tracker, said, accepted=False)
            case TouchAnswer.FINE if is_settled(said.text):
                return await self._settle(dispatcher, tracker, said, accepted=False)
            case TouchAnswer.ANNOYED:
                return await self.soothe(dispatcher, tracker, story)
            case TouchAnswer.NOT_NOW:
                return await self.put_off(dispatcher, tracker, said)
            case TouchAnswer.OPEN:
                # It is good to hear, and not yet a yes to this offer.
                return self.ask_again(dispatcher, tracker, story)
        return None

    async def _settle(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance, *, accepted: bool
    ) -> list[EventType]:
        offer = await asyncio.to_thread(self.services.stories.settle_offer, tracker.sender_id, accepted=accepted)
        if not accepted:
            return await self.decline(dispatcher, tracker, said)
        if offer is None:
            return await self.welcome(dispatcher, tracker)
        match offer.state:
            case GrantState.ACCEPTED:
                await self.note(tracker, TouchAnswer.ACCEPTED, words=False)
                values = write_offer(offer, self.services.clock())
                self.say(dispatcher, f"utter_welcome_back_accepted_{offer.kind.value}", **values)
                return ENDED
            case GrantState.REQUESTED:
                await self.note(tracker, TouchAnswer.ACCEPTED, words=False)
                await asyncio.to_thread(self.services.handoff.request, tracker.sender_id, read_message_id(tracker))
                self.say(dispatcher, "utter_welcome_back_requested")
                say_requested(self, dispatcher)
                return ENDED
            case GrantState.EXPIRED:
                await self.note(tracker, TouchAnswer.OPEN, words=False)
                return self._say_ended(dispatcher, offer)
        await self.note(tracker, TouchAnswer.OPEN, words=False)
        self.say(dispatcher, "utter_welcome_back_settled")
        return [SlotSet("touch_question", TouchQuestion.PERSON.value)]

    async def decline(self, dispatcher: CollectingDispatcher, tracker: Tracker, said: Utterance) -> list[EventType]:
        return await self.ask_why_not(dispatcher, tracker, said)

    def _tell(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, topic: OfferTopic, offer: Offer
    ) -> list[EventType]:
        """Answer a question about the offer from the offer itself, or a wish for a better one."""
        if self._has_ended(offer):
            return self._say_ended(dispatcher, offer)
        again = "_again" if read_asked(tracker).get(topic.value) else ""
        what = f"how_{offer.kind.value}" if topic is OfferTopic.HOW and not again else f"{topic.value}{again}"
        self.say(dispatcher, f"utter_welcome_back_{what}", **write_offer(offer, self.services.clock()))
        return [count_asked(tracker, topic.value)]

    def _has_ended(self, offer: Offer) -> bool:
        return self.services.clock() > offer.deadline

    def _say_ended(self, dispatcher: CollectingDispatcher, offer: Offer) -> list[EventType]:
        self.say(dispatcher, "utter_welcome_back_expired", **write_offer(offer, self.services.clock()))
        return [SlotSet("touch_question", TouchQuestion.PERSON.value)]


def _name_plain(story: Story) -> str:
    return _WITHOUT_OFFER.get(story.reason or Reason.OTHER_UNCLEAR, "plain")


def _choose_question(story: Story) -> TouchQuestion:
    if story.offer is not None:
        return TouchQuestion.WELCOME_BACK
    return TouchQuestion.PERSON if _name_plain(story) == "facts" else TouchQuestion.RETURN
