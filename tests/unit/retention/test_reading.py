"""How a message is read while a question is open: as an answer, a refusal, or something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.interview import Question
from bot.retention.reading import Patience, Reading, read
from bot.retention.reasons import Reason
from bot.retention.utterances import Intent, Utterance

FIRST = Patience()
OPEN = [question for question in Question if question.is_open]


def typed(text: str, intent: Intent = Intent.INFORM, confidence: float = 0.9) -> Utterance:
    return Utterance(text, intent, confidence)


def pressed(question: Question, value: str, title: str = "Title") -> Utterance:
    return Utterance(title, Intent.ANSWER, 1.0, {"question": question, "value": value})


@pytest.mark.parametrize("question", OPEN)
def test_a_customer_who_tells_a_story_answers_an_open_question(question: Question) -> None:
    assert read(question, typed("the app crashed every evening"), FIRST) == Reading()


@pytest.mark.parametrize("question", OPEN)
@pytest.mark.parametrize("intent", [Intent.ASK_HUMAN, Intent.QUESTION_ABOUT_BOT, Intent.GOODBYE, Intent.OUT_OF_SCOPE])
def test_an_interruption_that_is_hardly_certain_counts_as_an_answer(question: Question, intent: Intent) -> None:
    assert read(question, typed("there was never a person to talk to", intent, 0.4), FIRST) == Reading()


@pytest.mark.parametrize(
    "intent",
    [
        Intent.ASK_HUMAN,
        Intent.DATA_ERASE,
        Intent.DATA_EXPORT,
        Intent.GOODBYE,
        Intent.GREET,
        Intent.OUT_OF_SCOPE,
        Intent.QUESTION_ABOUT_BOT,
        Intent.REPEAT_REQUEST,
        Intent.STOP_CONTACT,
        Intent.STOP_DIALOGUE,
        Intent.THANKS,
    ],
)
@pytest.mark.parametrize("question", Question)
def test_a_certain_interruption_is_no_answer_to_any_question(question: Question, intent: Intent) -> None:
    assert read(question, typed("what do you say to that?", intent, 0.95), FIRST) is None


def test_a_plain_statement_is_an_answer_where_the_classifier_hears_a_question() -> None:
    worry = typed("I worry about what you do with our data", Intent.QUESTION_ABOUT_BOT, 0.8)
    assert read(Question.PROBE, worry, FIRST) == Reading()
    question = typed("what do you do with our data?", Intent.QUESTION_ABOUT_BOT, 0.8)
    assert read(Question.PROBE, question, FIRST) is None


@pytest.mark.parametrize(
    ("text", "confidence", "is_answer"),
    [
        ("the grandchildren have grown out of it", 0.8, True),
        ("will it rain tomorrow?", 0.6, False),
        ("tell me a joke", 0.6, False),
        ("asdkjh asdkj", 0.6, False),
        ("la la la la", 0.95, False),
    ],
)
def test_only_what_clearly_is_something_else_is_led_back(text: str, confidence: float, is_answer: bool) -> None:
    reading = read(Question.REASON, typed(text, Intent.OUT_OF_SCOPE, confidence), FIRST)
    assert (reading == Reading()) is is_answer


def test_enough_of_a_product_is_no_opt_out() -> None:
    assert read(Question.REASON, typed("I don't use it enough", Intent.STOP_CONTACT, 0.7), FIRST) == Reading()
    assert read(Question.REASON, typed("refrain from contacting me", Intent.STOP_CONTACT, 0.7), FIRST) is None


def test_a_long_story_is_an_answer_whatever_the_classifier_makes_of_it() -> None:
    story = "I called and asked for a manager and " * 6
    assert read(Question.REASON, typed(story, Intent.ASK_HUMAN, 0.95), FIRST) == Reading()


@pytest.mark.parametrize("text", ["skip", "Skip this one please", "I'd rather not say", "pass", "no comment", "n/a"])
@pytest.mark.parametrize("question", Question)
def test_a_customer_may_refuse_any_question(question: Question, text: str) -> None:
    assert read(question, typed(text, Intent.DENY), FIRST) == Reading(skipped=True)


@pytest.mark.parametrize("question", Question)
def test_a_customer_may_press_skip_on_any_question(question: Question) -> None:
    assert read(question, pressed(question, "skip"), FIRST) == Reading(skipped=True)


def test_a_no_to_why_is_a_refusal_but_a_no_to_what_would_have_kept_them_is_an_answer() -> None:
    no = typed("No.", Intent.DENY)
    assert read(Question.REASON, no, FIRST) == Reading(skipped=True)
    assert read(Question.KEPT, no, FIRST) == Reading()
    assert read(Question.KEPT, typed("nothing really"), FIRST) == Reading()


def test_a_mere_yes_to_why_is_asked_about_once_and_then_kept() -> None:
    yes = typed("yes", Intent.AFFIRM)
    assert read(Question.REASON, yes, Patience(asked=1)) is None
    assert read(Question.REASON, yes, Patience(asked=2)) == Reading()


def test_what_a_customer_taps_is_their_reason() -> None:
    assert read(Question.REASON, pressed(Question.REASON, "price"), FIRST) == Reading(tapped=Reason.PRICE)
    assert read(Question.PROBE, pressed(Question.PROBE, "trust_privacy"), FIRST) == Reading(tapped=Reason.TRUST_PRIVACY)


def test_a_button_of_another_question_or_of_nonsense_settles_nothing() -> None:
    assert read(Question.KEPT, pressed(Question.REASON, "price"), FIRST) is None
    assert read(Question.REASON, pressed(Question.REASON, "<script>"), FIRST) is None
    assert read(Question.CONSENT, pressed(Question.CONSENT, "perhaps"), FIRST) is None
    assert read(Question.LIKELIHOOD, pressed(Question.LIKELIHOOD, "99"), FIRST) is None


def test_a_button_that_is_an_intent_of_its_own_is_an_interruption() -> None:
    assert read(Question.REASON, Utterance("Ask a person", Intent.ASK_HUMAN, 1.0, {}), FIRST) is None


@pytest.mark.parametrize(("text", "value"), [("8/10", 8), ("never", 0), ("maybe a three", 3)])
def test_a_customer_types_how_likely_they_are_to_return(text: str, value: int) -> None:
    assert read(Question.LIKELIHOOD, typed(text, Intent.OUT_OF_SCOPE, 0.9), FIRST) == Reading(value=value)


def test_words_without_a_number_are_asked_about_once_and_then_kept() -> None:
    vague = typed("we'll see how it goes")
    assert read(Question.LIKELIHOOD, vague, Patience(asked=1)) is None
    assert read(Question.LIKELIHOOD, vague, Patience(asked=2)) == Reading(value=None)


@pytest.mark.parametrize(
    ("text", "intent", "value"),
    [
        ("yes please", Intent.AFFIRM, 1),
        ("ok", Intent.INFORM, 1),
        ("👍", Intent.OUT_OF_SCOPE, 1),
        ("no thanks", Intent.DENY, 0),
        ("never", Intent.INFORM, 0),
        ("you can email me about that", Intent.ALLOW_CONTACT, 1),
        ("yes you can mail me", Intent.ALLOW_CONTACT, 1),
        ("yes you can mail me", Intent.INFORM, 1),
        ("no that is not needed", Intent.STOP_DIALOGUE, 0),
    ],
)
def test_consent_is_a_clear_yes_or_no(text: str, intent: Intent, value: int) -> None:
    assert read(Question.CONSENT, typed(text, intent), FIRST) == Reading(value=value)


@pytest.mark.parametrize(
    "text",
    [
        "maybe",
        "we'll see",
        "yes but only if it is about the price",
        "I said yes to that once before and then you wrote to me every single day",
    ],
)
def test_consent_is_never_guessed(text: str) -> None:
    for asked in (1, 2, 3):
        reading = read(
            Question.CONSENT, typed(text, Intent.AFFIRM if len(text) > 20 else Intent.UNSURE), Patience(asked)
        )
        assert reading is None or reading.value is None


def test_a_customer_who_types_an_address_when_asked_for_consent_agrees() -> None:
    reading = read(Question.CONSENT, typed("anna@example.org"), FIRST)
    assert reading == Reading(value=1, address="anna@example.org")


def test_an_address_is_taken_and_a_broken_one_is_asked_about_once() -> None:
    assert read(Question.EMAIL, typed("anna@example.org"), FIRST) == Reading(address="anna@example.org")
    assert read(Question.EMAIL, typed("anna at example"), FIRST) is None
    assert read(Question.EMAIL, typed("anna at example"), Patience(asked=2)) == Reading(skipped=True)
    assert read(Question.EMAIL, typed("no", Intent.DENY), FIRST) == Reading(skipped=True)


@pytest.mark.parametrize("question", Question)
def test_a_stop_is_heard_at_every_question_even_where_the_classifier_misses_it(question: Question) -> None:
    reading = read(question, typed("STOP!!!", Intent.OUT_OF_SCOPE, 0.3), FIRST)
    assert reading == Reading(stop=True, words=False)


def test_an_answer_that_also_says_stop_is_kept_and_heard() -> None:
    reading = read(Question.REASON, typed("It was too dear. Stop emailing me."), FIRST)
    assert reading == Reading(stop=True)


def test_a_customer_who_wants_to_cancel_and_says_why_has_answered() -> None:
    assert read(Question.REASON, typed("I want to cancel", Intent.CANCEL_ACCOUNT), FIRST) is None
    because = typed("I want to cancel because it is too dear", Intent.CANCEL_ACCOUNT)
    assert read(Question.REASON, because, FIRST) == Reading()


def test_a_customer_who_would_stay_on_a_condition_has_not_stayed() -> None:
    assert read(Question.KEPT, typed("I'll stay", Intent.WANT_TO_RETURN), FIRST) is None
    condition = typed("I'd stay if it were cheaper", Intent.WANT_TO_RETURN)
    assert read(Question.KEPT, condition, FIRST) == Reading()


@pytest.mark.parametrize("text", ["Staying signed in", "a reason to come back", "keeping my old price"])
def test_what_would_have_kept_a_customer_is_not_taken_for_staying(text: str) -> None:
    assert read(Question.KEPT, typed(text, Intent.WANT_TO_RETURN), FIRST) == Reading()
    assert read(Question.LIKELIHOOD, typed(text, Intent.WANT_TO_RETURN), FIRST) == Reading(value=None)


@pytest.mark.parametrize(
    "text", ["actually I'll stay", "I changed my mind", "ok let's keep it", "I want to keep my subscription", "we stay"]
)
def test_a_customer_who_says_that_they_stay_is_heard_at_every_open_question(text: str) -> None:
    for question in (Question.REASON, Question.PROBE, Question.KEPT):
        assert read(question, typed(text, Intent.WANT_TO_RETURN), FIRST) is None


@pytest.mark.parametrize("text", ["please don't cancel it", "keep my subscription running", "actually, keep me on"])
def test_a_customer_who_says_to_keep_it_stays(text: str) -> None:
    assert read(Question.KEPT, typed(text, Intent.WANT_TO_RETURN), FIRST) is None


def test_unrelated_talk_is_led_back_twice_and_then_kept_as_it_is() -> None:
    weather = typed("will it rain today", Intent.OUT_OF_SCOPE)
    assert read(Question.REASON, weather, Patience(redirected=0)) is None
    assert read(Question.REASON, weather, Patience(redirected=1)) is None
    assert read(Question.REASON, weather, Patience(redirected=2)) == Reading()


def test_a_yes_to_another_open_question_does_not_answer_the_interview() -> None:
    assert read(Question.KEPT, typed("yes", Intent.AFFIRM), FIRST, confirming=True) is None
    assert read(Question.KEPT, typed("better prices"), FIRST, confirming=True) == Reading()


@given(
    st.sampled_from(Question),
    st.text(min_size=1, max_size=200),
    st.sampled_from([Intent.INFORM, Intent.OUT_OF_SCOPE, Intent.AFFIRM, Intent.UNSURE, Intent.NOT_UNDERSTOOD]),
    st.floats(0, 1),
)
def test_nothing_that_is_said_keeps_a_question_open_for_ever(
    question: Question, text: str, intent: Intent, confidence: float
) -> None:
    assert read(question, Utterance(text, intent, confidence), Patience(asked=3, redirected=2)) is not None


@pytest.mark.parametrize("text", ["I have to go, bye", "sorry, running late, bye", "got to run, bye for now"])
@pytest.mark.parametrize("question", Question)
def test_who_says_bye_is_let_go_though_the_classifier_wavers(question: Question, text: str) -> None:
    assert read(question, Utterance(text, Intent.STOP_DIALOGUE, 0.53), Patience()) is None
