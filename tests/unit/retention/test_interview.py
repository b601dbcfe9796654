"""The order of the questions, and that it always comes to an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.interview import Question, Standing, Wording, choose_wording, list_questions, next_question
from bot.retention.reasons import Reason

leading_reasons = st.none() | st.sampled_from(Reason)


def settle(standing: Standing, question: Question, *, leading: Reason | None, may_write: bool, known: bool) -> Standing:
    return Standing(
        standing.settled | {question},
        leading if question is Question.REASON else standing.leading,
        may_write=may_write if question is Question.CONSENT else standing.may_write,
        address_known=known,
        offer_due=standing.offer_due,
    )


def test_a_customer_who_says_why_is_asked_everything_in_order() -> None:
    standing, asked = Standing(offer_due=True), []
    while question := next_question(standing):
        asked.append(question)
        standing = settle(standing, question, leading=Reason.PRICE, may_write=True, known=False)
    assert asked == list(Question)


def test_a_customer_who_will_not_say_why_is_not_asked_further_about_it() -> None:
    standing = Standing(frozenset({Question.REASON}), leading=None)
    assert next_question(standing) is Question.KEPT
    assert Question.PROBE not in list_questions(standing)


def test_a_customer_for_whom_nothing_is_due_is_offered_nothing() -> None:
    assert Question.OFFER not in list_questions(Standing(leading=Reason.PRICE))


def test_a_customer_who_tells_of_a_bereavement_is_asked_nothing_more() -> None:
    assert next_question(Standing(offer_due=True, closed=True)) is None


def test_a_customer_who_says_no_to_messages_is_not_asked_for_an_address() -> None:
    settled = frozenset(Question) - {Question.EMAIL}
    assert next_question(Standing(settled, Reason.PRICE, may_write=False)) is None


def test_a_customer_whose_address_is_known_is_not_asked_for_it() -> None:
    settled = frozenset(Question) - {Question.EMAIL}
    assert next_question(Standing(settled, Reason.PRICE, may_write=True, address_known=True)) is None


@given(leading_reasons, st.booleans(), st.booleans())
def test_no_question_is_put_twice_and_at_most_four_precede_consent(
    leading: Reason | None, may_write: bool, known: bool
) -> None:
    standing, asked = Standing(), []
    while question := next_question(standing):
        assert question not in asked
        asked.append(question)
        standing = settle(standing, question, leading=leading, may_write=may_write, known=known)
    assert asked.index(Question.CONSENT) <= 4
    assert set(asked[asked.index(Question.CONSENT) :]) <= {Question.CONSENT, Question.EMAIL}


@given(st.frozensets(st.sampled_from(Question)), leading_reasons, st.booleans(), st.booleans())
def test_whatever_is_settled_is_never_asked_again(
    settled: frozenset[Question], leading: Reason | None, may_write: bool, known: bool
) -> None:
    assert next_question(Standing(settled, leading, may_write=may_write, address_known=known)) not in settled


def test_a_question_is_never_put_twice_in_the_same_words() -> None:
    wordings = [choose_wording(times, wanted=False) for times in range(5)]
    assert wordings == [Wording.FIRST, Wording.AGAIN, Wording.ONCE_MORE, None, None]


@pytest.mark.parametrize("times_asked", range(10))
def test_a_customer_who_asks_to_hear_the_question_always_does(times_asked: int) -> None:
    assert choose_wording(times_asked, wanted=True) is not None
