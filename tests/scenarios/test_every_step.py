"""What may come at any step, tried at each: every interruption, a stop, and every reason from its start to the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.retention.endings import FAILURES_OF_OURS
from bot.retention.interview import Question
from bot.retention.reasons import Reason
from bot.storage.tables import Outcome
from tests.scenarios.customer import Customer
from tests.scenarios.web_customer import WebCustomer
from tests.stack import Stack

pytestmark = pytest.mark.scenario

WAY = {
    Question.REASON: ("press", "It's too expensive"),
    Question.PROBE: ("type", "it went up twice"),
    Question.KEPT: ("press", "Nothing, really"),
    Question.LIKELIHOOD: ("press", "7"),
    Question.OFFER: ("press", "No, thank you"),
    Question.CONSENT: ("press", "Yes, you may"),
    Question.EMAIL: ("type", "anna@example.org"),
}
"""How a customer who leaves over the price answers each question."""

INTERRUPTIONS = {
    "why do you ask?": "utter_question_about_bot",
    "are you a robot?": "utter_question_about_bot",
    "is my subscription cancelled now?": "utter_cancellation_by_link",
    "hello there": "utter_greet",
    "thank you": "utter_thanks",
    "what's the weather like tomorrow?": "utter_out_of_scope_redirect",
    "what was the question again?": "utter_ask_exit_interview_",
    "what do you know about me?": "utter_data_export",
    "delete my data": "utter_ask_erasure",
    "can I change my answer?": "utter_ask_change_answer_before_",
}
ENDINGS = {
    "I want to talk to a human": ("utter_handoff_requested", None),
    "actually I'll stay": ("utter_exit_interview_stayed", Outcome.SAVED),
    "I have to go, bye": ("utter_exit_interview_stopped", Outcome.SKIPPED),
}
TITLES = {
    Reason.PRICE: "It's too expensive",
    Reason.PRODUCT_QUALITY: "The quality let me down",
    Reason.MISSING_FEATURES: "It lacks something I need",
    Reason.CUSTOMER_SERVICE: "The way I was treated",
    Reason.COMPETITOR: "I found something better",
    Reason.RELOCATION: "I'm moving",
    Reason.NO_LONGER_NEEDED: "I don't need it any more",
    Reason.TECHNICAL_RELIABILITY: "Technical trouble",
    Reason.DELIVERY_FULFILMENT: "A delivery went wrong",
    Reason.BILLING_ACCOUNT: "Trouble with a bill",
    Reason.TRUST_PRIVACY: "Trust or privacy",
    Reason.POOR_FIT_EXPECTATIONS: "Not what I expected",
}
AFTER_SOMETHING_ELSE = {
    Reason.DELIVERY_FULFILMENT,
    Reason.BILLING_ACCOUNT,
    Reason.TRUST_PRIVACY,
    Reason.POOR_FIT_EXPECTATIONS,
}


@pytest.fixture
def customer(stack: Stack) -> Iterator[Customer]:
    with closing(WebCustomer(stack)) as visitor:
        visitor.listen()
        yield visitor


def answer(customer: Customer, question: Question) -> list[str]:
    kind, words = WAY[question]
    if kind == "press":
        customer.press(words)
    else:
        customer.type(words)
    return customer.listen()


def walk_to(customer: Customer, question: Question) -> None:
    for earlier in list(Question)[: list(Question).index(question)]:
        heard = answer(customer, earlier)
    if question is not Question.REASON:
        assert heard[-1].startswith(f"utter_ask_exit_interview_{question.value}")


def read_outcome(stack: Stack, customer: Customer) -> Outcome | None:
    with stack.database.read() as work:
        interview = work.interviews.find(customer.conversation)
        assert interview is not None
        return interview.outcome


@pytest.mark.parametrize("question", [Question.KEPT, Question.CONSENT])
@pytest.mark.parametrize("words", INTERRUPTIONS)
def test_an_interruption_is_dealt_with_and_the_interview_goes_on_where_it_was(
    stack: Stack, customer: Customer, words: str, question: Question
) -> None:
    walk_to(customer, question)
    customer.type(words)
    heard = customer.listen()
    expected = INTERRUPTIONS[words]
    if expected == "utter_question_about_bot" and question is Question.CONSENT:
        expected = "utter_question_about_email"
    assert heard[0].startswith(expected), heard
    if expected == "utter_ask_erasure":
        customer.press("No, keep it")
        heard = customer.listen()
    # Where they choose what to change the question waits; everywhere else it is put again, in other words.
    if not expected.startswith("utter_ask_change"):
        assert heard[-1] == f"utter_ask_exit_interview_{question.value}_again"
    customer.type("a lower price" if question is Question.KEPT else "no")
    after = customer.listen()
    if question is Question.KEPT:
        assert after == ["utter_ask_exit_interview_likelihood"]
    else:
        assert after[-1] == "utter_exit_interview_finish_by_link"
        assert read_outcome(stack, customer) is Outcome.LEFT


@pytest.mark.parametrize("question", [Question.PROBE, Question.CONSENT])
@pytest.mark.parametrize("words", ENDINGS)
def test_a_person_may_stay_go_or_ask_for_a_human_at_any_step(
    stack: Stack, customer: Customer, words: str, question: Question
) -> None:
    response, outcome = ENDINGS[words]
    walk_to(customer, question)
    customer.type(words)
    heard = customer.listen()
    assert heard[0].startswith(response), heard
    assert not any("utter_ask_exit_interview" in said for said in heard)
    assert read_outcome(stack, customer) is outcome


@pytest.mark.parametrize("question", Question)
@pytest.mark.parametrize("words", ["stop", "please don't contact me again"])
def test_a_stop_is_heard_at_every_step_and_confirmed_once(
    stack: Stack, customer: Customer, words: str, question: Question
) -> None:
    walk_to(customer, question)
    customer.type(words)
    assert customer.listen() == ["utter_opt_out_confirmed"]
    customer.type(words)
    assert customer.listen() == []
    with stack.database.read() as work:
        assert work.conversations.get(customer.conversation).opted_out_at is not None


@pytest.mark.parametrize("reason", TITLES)
def test_every_reason_leads_to_its_own_end(stack: Stack, customer: Customer, reason: Reason) -> None:
    if reason in AFTER_SOMETHING_ELSE:
        customer.press("Something else")
        assert customer.listen() == ["utter_ask_exit_interview_probe_other_unclear"]
        customer.press(TITLES[reason])
    else:
        customer.press(TITLES[reason])
        assert customer.listen() == [f"utter_ask_exit_interview_probe_{reason.value}"]
        customer.press("Skip this question")
    assert customer.listen() == ["utter_ask_exit_interview_kept"]
    customer.press("Nothing, really")
    assert customer.listen() == ["utter_ask_exit_interview_likelihood"]
    customer.press("4")
    heard = customer.listen()
    assert (f"utter_exit_interview_apology_{reason.value}" in heard) is (reason in FAILURES_OF_OURS)
    if heard[-1] != "utter_ask_exit_interview_consent":
        assert heard[-1].startswith("utter_ask_exit_interview_offer_")
        assert (heard[-1] == "utter_ask_exit_interview_offer_discount") is (reason is Reason.PRICE)
        customer.press("No, thank you")
        heard = customer.listen()
        assert heard[0].startswith("utter_offer_declined")
    assert heard[-1] == "utter_ask_exit_interview_consent"
    customer.press("No, thank you")
    assert customer.listen()[-1] == "utter_exit_interview_finish_by_link"
    assert read_outcome(stack, customer) is Outcome.LEFT
