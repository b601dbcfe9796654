"""Opening the interview, putting its questions, taking in the answers."""

from __future__ import annotations

import pytest

from actions.answers import ValidateExitInterview
from actions.exit_interview import (
    ActionBeginExitInterview,
    AskEmail,
    AskKept,
    AskLikelihood,
    AskProbe,
    AskReason,
)
from actions.offers import AskConsent
from bot.bootstrap import Services
from bot.retention.reasons import Reason
from bot.storage.tables import Author
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import say
from tests.trackers import make_services, make_settings, make_tracker, run
from tests.unit.actions.conftest import CRASHED, FakeClassifier, InterviewReader


async def test_the_interview_opens_with_who_is_asking(services: Services) -> None:
    done = await run(ActionBeginExitInterview(services), make_tracker(None, "EXTERNAL_exit_interview"))
    assert done.responses == ["utter_exit_interview_disclosure"]
    assert done.slots["interview"] == "open"
    assert done.slots["company_name"] == "Bramble & Oak"
    assert done.slots["privacy_url"] == "http://127.0.0.1:8000/privacy"


async def test_a_company_name_that_would_break_a_response_is_still_said(
    sqlite_database: Database, clock: FixedClock, classifier: FakeClassifier
) -> None:
    services = make_services(sqlite_database, clock, classifier, make_settings(company_name="List 0[1] {x}"))
    done = await run(ActionBeginExitInterview(services), make_tracker(None, "EXTERNAL_exit_interview"))
    assert done.values["utter_exit_interview_disclosure"]["company_name"] == "List 0 [1] {x}"


async def test_a_customer_whose_dialogue_was_forgotten_goes_on_without_a_second_hello(
    services: Services, sqlite_database: Database, clock: FixedClock
) -> None:
    say(sqlite_database, clock(), "Hello", author=Author.BOT, response="utter_exit_interview_disclosure")
    await run(ValidateExitInterview(services), make_tracker(CRASHED, requested_slot="reason"))
    done = await run(ActionBeginExitInterview(services), make_tracker("hello?", "greet"))
    assert done.responses == []
    assert (done.slots["reason"], done.slots["leading_reason"]) == ("answered", "technical_reliability")
    assert done.slots["asked"] == {"probe": 1}


async def test_a_customer_who_writes_after_the_end_is_thanked_and_not_interviewed_again(services: Services) -> None:
    services.interviews.finish("c1")
    done = await run(ActionBeginExitInterview(services), make_tracker("one more thing"))
    assert done.responses == ["utter_after_interview_noted"]
    assert done.slots["interview"] == "over"


async def test_a_customer_who_writes_after_a_deletion_is_told_so(services: Services) -> None:
    services.data_requests.erase("c1")
    done = await run(ActionBeginExitInterview(services), make_tracker("hello?", "greet"))
    assert done.responses == ["utter_data_erased_before"]
    assert done.slots["interview"] == "over"


async def test_the_form_begins_with_why(services: Services) -> None:
    done = await run(ValidateExitInterview(services), make_tracker(None, "EXTERNAL_exit_interview"))
    assert done.slots == {"requested_slot": "reason"}


async def test_a_typed_reason_is_kept_and_the_fitting_probe_follows(
    services: Services, interview: InterviewReader
) -> None:
    done = await run(ValidateExitInterview(services), make_tracker(CRASHED, requested_slot="reason"))
    assert done.slots == {
        "reason": "answered",
        "leading_reason": "technical_reliability",
        "owes_apology": True,
        "needs_address": False,
        "offer_due": False,
        "closed": False,
        "guesses": None,
        "asked": {"echo_thing": 1},
        "remarks": [["utter_echo_thing", {"named": "app"}]],
        "requested_slot": "probe",
    }
    assert [(a.question, a.text) for a in interview().answers] == [("reason", CRASHED)]


async def test_a_tapped_reason_is_kept_as_such(services: Services, interview: InterviewReader) -> None:
    tap = make_tracker(
        "It's too expensive", "answer", button={"question": "reason", "value": "price"}, requested_slot="reason"
    )
    done = await run(ValidateExitInterview(services), tap)
    assert (done.slots["leading_reason"], done.slots["owes_apology"]) == ("price", False)
    assert interview().leading_reason is Reason.PRICE


async def test_a_choice_in_a_terminal_counts_as_a_tap(services: Services, interview: InterviewReader) -> None:
    tracker = make_tracker('/answer{"question": "reason", "value": "price"}', "answer", requested_slot="reason")
    tracker.latest_message["entities"] = [
        {"entity": "question", "value": "reason"},
        {"entity": "value", "value": "price"},
    ]
    await run(ValidateExitInterview(services), tracker)
    assert interview().leading_reason is Reason.PRICE


async def test_an_uncertain_failure_is_not_apologised_for(services: Services) -> None:
    done = await run(ValidateExitInterview(services), make_tracker("rather bad", requested_slot="reason"))
    assert (done.slots["leading_reason"], done.slots["owes_apology"]) == ("product_quality", False)


async def test_an_interruption_settles_nothing_and_changes_nothing(
    services: Services, interview: InterviewReader
) -> None:
    tracker = make_tracker("who reads this?", "question_about_bot", requested_slot="reason")
    assert (await run(ValidateExitInterview(services), tracker)).slots == {"requested_slot": "reason"}
    assert interview().answers == []


async def test_a_message_is_judged_once_also_when_the_form_comes_back(
    services: Services, interview: InterviewReader
) -> None:
    settled = {"reason": "answered", "leading_reason": "price"}
    back = make_tracker("no", "deny", requested_slot="probe", stepped_back=True, **settled)
    assert (await run(ValidateExitInterview(services), back)).slots == {"requested_slot": "probe"}
    assert interview().answers == []


async def test_a_refusal_moves_on(services: Services) -> None:
    done = await run(ValidateExitInterview(services), make_tracker("skip", "deny", requested_slot="reason"))
    assert (done.slots["reason"], done.slots["leading_reason"]) == ("skipped", None)
    assert done.slots["requested_slot"] == "kept"


async def test_an_answer_that_also_says_stop_is_kept_and_closes_the_form(
    services: Services, interview: InterviewReader
) -> None:
    tracker = make_tracker("It broke. Stop emailing me.", requested_slot="reason")
    done = await run(ValidateExitInterview(services), tracker)
    assert (done.slots["refuses_contact"], done.slots["requested_slot"]) == (True, None)
    assert interview().answers[0].text == "It broke. Stop emailing me."


async def test_a_bare_stop_that_the_classifier_missed_closes_the_form_and_is_no_answer(
    services: Services, interview: InterviewReader
) -> None:
    done = await run(ValidateExitInterview(services), make_tracker("STOPPP", "out_of_scope", requested_slot="kept"))
    assert (done.slots["refuses_contact"], done.slots["requested_slot"]) == (True, None)
    assert interview().answers == []


async def test_a_yes_to_e_mail_asks_for_an_address_and_a_no_ends_the_interview(services: Services) -> None:
    so_far = {"reason": "skipped", "kept": "answered", "likelihood": "answered"}
    done = await run(ValidateExitInterview(services), make_tracker("yes", "affirm", requested_slot="consent", **so_far))
    assert (done.slots["needs_address"], done.slots["requested_slot"]) == (True, "email")
    done = await run(
        ValidateExitInterview(services),
        make_tracker("anna@example.org", requested_slot="email", consent="answered", needs_address=True, **so_far),
    )
    assert done.slots["requested_slot"] is None


async def test_a_yes_to_a_deletion_does_not_answer_the_interview(services: Services) -> None:
    tracker = make_tracker("yes", "affirm", requested_slot="kept", reason="skipped", confirming="erasure")
    assert (await run(ValidateExitInterview(services), tracker)).slots == {"requested_slot": "kept"}
    tracker = make_tracker("a lower price", requested_slot="kept", reason="skipped", confirming="erasure")
    done = await run(ValidateExitInterview(services), tracker)
    assert (done.slots["kept"], done.slots["confirming"]) == ("answered", None)


@pytest.mark.parametrize(
    ("action", "response"),
    [
        (AskReason, "utter_ask_exit_interview_reason"),
        (AskKept, "utter_ask_exit_interview_kept"),
        (AskLikelihood, "utter_ask_exit_interview_likelihood"),
        (AskConsent, "utter_ask_exit_interview_consent"),
        (AskEmail, "utter_ask_exit_interview_email"),
    ],
)
async def test_a_question_is_put_in_other_words_each_time_and_then_left(
    services: Services, action: type[AskReason], response: str
) -> None:
    asked: dict[str, int] = {}
    said = []
    for _ in range(4):
        done = await run(action(services), make_tracker("hm", asked=asked))
        asked = done.slots.get("asked", asked)
        said.append(done.responses)
    assert said == [[response], [f"{response}_again"], [f"{response}_once_more"], []]


async def test_a_customer_who_asks_for_the_question_hears_it_however_often(services: Services) -> None:
    tracker = make_tracker("what was the question?", "repeat_request", asked={"kept": 7})
    assert (await run(AskKept(services), tracker)).responses == ["utter_ask_exit_interview_kept_again"]


@pytest.mark.parametrize("reason", Reason)
async def test_every_reason_has_its_own_probe(services: Services, reason: Reason) -> None:
    done = await run(AskProbe(services), make_tracker(leading_reason=reason.value))
    assert done.responses == [f"utter_ask_exit_interview_probe_{reason.value}"]
    done = await run(AskProbe(services), make_tracker(leading_reason=reason.value, asked={"probe": 1}))
    assert done.responses == [f"utter_ask_exit_interview_probe_{reason.value}_again"]
    done = await run(AskProbe(services), make_tracker(leading_reason=reason.value, asked={"probe": 2}))
    assert done.responses == ["utter_ask_exit_interview_probe_once_more"]


async def test_an_apology_names_the_failure_once_and_comes_before_consent(services: Services) -> None:
    slots = {"leading_reason": "customer_service", "owes_apology": True}
    done = await run(AskConsent(services), make_tracker("3", **slots))
    assert done.responses == ["utter_exit_interview_apology_customer_service", "utter_ask_exit_interview_consent"]
    done = await run(AskConsent(services), make_tracker("maybe", asked={"consent": 1}, **slots))
    assert done.responses == ["utter_ask_exit_interview_consent_again"]


async def test_nobody_is_apologised_to_who_leaves_over_the_price(services: Services) -> None:
    done = await run(AskConsent(services), make_tracker("3", leading_reason="price", owes_apology=False))
    assert done.responses == ["utter_ask_exit_interview_consent"]


@pytest.mark.parametrize(
    "just_said",
    ["utter_out_of_scope_offer", "utter_handoff_requested", "utter_ask_erasure", "utter_how_to_cancel"],
)
async def test_nobody_is_asked_on_who_has_something_else_to_decide(services: Services, just_said: str) -> None:
    tracker = make_tracker("words", just_said=(just_said,), confirming="erasure")
    done = await run(AskKept(services), tracker)
    assert (done.responses, done.slots) == ([], {})


async def test_a_new_question_forgets_what_was_waiting_for_a_yes(services: Services) -> None:
    done = await run(AskKept(services), make_tracker("thanks", just_said=("utter_thanks",), confirming="erasure"))
    assert done.slots["confirming"] is None


async def test_a_trigger_of_ours_is_never_taken_for_the_customer_s_answer(
    services: Services, interview: InterviewReader
) -> None:
    tracker = make_tracker(None, "EXTERNAL_hand_back", requested_slot="reason")
    done = await run(ValidateExitInterview(services), tracker)
    assert done.slots == {"requested_slot": "reason"}
    assert interview().answers == []
