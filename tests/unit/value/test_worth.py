"""What people are worth, whatever their record says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retention.winback.rules import Valuing
from bot.value.buyers import Buyers, BuyingHabits, learn_habits, value_buyers
from bot.value.purchasing import PurchaseModel
from bot.value.second_lives import SecondLife, compare_years
from bot.value.spending import SpendingModel
from bot.value.subscribers import Subscribers, learn_lifetime, learn_second_life, value_subscribers
from bot.value.subscriptions import DAYS_A_MONTH, DefaultMonths, SurvivalCurve
from bot.value.worth import Basis, Worths

NOW = 20_000.5
NEVER = float("nan")
VALUING = Valuing(margin=60, default_months=12, second_life=70)
POLICYS_WORD = SecondLife(0.7, 0, is_own=False)
CDNOW = BuyingHabits(PurchaseModel(0.243, 4.414, 0.793, 2.426), SpendingModel(6.25, 3.74, 1544), 2357, 946)
LAPSED_AFTER = 180

days = st.one_of(st.just(NEVER), st.floats(-10_000, 50_000))
amounts = st.floats(0, 10**9)


def subscriber(
    monthly: float = 1000, joined: float = NEVER, left: float = NEVER, returned: float = NEVER
) -> Subscribers:
    one = (np.array([it], dtype=float) for it in (monthly, joined, NOW, left, returned))
    return Subscribers(np.array([1]), *one, NOW)


def worth_of(people: Subscribers, valuing: Valuing = VALUING) -> tuple[int, int, int]:
    return only(value_subscribers(people, DefaultMonths(valuing.default_months), POLICYS_WORD, valuing))


def buyer(bought: int = 1, first: int = 19_000, last: int = 19_000, spent: float = 5000, left: float = NEVER) -> Buyers:
    one = (np.array([it], dtype=float) for it in (bought, first, last, spent, left))
    return Buyers(np.array([1]), *one, NOW)


def worth_of_buyer(people: Buyers, valuing: Valuing = VALUING, habits: BuyingHabits = CDNOW) -> tuple[int, int, int]:
    share = SecondLife(valuing.second_life / 100, 0, is_own=False)
    return only(value_buyers(people, habits, share, valuing, LAPSED_AFTER))


def only(worths: Worths) -> tuple[int, int, int]:
    return int(worths.so_far[0]), int(worths.remaining[0]), int(worths.second_life[0])


def test_somebody_who_left_after_ten_months_has_brought_in_the_margin_of_ten_months() -> None:
    left_after_ten = subscriber(monthly=1000, joined=NOW - 20 * DAYS_A_MONTH, left=NOW - 10 * DAYS_A_MONTH)
    assert worth_of(left_after_ten) == (pytest.approx(6000, abs=1), 7200, 5040)


def test_who_came_back_goes_on_bringing_in_and_has_not_left() -> None:
    joined, left, back = (NOW - months * DAYS_A_MONTH for months in (20, 10, 4))
    back_again = subscriber(1000, joined, left, back)
    assert worth_of(back_again)[0] == pytest.approx(600 * 14, abs=1)
    assert not value_subscribers(back_again, DefaultMonths(12), POLICYS_WORD, VALUING).has_left[0]


def test_of_whom_only_the_price_of_a_month_is_known_a_whole_life_is_taken() -> None:
    assert worth_of(subscriber(monthly=1000, left=NOW - 1)) == (7200, 7200, 5040)


def test_who_leaves_next_week_is_still_there() -> None:
    leaving = subscriber(1000, joined=NOW - DAYS_A_MONTH, left=NOW + 7)
    worths = value_subscribers(leaving, DefaultMonths(12), POLICYS_WORD, VALUING)
    assert not worths.has_left[0]
    assert worths.so_far[0] == pytest.approx(600, abs=1)


def test_who_left_before_they_joined_has_brought_in_nothing() -> None:
    assert worth_of(subscriber(1000, joined=NOW - 10, left=NOW - 500))[0] == 0


def test_the_policys_months_are_taken_until_thirty_have_ended() -> None:
    for ended, known in ((29, DefaultMonths), (30, SurvivalCurve)):
        left = np.where(np.arange(100) < ended, NOW - 100, NEVER)
        people = Subscribers(
            np.arange(100), np.full(100, 1000.0), np.full(100, NOW - 400), np.full(100, NOW), left, left * NEVER, NOW
        )
        assert isinstance(learn_lifetime(people, VALUING), known)


def test_second_subscriptions_that_last_half_as_long_are_worth_half_once_thirty_have_ended() -> None:
    rng = np.random.default_rng(3)
    joined = NOW - 3000 + rng.uniform(0, 300, 600)
    left = joined + rng.exponential(400, 600)
    # Every third came back half a year later and left again after half as long; their first end is no longer known.
    again = np.arange(600) % 3 == 0
    returned = np.where(again, left + 180, NEVER)
    left = np.where(again, returned + rng.exponential(200, 600), left)
    left[left > NOW] = NEVER
    people = Subscribers(np.arange(600), np.full(600, 1000.0), joined, joined, left, returned, NOW)
    lifetime = learn_lifetime(people, VALUING)
    second = learn_second_life(people, lifetime, VALUING)
    assert second.is_own
    assert second.share == pytest.approx(0.5, abs=0.1)
    few = replace(people, returned=np.where(np.arange(600) < 60, returned, NEVER))
    assert learn_second_life(few, lifetime, VALUING) == SecondLife(0.7, 20, is_own=False)


def test_a_second_life_of_buyers_is_the_companys_own_after_thirty_returns() -> None:
    assert compare_years(np.full(29, 1000.0), np.full(29, 400.0), 0.7) == SecondLife(0.7, 29, is_own=False)
    assert compare_years(np.full(30, 1000.0), np.full(30, 400.0), 0.7) == SecondLife(0.4, 30, is_own=True)


def test_who_said_goodbye_was_there_until_then_and_who_fell_silent_perhaps_was_not() -> None:
    told = buyer(bought=5, first=19_000, last=19_400, spent=25_000, left=19_580)
    silent = buyer(bought=5, first=19_000, last=19_400, spent=25_000)
    assert worth_of_buyer(told)[1] > worth_of_buyer(silent)[1] > 0


def test_silence_counts_as_having_left_only_after_the_policys_days() -> None:
    for last, gone in ((NOW - LAPSED_AFTER - 1, True), (NOW - LAPSED_AFTER + 1, False)):
        worths = value_buyers(buyer(1, 19_000, int(last)), CDNOW, POLICYS_WORD, VALUING, LAPSED_AFTER)
        assert worths.has_left[0] == gone


def test_who_bought_after_saying_goodbye_has_not_left() -> None:
    worths = value_buyers(buyer(2, 19_000, 19_990, left=19_500), CDNOW, POLICYS_WORD, VALUING, LAPSED_AFTER)
    assert not worths.has_left[0]


def test_where_too_few_bought_again_only_what_was_paid_counts() -> None:
    few = Buyers(
        np.arange(40),
        np.ones(40),
        np.full(40, 19_000.0),
        np.full(40, 19_000.0),
        np.full(40, 5000.0),
        np.full(40, NEVER),
        NOW,
    )
    habits = learn_habits(few)
    worths = value_buyers(few, habits, POLICYS_WORD, VALUING, LAPSED_AFTER)
    assert (habits.purchases, habits.again, worths.basis) == (None, 0, Basis.PURCHASES_SO_FAR)
    assert only(worths) == (3000, 0, 2100)


@given(st.floats(0.01, 10**8), days, days, days, st.integers(1, 100))
def test_no_subscriber_is_ever_worth_less_than_nothing(
    monthly: float, joined: float, left: float, returned: float, margin: int
) -> None:
    assert min(worth_of(subscriber(monthly, joined, left, returned), replace(VALUING, margin=margin))) >= 0


@given(st.floats(0.01, 10**8), days, days, days, st.integers(1, 99))
def test_with_a_smaller_margin_no_subscriber_is_worth_more(
    monthly: float, joined: float, left: float, returned: float, margin: int
) -> None:
    person = subscriber(monthly, joined, left, returned)
    smaller, larger = (worth_of(person, replace(VALUING, margin=it)) for it in (margin, margin + 1))
    assert all(less <= more for less, more in zip(smaller, larger, strict=True))


buyers = st.builds(
    lambda bought, first, lasted, spent, left: buyer(bought, first, first + (lasted if bought > 1 else 0), spent, left),
    st.integers(1, 5000),
    st.integers(0, 19_990),
    st.integers(1, 3000),
    amounts,
    days,
)


@given(buyers, st.integers(1, 100))
def test_no_buyer_is_ever_worth_less_than_nothing(person: Buyers, margin: int) -> None:
    assert min(worth_of_buyer(person, replace(VALUING, margin=margin))) >= 0


@given(buyers, st.integers(1, 99), st.integers(0, 100))
def test_with_a_smaller_margin_no_buyer_is_worth_more(person: Buyers, margin: int, share: int) -> None:
    valuing = replace(VALUING, second_life=share)
    smaller, larger = (worth_of_buyer(person, replace(valuing, margin=it)) for it in (margin, margin + 1))
    assert all(less <= more for less, more in zip(smaller, larger, strict=True))


@given(buyers, st.floats(0, 10**9))
def test_one_purchase_more_before_the_last_never_lowers_what_was_brought_in(person: Buyers, paid: float) -> None:
    more = replace(person, days=person.days + 1, spent=person.spent + paid)
    assert worth_of_buyer(more)[0] >= worth_of_buyer(person)[0]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 60), st.integers(1, 400))
def test_from_whatever_people_bought_something_is_learnt_or_nothing_but_it_never_breaks(
    seed: int, people: int, longest: int
) -> None:
    rng = np.random.default_rng(seed)
    bought = rng.integers(1, 6, people).astype(float)
    first = np.floor(NOW) - rng.integers(0, longest, people)
    last = np.minimum(first + np.where(bought > 1, rng.integers(0, longest, people), 0), np.floor(NOW))
    crowd = Buyers(np.arange(people), bought, first, last, rng.normal(1000, 2000, people), np.full(people, NEVER), NOW)
    worths = value_buyers(crowd, learn_habits(crowd), POLICYS_WORD, VALUING, LAPSED_AFTER)
    for column in (worths.so_far, worths.remaining, worths.second_life):
        assert np.all(column >= 0)
