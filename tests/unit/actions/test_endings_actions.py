"""How interviews end."""

from __future__ import annotations

from actions.endings import (
    ActionFinishExitInterview,
    ActionSkipAndCancel,
    ActionStay,
    ActionStopInterview,
    ActionTellHowToCancel,
)
from bot.bootstrap import Services
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import EndedBy, Outcome
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier
from tests.trackers import make_services, make_settings, make_tracker, run
from tests.unit.actions.conftest import InterviewReader

BY_LINK = "utter_exit_interview_finish_by_link"


def answer(services: Services, reason: Reason) -> None:
    services.interviews.record_answer("c1", Question.REASON, Reading(tapped=reason), reason.title)


async def test_a_finished_interview_has_left_and_ends_as_fits(services: Services, interview: InterviewReader) -> None:
    answer(services, Reason.RELOCATION)
    done = await run(ActionFinishExitInterview(services), make_tracker("no", "deny"))
    assert done.responses == ["utter_exit_interview_ending_moved", BY_LINK]
    assert done.slots["interview"] == "over"
    assert interview().outcome is Outcome.LEFT


async def test_a_customer_who_gave_an_address_is_told_which_was_noted(services: Services) -> None:
    answer(services, Reason.PRICE)
    services.interviews.record_answer("c1", Question.CONSENT, Reading(value=1), "yes")
    services.interviews.record_answer("c1", Question.EMAIL, Reading(address="anna@example.org"), "anna@example.org")
    done = await run(ActionFinishExitInterview(services), make_tracker("anna@example.org"))
    assert done.responses == ["utter_exit_interview_will_write", "utter_exit_interview_ending_ordinary", BY_LINK]
    assert done.values["utter_exit_interview_will_write"]["email"] == "anna@example.org"


async def test_a_customer_who_skipped_everything_is_not_thanked_for_answers(services: Services) -> None:
    services.interviews.record_answer("c1", Question.REASON, Reading(skipped=True), "skip")
    done = await run(ActionFinishExitInterview(services), make_tracker("skip", "deny"))
    assert done.responses == ["utter_exit_interview_ending_unanswered", BY_LINK]


async def test_an_apology_that_is_owed_is_made_at_the_end_at_the_latest_and_once(services: Services) -> None:
    answer(services, Reason.TECHNICAL_RELIABILITY)
    owed = {"leading_reason": "technical_reliability", "owes_apology": True, "has_left": True}
    done = await run(ActionFinishExitInterview(services), make_tracker("5", **owed))
    apology, ending = "utter_exit_interview_apology_technical_reliability", "utter_exit_interview_ending_after_apology"
    assert done.responses == [apology, ending]
    again = await run(ActionFinishExitInterview(services), make_tracker("5", **owed, asked={"apology": 1}))
    assert again.responses == [ending]


async def test_without_a_cancel_page_the_contact_is_named(
    services: Services, sqlite_database: Database, clock: FixedClock, classifier: FakeClassifier
) -> None:
    services = make_services(sqlite_database, clock, classifier, make_settings(cancel_url=""))
    done = await run(ActionSkipAndCancel(services), make_tracker("Skip and cancel", "skip_and_cancel", button={}))
    assert done.responses == ["utter_exit_interview_skipped", "utter_exit_interview_finish_by_contact"]
    assert done.values["utter_exit_interview_finish_by_contact"]["support_contact"] == "help@example.org"


async def test_a_stop_within_an_answer_is_confirmed_and_nothing_follows(
    services: Services, interview: InterviewReader
) -> None:
    done = await run(ActionFinishExitInterview(services), make_tracker("Stop emailing me", refuses_contact=True))
    assert done.responses == ["utter_opt_out_confirmed"]
    assert interview().ended_by is EndedBy.OPT_OUT
    assert services.opt_outs.is_opted_out("c1")


async def test_skip_and_cancel_lets_go_at_once(services: Services, interview: InterviewReader) -> None:
    done = await run(ActionSkipAndCancel(services), make_tracker("Skip and cancel", "skip_and_cancel", button={}))
    assert done.responses == ["utter_exit_interview_skipped", BY_LINK]
    assert (interview().outcome, interview().ended_by) == (Outcome.SKIPPED, EndedBy.SKIP_AND_CANCEL)


async def test_a_customer_who_leaves_the_chat_is_let_go(services: Services, interview: InterviewReader) -> None:
    done = await run(ActionStopInterview(services), make_tracker("gotta go", "stop_dialogue", interview="open"))
    assert done.responses == ["utter_exit_interview_stopped", BY_LINK]
    assert (interview().outcome, interview().ended_by) == (Outcome.SKIPPED, EndedBy.STOPPED)


async def test_a_goodbye_after_the_end_is_only_a_goodbye(services: Services, interview: InterviewReader) -> None:
    services.interviews.finish("c1")
    done = await run(ActionStopInterview(services), make_tracker("bye", "goodbye", interview="over"))
    assert done.responses == ["utter_goodbye"]
    assert interview().outcome is Outcome.LEFT


async def test_a_stop_that_sounds_like_a_goodbye_is_heard_as_a_stop(services: Services) -> None:
    done = await run(ActionStopInterview(services), make_tracker("stpo", "goodbye", interview="over"))
    assert done.responses == ["utter_opt_out_confirmed"]


async def test_a_customer_who_stays_is_saved(services: Services, interview: InterviewReader) -> None:
    done = await run(ActionStay(services), make_tracker("actually I'll stay", "want_to_return", interview="open"))
    assert done.responses == ["utter_exit_interview_stayed"]
    assert interview().outcome is Outcome.SAVED


async def test_a_customer_who_left_long_ago_is_told_how_to_come_back(services: Services, clock: FixedClock) -> None:
    services.interviews.finish("c1")
    clock.move(days=9)
    done = await run(ActionStay(services), make_tracker("I'd like to come back", "want_to_return", interview="over"))
    assert done.responses == ["utter_exit_interview_welcome_back"]


async def test_the_way_out_is_shown_in_other_words_the_second_time(services: Services) -> None:
    done = await run(ActionTellHowToCancel(services), make_tracker("cancel", "cancel_account", interview="open"))
    assert done.responses == ["utter_how_to_cancel"]
    tracker = make_tracker("cancel!", "cancel_account", interview="open", asked=done.slots["asked"])
    assert (await run(ActionTellHowToCancel(services), tracker)).responses == ["utter_how_to_cancel_again"]


async def test_after_the_end_the_way_out_is_where_the_cancellation_is_completed(services: Services) -> None:
    tracker = make_tracker("how do I cancel", "cancel_account", interview="over")
    assert (await run(ActionTellHowToCancel(services), tracker)).responses == [BY_LINK]
