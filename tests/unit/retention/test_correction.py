"""An answer taken back, an answer that comes early, and noise: each is told from an answer to the open question."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retention.confirmation import read_choice, split_denial
from bot.retention.correction import find_correction, find_volunteered, name_question
from bot.retention.interview import Question
from bot.retention.nonsense import is_nonsense, strip_code
from bot.retention.reasons import Reason
from bot.retention.utterances import Intent, Utterance

TWO = {Question.REASON, Question.PROBE}
FOUR = TWO | {Question.KEPT, Question.LIKELIHOOD}


@pytest.mark.parametrize(
    ("text", "words", "named"),
    [
        ("actually it's not the price, it's the service", "the service", Reason.CUSTOMER_SERVICE),
        ("it was the service, not the price", "the service", Reason.CUSTOMER_SERVICE),
        ("Not the price but the quality", "the quality", Reason.PRODUCT_QUALITY),
        ("it isn't the cost, it's the staff really", "the staff really", Reason.CUSTOMER_SERVICE),
        ("it's not about money, it's how I was treated", "how I was treated", Reason.CUSTOMER_SERVICE),
        ("actually the real reason is that I'm moving", "I'm moving", Reason.RELOCATION),
        ("Actually it's mainly because of the staff", "the staff", Reason.CUSTOMER_SERVICE),
        ("actually sorry, it's more that it came late", "it came late", None),
        ("oops I pressed the wrong one, I meant the quality", "the quality", Reason.PRODUCT_QUALITY),
    ],
)
def test_a_customer_may_put_another_reason_in_the_place_of_the_first(
    text: str, words: str, named: Reason | None
) -> None:
    corrected = find_correction(text, TWO, Question.KEPT)
    assert corrected is not None
    assert (corrected.question, corrected.words, corrected.named) == (Question.REASON, words, named)


@pytest.mark.parametrize(
    "text", ["sorry, I meant 8", "no wait, make that an 8", "oops, it should be 8", "I meant 8 out of 10"]
)
def test_a_customer_may_correct_the_number(text: str) -> None:
    corrected = find_correction(text, FOUR, Question.CONSENT)
    assert corrected is not None
    assert (corrected.question, corrected.value) == (Question.LIKELIHOOD, 8)


def test_a_customer_may_take_a_yes_to_e_mail_back() -> None:
    corrected = find_correction("sorry, I meant no", FOUR | {Question.CONSENT}, Question.EMAIL)
    assert corrected is not None
    assert (corrected.question, corrected.value) == (Question.CONSENT, 0)


@pytest.mark.parametrize(
    "text",
    [
        "a lower price, not the service",
        "it's not that the food was bad, it's just cold",
        "I wanted a refund",
        "I mean it was too slow",
        "I meant to cancel ages ago",
        "from 9 to 12, it was not worth it",
        "not the price",
        "it's more about the money",
        "better service and a lower price",
    ],
)
def test_an_answer_to_the_open_question_corrects_nothing(text: str) -> None:
    assert find_correction(text, TWO, Question.KEPT) is None


def test_there_is_nothing_to_correct_before_the_first_answer() -> None:
    assert find_correction("actually it's not the price, it's the service", set(), Question.REASON) is None


def typed(text: str, intent: Intent = Intent.INFORM) -> Utterance:
    return Utterance(text, intent, 0.9)


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        ("8", Question.LIKELIHOOD, 8),
        ("8/10", Question.LIKELIHOOD, 8),
        ("10 out of 10", Question.LIKELIHOOD, 10),
        ("you can e-mail me", Question.CONSENT, 1),
        ("Feel free to contact me about improvements", Question.CONSENT, 1),
        ("anna@example.org", Question.EMAIL, None),
        ("my address is anna@example.org", Question.EMAIL, None),
    ],
)
def test_an_answer_may_come_before_its_question(text: str, question: Question, value: int | None) -> None:
    early = find_volunteered(typed(text), Question.REASON, None)
    assert early is not None
    assert (early.question, early.value) == (question, value)


def test_leave_to_write_may_come_with_an_address() -> None:
    early = find_volunteered(typed("you can email me at anna@example.org"), Question.KEPT, Reason.PRICE)
    assert early is not None
    assert (early.question, early.value, early.address) == (Question.CONSENT, 1, "anna@example.org")


def test_a_bare_number_may_be_a_price_where_it_is_about_the_price() -> None:
    assert find_volunteered(typed("8"), Question.PROBE, Reason.PRICE) is None
    assert find_volunteered(typed("8"), Question.KEPT, Reason.PRICE) is None
    assert find_volunteered(typed("8 out of 10"), Question.KEPT, Reason.PRICE) is not None


@pytest.mark.parametrize("text", ["10 a month", "you never e-mailed me", "don't email me", "12", "I got 8 emails"])
def test_other_words_with_numbers_and_mails_are_no_early_answer(text: str) -> None:
    assert find_volunteered(typed(text), Question.REASON, None) is None


def test_at_the_question_itself_nothing_is_early() -> None:
    assert find_volunteered(typed("8"), Question.LIKELIHOOD, None) is None
    assert find_volunteered(typed("you can e-mail me"), Question.CONSENT, None) is None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("can I change the number", Question.LIKELIHOOD),
        ("I want to change the reason", Question.REASON),
        ("my first answer", Question.REASON),
        ("can I change my answer", None),
        ("whether you may e-mail me", Question.CONSENT),
    ],
)
def test_a_customer_may_say_which_answer_they_mean(text: str, question: Question | None) -> None:
    assert name_question(text) is question


@pytest.mark.parametrize(
    "text",
    [
        "asdfgh",
        "?????",
        "...",
        "lol",
        "hahaha",
        "qwerty",
        "xkcdfgh",
        "aaaaaaa",
        "zzzz",
        "kjhkjh",
        "blah blah",
        "hm",
    ],
)
def test_mashing_and_noises_are_nonsense(text: str) -> None:
    assert is_nonsense(text)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "ok",
        "8",
        "8/10",
        "too expensive",
        "sux",
        "m8",
        "BT",
        "SMS",
        "price",
        "🤷",
        "👍",
        "n/a",
        "Lynx",
        "starlink",
        "TV",
        "nvm",
    ],
)
def test_short_answers_are_none(text: str) -> None:
    assert not is_nonsense(text)


GUESSES = (Reason.CUSTOMER_SERVICE, Reason.PRICE)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("yes", Reason.CUSTOMER_SERVICE),
        ("Exactly!", Reason.CUSTOMER_SERVICE),
        ("yes, how I was treated", Reason.CUSTOMER_SERVICE),
        ("no", Reason.OTHER_UNCLEAR),
        ("not really", Reason.OTHER_UNCLEAR),
        ("neither", Reason.OTHER_UNCLEAR),
        ("No, it's the price", Reason.PRICE),
        ("the second one", Reason.PRICE),
        ("no, the dog ate it", None),
        ("yes but also the price", None),
    ],
)
def test_a_customer_says_whether_they_were_understood(text: str, chosen: Reason | None) -> None:
    assert read_choice(text, GUESSES) is chosen


def test_what_follows_a_no_is_what_they_mean() -> None:
    assert split_denial("No, it's the quality") == (True, "it's the quality")
    assert split_denial("the quality") == (False, "the quality")


@settings(deadline=None)
@given(st.text(max_size=120), st.sampled_from(Question), st.sets(st.sampled_from(Question)))
def test_any_text_can_be_listened_to(text: str, question: Question, answered: set[Question]) -> None:
    corrected = find_correction(text, answered, question)
    assert corrected is None or (corrected.question in answered and corrected.question is not question)
    early = find_volunteered(typed(text), question, None)
    assert early is None or list(Question).index(early.question) > list(Question).index(question)
    assert is_nonsense(text) in (True, False)
    assert read_choice(text, GUESSES) in {None, Reason.OTHER_UNCLEAR, *GUESSES}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<script>alert(1)</script> {{7*7}} /restart", ""),
        ("too dear {error} and slow", "too dear and slow"),
        ("it was either/or (really)", "it was either/or (really)"),
    ],
)
def test_code_gives_no_reason(text: str, words: str) -> None:
    assert " ".join(strip_code(text).split()) == words
