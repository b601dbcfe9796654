"""Talk around the interview."""

from __future__ import annotations

from actions.conversation import (
    ActionAnswerAboutBot,
    ActionAnswerAfterInterview,
    ActionAnswerOutOfScope,
    ActionReturnToQuestion,
)
from bot.bootstrap import Services
from tests.trackers import make_tracker, run


async def test_unrelated_talk_is_led_back_once_then_offered_a_way_out_and_never_a_loop(services: Services) -> None:
    said = []
    redirected = 0.0
    for _ in range(4):
        done = await run(
            ActionAnswerOutOfScope(services), make_tracker("will it rain", "out_of_scope", redirected=redirected)
        )
        redirected = done.slots["redirected"]
        said.append(done.responses)
    assert said == [["utter_out_of_scope_redirect"], ["utter_out_of_scope_offer"], [], []]


async def test_unrelated_talk_after_the_interview_is_sent_to_where_it_can_be_helped(services: Services) -> None:
    done = await run(ActionAnswerOutOfScope(services), make_tracker("will it rain", "out_of_scope", interview="over"))
    assert done.responses == ["utter_out_of_scope_after_interview"]


async def test_a_misspelt_stop_after_the_interview_is_heard_whatever_the_classifier_says(services: Services) -> None:
    tracker = make_tracker("Stoooop", "out_of_scope", interview="over")
    assert (await run(ActionAnswerOutOfScope(services), tracker)).responses == ["utter_opt_out_confirmed"]


async def test_a_second_question_about_the_bot_is_answered_in_other_words(services: Services) -> None:
    done = await run(ActionAnswerAboutBot(services), make_tracker("who reads this?", "question_about_bot"))
    assert done.responses == ["utter_question_about_bot"]
    tracker = make_tracker("why do you ask?", "question_about_bot", asked=done.slots["asked"])
    assert (await run(ActionAnswerAboutBot(services), tracker)).responses == ["utter_question_about_bot_again"]


async def test_who_asks_what_their_address_is_for_is_told_just_that(services: Services) -> None:
    tracker = make_tracker("why do you want my email?", "question_about_bot", requested_slot="email")
    done = await run(ActionAnswerAboutBot(services), tracker)
    assert done.responses == ["utter_question_about_email"]


async def test_what_is_added_after_the_interview_is_thanked_for(services: Services) -> None:
    done = await run(ActionAnswerAfterInterview(services), make_tracker("the new lids leak too", interview="over"))
    assert done.responses == ["utter_after_interview_noted"]


async def test_a_mere_ok_after_the_interview_is_not_called_an_answer(services: Services) -> None:
    done = await run(ActionAnswerAfterInterview(services), make_tracker("ok", "affirm", interview="over"))
    assert done.responses == ["utter_acknowledged"]


async def test_a_stop_in_what_is_added_is_heard(services: Services) -> None:
    tracker = make_tracker("That is all. Don't contact me again.", interview="over")
    assert (await run(ActionAnswerAfterInterview(services), tracker)).responses == ["utter_opt_out_confirmed"]
    assert services.opt_outs.is_opted_out("c1")


async def test_returning_to_the_question_says_nothing_itself(services: Services) -> None:
    done = await run(ActionReturnToQuestion(services), make_tracker("ok", "affirm"))
    assert (done.responses, done.slots) == ([], {})
