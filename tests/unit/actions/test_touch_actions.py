"""The dialogues with which we write first: every path through the check-in, the welcome-back message and the
announcement."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.check_in import ActionBeginCheckIn
from actions.endings import ActionSkipAndCancel, ActionStay, ActionStopInterview, ActionTellHowToCancel
from actions.exit_interview import ActionBeginExitInterview
from bot.bootstrap import Services
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import Reason
from bot.retention.utterances import Intent
from bot.retention.winback.rules import ALLOWED_OFFERS, ALLOWED_TOUCHES
from bot.retention.winback.touches import TouchAnswer, TouchKind
from bot.storage.tables import Mode
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier
from tests.touches import Leaver
from tests.trackers import make_services, make_settings, make_tracker, run
from tests.unit.actions.touch_talk import TouchTalk

CRASHED = Leaver(Reason.TECHNICAL_RELIABILITY, "The app kept crashing. Every single day!", days_ago=40)
TAPPED = Leaver(Reason.PRICE, tapped="It's too expensive", days_ago=500)
STRANGER = Leaver()
PRICE = Leaver(Reason.PRICE, "far too expensive for two lessons a month", days_ago=45)
CHECK_IN, WELCOME_BACK = TouchKind.CHECK_IN, TouchKind.WELCOME_BACK
DISCOUNT = {"offer": OfferKind.DISCOUNT}


@pytest.fixture
def services(sqlite_database: Database, clock: FixedClock, classifier: FakeClassifier) -> Services:
    return make_services(sqlite_database, clock, classifier, make_settings())


@pytest.fixture
def talk(services: Services, sqlite_database: Database, clock: FixedClock) -> TouchTalk:
    return TouchTalk(services, sqlite_database, clock)


async def test_a_check_in_says_back_their_own_words_and_when_they_wrote_them(talk: TouchTalk) -> None:
    done = await talk.begin(CRASHED, CHECK_IN)
    assert done.responses == ["utter_check_in"]
    said = done.values["utter_check_in"]
    assert (said["when"], said["told"]) == ("In March", ": “The app kept crashing”")


async def test_what_was_only_tapped_is_not_quoted_as_if_it_were_their_words(talk: TouchTalk) -> None:
    said = (await talk.begin(TAPPED, CHECK_IN)).values["utter_check_in"]
    assert (said["when"], said["told"]) == ("In December 2024", " that the price was too high")


@pytest.mark.parametrize("reason", [reason for reason in ALLOWED_TOUCHES if reason is not None])
async def test_whatever_somebody_left_over_every_touch_has_its_words(talk: TouchTalk, reason: Reason) -> None:
    for kind in (CHECK_IN, WELCOME_BACK, TouchKind.REMINDER, TouchKind.ANNOUNCEMENT):
        for offer in (None, *ALLOWED_OFFERS[reason]) if kind is not CHECK_IN else (None,):
            done = await talk.begin(Leaver(reason), kind, offer=offer, improvement="the heating was replaced")
            assert len(done.responses) == 1, "one message, as each is a letter of its own"
            assert talk.slots["interview"] in ("check_in", "welcome_back", "announcement")


CHECK_IN_PATHS = {
    "fine": (("fine", "all good, I'm with Acme now"), ["utter_check_in_fine"], TouchAnswer.FINE, True),
    "open": (("open", "I might come back"), ["utter_touch_come_back"], TouchAnswer.OPEN, False),
    "changed": (("changed", "something has changed"), ["utter_touch_what_changed"], TouchAnswer.CHANGED, False),
    "annoyed": (("annoyed", "still angry about it"), ["utter_touch_annoyed_by_us"], TouchAnswer.ANNOYED, False),
    "not_now": (("not_now", "not now"), ["utter_touch_when"], TouchAnswer.NOT_NOW, False),
}


@pytest.mark.parametrize("path", CHECK_IN_PATHS)
async def test_every_answer_to_a_check_in_can_be_pressed(talk: TouchTalk, path: str) -> None:
    (value, _), responses, answer, over = CHECK_IN_PATHS[path]
    await talk.begin(CRASHED, CHECK_IN)
    assert await talk.press("check_in", value) == responses
    assert (talk.read_touch().answer, talk.read_touch().words, talk.is_over) == (answer, None, over)


@pytest.mark.parametrize("path", CHECK_IN_PATHS)
async def test_every_answer_to_a_check_in_can_be_typed_and_its_words_are_kept(talk: TouchTalk, path: str) -> None:
    (_, text), responses, answer, over = CHECK_IN_PATHS[path]
    await talk.begin(CRASHED, CHECK_IN)
    assert await talk.type(text) == responses
    assert (talk.read_touch().answer, talk.read_touch().words, talk.is_over) == (answer, text, over)


async def test_no_apology_is_made_for_what_was_no_failure_of_ours(talk: TouchTalk) -> None:
    await talk.begin(TAPPED, CHECK_IN)
    assert await talk.press("check_in", "annoyed") == ["utter_touch_annoyed"]


@pytest.mark.parametrize(
    ("said", "mode"), [("yes please", Mode.STAFF), ("no", Mode.BOT), ("will they call?", Mode.STAFF)]
)
async def test_who_may_come_back_is_brought_to_a_person_only_if_they_like(
    talk: TouchTalk, said: str, mode: Mode
) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    await talk.press("check_in", "open")
    await talk.type(said)
    assert talk.is_over
    assert talk.read_conversation().mode is mode


async def test_what_has_changed_is_kept_in_their_words(talk: TouchTalk) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    await talk.press("check_in", "changed")
    assert await talk.type("a new phone, and it runs there") == ["utter_touch_told"]
    assert talk.read_touch().words == "a new phone, and it runs there"
    assert talk.is_over


@pytest.mark.parametrize(
    ("value", "typed", "days"),
    [("month", "in a month", 30), ("quarter", "in 13 weeks", 91), (None, "no idea", 91)],
)
async def test_who_wants_to_be_asked_later_says_when(
    talk: TouchTalk, clock: FixedClock, value: str | None, typed: str, days: int
) -> None:
    for press in (True, False) if value else (False,):
        await talk.begin(CRASHED, CHECK_IN)
        await talk.press("check_in", "not_now")
        said = await (talk.press("when", value) if press and value else talk.type(typed))
        assert said == ["utter_touch_later"]
        with talk.database.read() as work:
            customer = work.customers.find(talk.customer_id)
            assert customer is not None
            assert customer.not_before == clock() + timedelta(days=days)


async def test_who_says_at_once_when_to_ask_again_is_not_asked_for_it(talk: TouchTalk) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    assert await talk.type("not now, ask me in 2 months") == ["utter_touch_later"]


async def test_who_would_rather_not_be_asked_again_is_left_alone(talk: TouchTalk) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    await talk.press("check_in", "not_now")
    assert await talk.press("when", "never") == ["utter_touch_left_alone"]
    assert talk.read_touch().answer is TouchAnswer.DECLINED


async def test_a_stop_is_heard_at_every_step(talk: TouchTalk) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    await talk.press("check_in", "not_now")
    assert await talk.type("stop e-mailing me", "stop_contact") == ["utter_opt_out_confirmed"]
    assert talk.is_over
    assert talk.read_conversation().opted_out_at is not None


async def test_who_tells_of_a_death_gets_kind_words_and_is_never_troubled_again(talk: TouchTalk) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    assert await talk.type("my husband died last week") == ["utter_after_interview_bereavement"]
    assert talk.is_over
    with talk.database.read() as work:
        interview = work.touches.find_interview(talk.customer_id)
        assert interview is not None
        assert interview.sensitive


async def test_who_was_never_interviewed_and_tells_of_an_illness_is_left_in_peace_too(talk: TouchTalk) -> None:
    await talk.begin(STRANGER, CHECK_IN)
    assert await talk.type("I have cancer and can't use it") == ["utter_after_interview_illness"]
    with talk.database.read() as work:
        interview = work.interviews.find("c1")
        assert interview is not None
        assert interview.sensitive


async def test_who_never_told_us_why_is_asked_and_their_answer_opens_the_interview(talk: TouchTalk) -> None:
    assert (await talk.begin(STRANGER, CHECK_IN)).responses == ["utter_check_in_why"]
    assert await talk.type("it got too expensive for me") == []
    assert (talk.slots["interview"], talk.slots["requested_slot"]) == ("open", "reason")
    with talk.database.read() as work:
        assert work.interviews.find("c1") is not None


@pytest.mark.parametrize("text", ["no", "I'd rather not say", "skip"])
async def test_who_does_not_want_to_say_why_is_not_asked_again(talk: TouchTalk, text: str) -> None:
    await talk.begin(STRANGER, CHECK_IN)
    assert await talk.type(text) == ["utter_touch_left_alone"]
    assert talk.is_over


async def test_nobody_who_has_left_is_told_how_to_finish_cancelling(talk: TouchTalk, services: Services) -> None:
    await talk.begin(STRANGER, CHECK_IN)
    await talk.type("too expensive for me")
    stopped = await run(ActionStopInterview(services), make_tracker("bye", "goodbye", **talk.slots))
    assert stopped.responses == ["utter_exit_interview_stopped"]
    asked = await run(ActionTellHowToCancel(services), make_tracker("cancel it", "cancel_account", **talk.slots))
    assert asked.responses == ["utter_touch_cancellation"]


async def test_nobody_who_has_left_stays_by_wanting_to_return(talk: TouchTalk, services: Services) -> None:
    await talk.begin(STRANGER, CHECK_IN)
    await talk.type("too expensive for me")
    done = await run(ActionStay(services), make_tracker("I want to come back", "want_to_return", **talk.slots))
    assert done.responses == ["utter_exit_interview_welcome_back"]
    with talk.database.read() as work:
        interview = work.interviews.find("c1")
        assert interview is not None
        assert interview.outcome is not None
        assert interview.outcome.value != "saved"


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


@pytest.mark.parametrize(
    ("reason", "place", "response"),
    [
        (Reason.TECHNICAL_RELIABILITY, None, "utter_announcement_put_right"),
        (Reason.PRODUCT_QUALITY, "Porto", "utter_announcement_put_right_at_a_place"),
        (Reason.MISSING_FEATURES, None, "utter_announcement_is_there"),
        (Reason.RELOCATION, "Braga", "utter_announcement_is_near_at_a_place"),
        (Reason.COMPETITOR, None, "utter_announcement_news"),
    ],
)
async def test_what_was_put_right_is_told_in_words_that_fit_why_they_left(
    talk: TouchTalk, reason: Reason, place: str | None, response: str
) -> None:
    leaver = Leaver(reason, "the old one never worked")
    done = await talk.begin(leaver, TouchKind.ANNOUNCEMENT, improvement="It was replaced.", place=place)
    assert done.responses == [response]
    said = done.values[response]
    assert (said["told"], said["improvement"]) == (": “the old one never worked”", "It was replaced")
    assert said["place"] == (place or "")


@pytest.mark.parametrize(
    ("text", "response", "answer"),
    [
        ("yes", "utter_touch_come_back", TouchAnswer.OPEN),
        ("no thanks", "utter_touch_left_alone", TouchAnswer.DECLINED),
        ("I'm happy where I am", "utter_touch_left_alone", TouchAnswer.DECLINED),
        ("does it work on Android?", "utter_touch_question", None),
        ("ask me next month", "utter_touch_later", TouchAnswer.NOT_NOW),
    ],
)
async def test_an_announcement_is_answered_by_yes_no_later_or_a_question(
    talk: TouchTalk, text: str, response: str, answer: TouchAnswer | None
) -> None:
    await talk.begin(CRASHED, TouchKind.ANNOUNCEMENT, improvement="it no longer crashes")
    assert await talk.type(text) == [response]
    assert talk.read_touch().answer is answer


async def test_a_new_touch_begins_clean_whatever_became_of_the_one_before(talk: TouchTalk) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    await talk.press("check_in", "not_now")
    await talk.type("asdfgh")
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    assert (talk.slots["touch_question"], talk.slots["redirected"], talk.slots["asked"]) == ("welcome_back", 0, None)
    assert await talk.type("yes", "affirm") == ["utter_welcome_back_accepted_discount"]


async def test_a_touch_that_the_dialogue_has_forgotten_is_answered_all_the_same(
    talk: TouchTalk, services: Services
) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    done = await run(ActionBeginExitInterview(services), make_tracker("yes please", "affirm"))
    assert done.responses == ["utter_welcome_back_accepted_discount"]
    assert (done.slots["interview"], done.slots["has_left"]) == ("over", True)


@pytest.mark.parametrize("action", [ActionSkipAndCancel, ActionStopInterview])
async def test_who_takes_leave_of_a_touch_is_let_go_without_a_word_about_cancelling(
    talk: TouchTalk, services: Services, action: Any
) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    intent = "skip_and_cancel" if action is ActionSkipAndCancel else "goodbye"
    done = await run(action(services), make_tracker("bye then", intent, **talk.slots))
    assert done.responses == ["utter_goodbye"]
    assert done.slots["interview"] == "over"


async def test_a_trigger_without_a_touch_says_nothing(talk: TouchTalk, services: Services) -> None:
    done = await run(ActionBeginCheckIn(services), make_tracker(None, "EXTERNAL_check_in"))
    assert (done.responses, done.slots["interview"]) == ([], "over")


SAYINGS = st.text(max_size=60) | st.sampled_from(
    [
        "yes",
        "no",
        "hm",
        "asdf",
        "dunno",
        "maybe",
        "what?",
        "how does it work?",
        "hello",
        "thanks",
        "later",
        "50% or I go",
    ]
)
UNDERSTOOD = st.sampled_from(sorted(set(Intent) - {Intent.ANSWER, Intent.ASK_HUMAN, Intent.STOP_CONTACT}))
SURENESS = st.sampled_from([0.3, 0.6, 0.95])
TOUCHES = [
    (CRASHED, CHECK_IN, {}),
    (STRANGER, CHECK_IN, {}),
    (PRICE, WELCOME_BACK, DISCOUNT),
    (Leaver(Reason.TRUST_PRIVACY), WELCOME_BACK, {}),
    (CRASHED, TouchKind.ANNOUNCEMENT, {"improvement": "it no longer crashes"}),
]
MOST_MESSAGES = 12
"""Longer than any touch goes on that is not answered."""


@pytest.mark.parametrize("number", range(len(TOUCHES)))
def test_whatever_is_typed_to_a_touch_gets_an_answer_and_no_question_comes_in_a_loop(
    number: int, sqlite_template: Path, classifier: FakeClassifier
) -> None:
    leaver, kind, what = TOUCHES[number]

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(SAYINGS, UNDERSTOOD, st.sampled_from([0.3, 0.6, 0.95])), min_size=1, max_size=MOST_MESSAGES)
    )
    def hold(messages: list[tuple[str, Intent, float]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "farewell.db"
            shutil.copy(sqlite_template, path)
            database, clock = Database(f"sqlite:///{path}"), FixedClock()
            talk = TouchTalk(make_services(database, clock, classifier, make_settings()), database, clock)
            asyncio.run(_talk(talk, messages))
            database.close()

    async def _talk(talk: TouchTalk, messages: list[tuple[str, Intent, float]]) -> None:
        heard = (await talk.begin(leaver, kind, **what)).responses
        for text, intent, confidence in messages:
            answered = await talk.type(text, intent.value, confidence)
            assert len(answered) >= 1 or talk.slots["interview"] == "open"
            heard += answered
            if talk.slots["interview"] in ("over", "open"):
                break
        asked = [name for name in heard if name.startswith(("utter_check_in", "utter_touch_ask"))]
        assert len(set(asked)) == len(asked), "no question is put twice in the same words"

    hold()


async def test_somebody_who_is_back_is_asked_whether_what_we_had_failed_them_in_is_right_now(talk: TouchTalk) -> None:
    done = await talk.begin(CRASHED, TouchKind.THANKS)
    assert done.responses == ["utter_welcomed_after_failure"]
    assert done.values["utter_welcomed_after_failure"]["told"] == ": “The app kept crashing”"
    assert (done.slots["interview"], done.slots["has_left"], done.slots["touch_question"]) == ("over", False, None)


async def test_somebody_who_is_back_and_whom_we_had_not_failed_is_only_welcomed(talk: TouchTalk) -> None:
    assert (await talk.begin(PRICE, TouchKind.THANKS)).responses == ["utter_welcomed"]
    assert talk.slots["interview"] == "over"
