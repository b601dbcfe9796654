"""Taking in what is said: hard things, corrections, early answers, other languages, and what is said back."""

from __future__ import annotations

import pytest

from actions.answers import ValidateExitInterview
from actions.changes import ActionChangeAnswer
from actions.conversation import ActionTellCancellation
from actions.endings import ActionFinishExitInterview
from actions.exit_interview import AskKept, AskProbe
from bot.bootstrap import Services
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import EndedBy, Outcome
from tests.trackers import make_services, make_settings, make_tracker, run
from tests.unit.actions.conftest import CRASHED, FakeClassifier, InterviewReader

DIED = "my husband died in May"


@pytest.mark.parametrize("question", ["reason", "probe", "kept", "likelihood", "offer", "consent", "email"])
async def test_something_hard_is_kept_and_nothing_is_asked_any_more(
    services: Services, interview: InterviewReader, question: str
) -> None:
    done = await run(ValidateExitInterview(services), make_tracker(DIED, requested_slot=question))
    assert (done.slots["requested_slot"], done.slots["trouble"]) == (None, "bereavement")
    assert interview().sensitive
    assert [answer.text for answer in interview().answers] == [DIED]


async def test_the_interview_ends_with_kind_words_and_no_offer(services: Services, interview: InterviewReader) -> None:
    await run(ValidateExitInterview(services), make_tracker(DIED, requested_slot="reason"))
    done = await run(ActionFinishExitInterview(services), make_tracker(DIED, trouble="bereavement"))
    assert done.responses == [
        "utter_exit_interview_sensitive_bereavement",
        "utter_exit_interview_finish_gently_by_link",
    ]
    assert (interview().outcome, interview().ended_by) == (Outcome.LEFT, EndedBy.SENSITIVE)


async def test_a_stop_beside_something_hard_is_heard(services: Services) -> None:
    text = f"{DIED}. Stop emailing me."
    done = await run(ValidateExitInterview(services), make_tracker(text, requested_slot="reason"))
    assert done.slots["refuses_contact"] is True
    done = await run(
        ActionFinishExitInterview(services), make_tracker(text, trouble="bereavement", refuses_contact=True)
    )
    assert done.responses == ["utter_exit_interview_sensitive_bereavement", "utter_opt_out_confirmed"]
    assert services.opt_outs.is_opted_out("c1")


async def test_somebody_who_stays_may_tell_of_an_illness(services: Services, interview: InterviewReader) -> None:
    tracker = make_tracker("actually I'll stay, my wife is out of hospital", "want_to_return", requested_slot="kept")
    assert (await run(ValidateExitInterview(services), tracker)).slots == {"requested_slot": "reason"}
    assert interview().sensitive
    assert interview().answers == []


async def test_a_tapped_button_is_never_searched_for_something_hard(services: Services) -> None:
    tap = make_tracker(
        "my mum died", "answer", button={"question": "reason", "value": "price"}, requested_slot="reason"
    )
    assert "trouble" not in (await run(ValidateExitInterview(services), tap)).slots


async def test_a_corrected_reason_brings_its_own_probe(services: Services, interview: InterviewReader) -> None:
    await run(ValidateExitInterview(services), make_tracker(CRASHED, requested_slot="reason"))
    tracker = make_tracker(
        "actually it's not the app, it's the price",
        requested_slot="probe",
        reason="answered",
        leading_reason="technical_reliability",
        asked={"reason": 1, "probe": 1},
    )
    done = await run(ValidateExitInterview(services), tracker)
    assert (done.slots["leading_reason"], done.slots["requested_slot"]) == ("price", "probe")
    assert done.slots["asked"] == {"reason": 1}
    assert done.slots["remarks"] == [["utter_answer_corrected", {}]]
    assert [(a.question, a.text) for a in interview().answers] == [("reason", "the price")]


async def test_a_number_that_comes_early_is_noted_and_the_question_stays(
    services: Services, interview: InterviewReader
) -> None:
    done = await run(ValidateExitInterview(services), make_tracker("8/10", requested_slot="reason"))
    assert (done.slots["likelihood"], done.slots["requested_slot"]) == ("answered", "reason")
    assert done.slots["remarks"] == [["utter_answer_noted_likelihood", {"number": "8"}]]
    assert [(a.question, a.value) for a in interview().answers] == [("likelihood", 8)]


async def test_another_language_is_remarked_on_once(services: Services, interview: InterviewReader) -> None:
    text = "Es ist mir zu teuer geworden"
    done = await run(ValidateExitInterview(services), make_tracker(text, "stop_dialogue", requested_slot="reason"))
    assert done.slots["remarks"] == [["utter_english_only", {}]]
    assert interview().language == "de"
    again = make_tracker("ich weiß es nicht", requested_slot="kept", reason="answered", asked=done.slots["asked"])
    assert "remarks" not in (await run(ValidateExitInterview(services), again)).slots


async def test_what_the_classifier_makes_of_another_language_ends_nothing(
    services: Services, interview: InterviewReader
) -> None:
    text, asked = "je ne sais pas encore, c'est trop tôt", {"language": 1, "likelihood": 1}
    tracker = make_tracker(text, "stop_dialogue", requested_slot="likelihood", reason="skipped", kept="x", asked=asked)
    done = await run(ValidateExitInterview(services), tracker)
    assert done.slots == {"remarks": None, "requested_slot": "likelihood"}
    twice = make_tracker(text, "stop_dialogue", requested_slot="likelihood", asked=asked | {"likelihood": 2})
    assert (await run(ValidateExitInterview(services), twice)).slots["likelihood"] == "answered"
    assert [(answer.value, answer.text) for answer in interview().answers] == [(None, text)]


async def test_a_remark_is_said_before_the_question_and_then_forgotten(services: Services) -> None:
    tracker = make_tracker("x", remarks=[["utter_echo_place", {"named": "Porto 0[1]"}]])
    done = await run(AskKept(services), tracker)
    assert done.responses == ["utter_echo_place", "utter_ask_exit_interview_kept"]
    assert done.values["utter_echo_place"]["named"] == "Porto 0 [1]"
    assert done.slots["remarks"] is None


async def test_only_a_name_that_is_recognised_is_said_back(services: Services, classifier: FakeClassifier) -> None:
    text = "we are moving to Porto"
    classifier.known[text] = {Reason.RELOCATION: 0.9}
    classifier.names = {"Porto": "place"}
    done = await run(ValidateExitInterview(services), make_tracker(text, requested_slot="reason"))
    assert done.slots["remarks"] == [["utter_echo_place", {"named": "Porto"}]]
    assert done.slots["probe"] == "told"


@pytest.mark.parametrize(
    ("reason", "response"),
    [(Reason.CUSTOMER_SERVICE, "utter_heard_failure"), (Reason.NO_LONGER_NEEDED, "utter_heard_reason")],
)
async def test_who_has_told_it_all_is_thanked_instead_of_asked(
    services: Services, classifier: FakeClassifier, reason: Reason, response: str
) -> None:
    story = " ".join(["nobody rang back and then my son finished school, so that was that"] * 3)
    classifier.known[story] = {reason: 0.9}
    done = await run(ValidateExitInterview(services), make_tracker(story, requested_slot="reason"))
    assert done.slots["remarks"] == [[response, {}]]
    assert done.slots["requested_slot"] == "kept"


async def test_at_most_two_things_are_said_back(services: Services, classifier: FakeClassifier) -> None:
    asked = {"echo_sum": 1, "echo_place": 1}
    done = await run(ValidateExitInterview(services), make_tracker(CRASHED, requested_slot="reason", asked=asked))
    assert "remarks" not in done.slots


async def test_doubt_is_asked_about_with_both_guesses(services: Services, classifier: FakeClassifier) -> None:
    text = "it was all a bit much"
    classifier.known[text] = {Reason.PRICE: 0.45, Reason.CUSTOMER_SERVICE: 0.4}
    classifier.doubtful.add(text)
    done = await run(ValidateExitInterview(services), make_tracker(text, requested_slot="reason"))
    assert done.slots["guesses"] == ["price", "customer_service"]
    asked = await run(AskProbe(services), make_tracker(leading_reason="other_unclear", guesses=done.slots["guesses"]))
    assert asked.responses == ["utter_ask_exit_interview_probe_confirm"]
    values = asked.values["utter_ask_exit_interview_probe_confirm"]
    assert (values["reason"], values["second_title"]) == ("the price", "How I was treated")


async def test_a_customer_chooses_which_answer_to_change(services: Services) -> None:
    settled = {"reason": "answered", "probe": "answered", "requested_slot": "kept", "interview": "open"}
    asked = await run(ActionChangeAnswer(services), make_tracker("can I change my answer?", "change_answer", **settled))
    assert asked.responses == ["utter_ask_change_answer_before_kept"]
    assert (await run(AskKept(services), make_tracker("x", just_said=tuple(asked.responses)))).responses == []
    typed = make_tracker("why I'm leaving", said_before=asked.responses[0], **settled)
    done = await run(ValidateExitInterview(services), typed)
    assert (done.slots["changing"], done.slots["requested_slot"]) == ("reason", "reason")


async def test_a_new_answer_takes_the_place_of_the_old_one(services: Services, interview: InterviewReader) -> None:
    services.interviews.record_answer("c1", Question.REASON, Reading(tapped=Reason.PRICE), "It's too expensive")
    done = await run(ValidateExitInterview(services), make_tracker(CRASHED, requested_slot="reason", changing="reason"))
    assert (done.slots["changing"], done.slots["leading_reason"]) == (None, "technical_reliability")
    assert done.slots["remarks"] == [["utter_answer_changed", {}]]
    assert [a.text for a in interview().answers] == [CRASHED]


async def test_a_customer_who_skips_the_change_keeps_the_old_answer(
    services: Services, interview: InterviewReader
) -> None:
    services.interviews.record_answer("c1", Question.REASON, Reading(tapped=Reason.PRICE), "It's too expensive")
    done = await run(ValidateExitInterview(services), make_tracker("skip", requested_slot="reason", changing="reason"))
    assert done.slots["remarks"] == [["utter_answer_left_as_it_was", {}]]
    assert [a.text for a in interview().answers] == ["It's too expensive"]


async def test_noise_is_led_back_once_and_a_way_out_is_offered_once(
    services: Services, interview: InterviewReader
) -> None:
    remarks = []
    for redirected in range(2):
        # What the classifier makes of noise ends nothing and starts nothing.
        tracker = make_tracker("asdfgh", "want_to_return", requested_slot="reason", redirected=redirected)
        done = await run(ValidateExitInterview(services), tracker)
        assert done.slots["requested_slot"] == "reason"
        remarks.append(done.slots["remarks"][0][0])
    assert remarks == ["utter_not_understood_redirect", "utter_out_of_scope_offer"]
    assert interview().answers == []
    offered = await run(AskKept(services), make_tracker("asdfgh", remarks=[["utter_out_of_scope_offer", {}]]))
    assert offered.responses == ["utter_out_of_scope_offer"]
    third = make_tracker("asdfgh", requested_slot="reason", redirected=2)
    assert (await run(ValidateExitInterview(services), third)).slots["reason"] == "skipped"


@pytest.mark.parametrize(("url", "way"), [("https://example.org/cancel", "link"), ("", "contact")])
async def test_whether_it_is_cancelled_is_answered_truthfully(
    services: Services, classifier: FakeClassifier, url: str, way: str
) -> None:
    settings = make_settings(cancel_url=url)
    services = make_services(services.interviews._database, services.clock, classifier, settings)
    tracker = make_tracker("is it cancelled?", "ask_cancellation", interview="open")
    assert (await run(ActionTellCancellation(services), tracker)).responses == [f"utter_cancellation_by_{way}"]
    again = make_tracker("is it?", "ask_cancellation", interview="over", asked={"about_cancellation": 1})
    assert (await run(ActionTellCancellation(services), again)).responses == [f"utter_cancellation_by_{way}_again"]
