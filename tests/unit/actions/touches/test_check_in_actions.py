"""Every path through the check-in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.endings import ActionStay, ActionStopInterview, ActionTellHowToCancel
from bot.bootstrap import Services
from bot.retention.reasons import Reason
from bot.retention.winback.rules import ALLOWED_OFFERS, ALLOWED_TOUCHES
from bot.retention.winback.touches import TouchAnswer, TouchKind
from bot.storage.tables import Mode
from tests.conftest import FixedClock
from tests.touches import Leaver
from tests.trackers import make_tracker, run
from tests.unit.actions.touches.talk import (
    CHECK_IN,
    CRASHED,
    STRANGER,
    TAPPED,
    WELCOME_BACK,
    TouchTalk,
)


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
