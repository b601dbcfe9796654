"""Every path through the welcome-back message and its offer."""

from __future__ import annotations

import pytest

from actions.endings import ActionStay
from bot.bootstrap import Services
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchAnswer, TouchKind
from bot.storage.tables import Mode
from tests.conftest import FixedClock
from tests.touches import Leaver
from tests.trackers import make_tracker, run
from tests.unit.actions.touches.talk import (
    CHECK_IN,
    CRASHED,
    DISCOUNT,
    PRICE,
    WELCOME_BACK,
    TouchTalk,
)


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (OfferKind.DISCOUNT, "yes please", "utter_welcome_back_accepted_discount"),
        (OfferKind.SMALLER_PLAN, "ok I'll take it", "utter_welcome_back_accepted_smaller_plan"),
        (OfferKind.GESTURE, "Yes, I'd like it", "utter_welcome_back_accepted_gesture"),
    ],
)
async def test_an_offer_that_is_taken_gives_its_code_at_once(
    talk: TouchTalk, kind: OfferKind, text: str, told: str
) -> None:
    await talk.begin(PRICE, WELCOME_BACK, offer=kind)
    assert await talk.type(text, "affirm") == [told]
    assert talk.is_over
    assert (talk.read_offer().state, talk.read_touch().answer) == (GrantState.ACCEPTED, TouchAnswer.ACCEPTED)
    assert talk.read_conversation().mode is Mode.BOT


async def test_a_stranger_s_yes_is_for_staff_to_confirm(talk: TouchTalk) -> None:
    await talk.begin(Leaver(Reason.PRICE, "too expensive", known=False), WELCOME_BACK, **DISCOUNT)
    heard = await talk.press("welcome_back", "yes")
    assert heard[0] == "utter_welcome_back_requested"
    assert heard[1].startswith("utter_handoff_requested")
    assert (talk.read_offer().state, talk.read_offer().code) == (GrantState.REQUESTED, None)
    assert talk.read_conversation().mode is Mode.STAFF


async def test_an_offer_that_has_ended_is_not_granted(talk: TouchTalk, clock: FixedClock) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    clock.move(days=31)
    assert await talk.type("until when is it valid?") == ["utter_welcome_back_expired"]
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT, days=-1)
    assert await talk.press("welcome_back", "yes") == ["utter_welcome_back_expired"]
    assert (talk.read_offer().state, talk.read_offer().code) == (GrantState.EXPIRED, None)
    assert talk.slots["touch_question"] == "person"


async def test_a_no_is_taken_the_first_time_and_asked_one_short_why(talk: TouchTalk) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    assert await talk.press("welcome_back", "no") == ["utter_touch_why_not"]
    assert await talk.type("yes, I'd rather pay per lesson") == ["utter_touch_told"]
    assert talk.is_over
    touch = talk.read_touch()
    assert (touch.answer, touch.words) == (TouchAnswer.DECLINED, "yes, I'd rather pay per lesson")
    assert talk.read_offer().state is GrantState.DECLINED


@pytest.mark.parametrize("text", ["leave it out", "no", "rather not"])
async def test_the_why_after_a_no_can_be_left_out(talk: TouchTalk, text: str) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    await talk.type("no thanks", "deny")
    assert await talk.type(text) == ["utter_touch_all_right"]
    assert talk.is_over


@pytest.mark.parametrize("text", ["good morning", "hello", "good price", "hm", "what a surprise"])
async def test_nothing_but_a_no_declines_an_offer(talk: TouchTalk, text: str) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    assert await talk.type(text, "greet" if "morning" in text or text == "hello" else "inform")
    assert talk.read_offer().state is GrantState.PROPOSED
    assert not talk.is_over


async def test_a_greeting_after_a_no_does_not_bring_the_offer_up_again(talk: TouchTalk) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    await talk.type("no thanks", "deny")
    assert await talk.type("hey", "greet", 0.95) == ["utter_touch_go_ahead"]
    assert await talk.type("hey", "greet", 0.95) == ["utter_touch_all_right"]


@pytest.mark.parametrize("text", ["book me a flight to Rome", "what's the weather like in Paris?"])
async def test_unrelated_talk_is_not_kept_as_an_answer(talk: TouchTalk, text: str) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    assert await talk.type(text, "out_of_scope", 0.8) == ["utter_touch_out_of_scope"]
    assert talk.read_touch().answer is None


async def test_who_says_no_and_why_in_one_breath_is_not_asked_for_it(talk: TouchTalk) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    assert await talk.type("no, I'm happy with my new teacher now") == ["utter_touch_told"]


async def test_questions_about_an_offer_are_answered_from_it_and_change_nothing(talk: TouchTalk) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    assert await talk.press("welcome_back", "more") == ["utter_welcome_back_how_discount"]
    assert await talk.type("until when?") == ["utter_welcome_back_deadline"]
    assert await talk.type("how much is it worth?") == ["utter_welcome_back_worth"]
    assert await talk.type("can you do 50%?") == ["utter_welcome_back_haggle"]
    assert await talk.type("how does it work?", "question_about_bot", 0.95) == ["utter_welcome_back_how_again"]
    assert await talk.type("who are you?", "question_about_bot", 0.95) == ["utter_touch_about_bot"]
    assert talk.read_offer().state is GrantState.PROPOSED
    assert await talk.type("make it 60% or I leave a bad review") == ["utter_touch_told"]
    assert talk.read_offer().state is GrantState.DECLINED


@pytest.mark.parametrize("text", ["not now", "not today", "maybe later, it's a busy month"])
async def test_not_now_is_no_refusal_of_an_offer_which_stands(talk: TouchTalk, text: str) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    assert await talk.type(text) == ["utter_touch_when"]
    assert await talk.press("when", "month") == ["utter_touch_later"]
    assert (talk.read_touch().answer, talk.read_offer().state) == (TouchAnswer.NOT_NOW, GrantState.PROPOSED)


@pytest.mark.parametrize("text", ["no thanks, not now", "I'm not interested right now"])
async def test_a_no_with_a_later_behind_it_is_taken_the_first_time(talk: TouchTalk, text: str) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    await talk.type(text)
    assert talk.read_offer().state is GrantState.DECLINED


async def test_wanting_to_come_back_is_not_yet_a_yes_to_the_offer(talk: TouchTalk, services: Services) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    tracker = make_tracker("I want to come back", "want_to_return", **talk.slots)
    assert (await run(ActionStay(services), tracker)).responses == ["utter_welcome_back_ask"]
    assert talk.read_offer().state is GrantState.PROPOSED


async def test_a_reminder_is_answered_like_the_offer_itself(talk: TouchTalk) -> None:
    begun = await talk.begin(PRICE, TouchKind.REMINDER, **DISCOUNT)
    assert begun.responses == ["utter_welcome_back_offer_reminder_discount"]
    assert await talk.press("welcome_back", "yes") == ["utter_welcome_back_accepted_discount"]


async def test_who_left_over_trust_hears_facts_and_is_offered_a_person_and_no_money(talk: TouchTalk) -> None:
    assert (await talk.begin(Leaver(Reason.TRUST_PRIVACY), WELCOME_BACK)).responses == ["utter_welcome_back_facts"]
    assert (await talk.press("person", "yes"))[0].startswith("utter_handoff_requested")
    assert talk.read_conversation().mode is Mode.STAFF


async def test_who_no_longer_needs_us_is_asked_gently(talk: TouchTalk) -> None:
    begun = await talk.begin(Leaver(Reason.NO_LONGER_NEEDED), WELCOME_BACK)
    assert begun.responses == ["utter_welcome_back_gently"]
    assert await talk.press("return", "yes") == ["utter_touch_come_back"]
