"""How often customers buy and what they spend, where the numbers are not those of a textbook."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import check_grad
from scipy.special import hyp2f1

from bot.value.purchasing import BOUNDS, PurchaseModel, fit_purchases, measure_likelihood
from bot.value.spending import SpendingModel, fit_spending
from bot.value.subscriptions import Floats

parameters = st.floats(*np.exp(BOUNDS))
models = st.builds(PurchaseModel, parameters, parameters, parameters, parameters)
weeks = st.floats(0, 2000)


def one(value: float) -> Floats:
    return np.array([value])


@given(models, st.integers(0, 100_000), weeks, weeks)
def test_nobody_is_more_certainly_there_than_certain(model: PurchaseModel, x: int, recency: float, more: float) -> None:
    (alive,) = model.alive(one(x), one(recency), one(recency + more))
    assert 0 <= alive <= 1


@given(models, st.integers(1, 1000), weeks, weeks, st.floats(0, 500))
def test_longer_silence_never_makes_it_likelier_that_somebody_is_still_there(
    model: PurchaseModel, x: int, recency: float, silence: float, more: float
) -> None:
    before, after = (model.alive(one(x), one(recency), one(recency + it))[0] for it in (silence, silence + more))
    assert after <= before + 1e-12


@given(models, st.integers(0, 100_000), weeks, weeks, st.floats(0.1, 520))
def test_what_is_expected_is_a_number_and_never_negative(
    model: PurchaseModel, x: int, recency: float, more: float, ahead: float
) -> None:
    (expected,) = model.expected(one(x), one(recency), one(recency + more), ahead)
    assert np.isfinite(expected)
    assert expected >= 0


@given(
    st.floats(0.05, 5), st.floats(0.5, 50), st.floats(1.2, 5), st.floats(0.5, 10), st.integers(0, 12), st.floats(1, 200)
)
def test_the_sum_over_quantiles_says_what_equation_10_says_as_printed(
    r: float, alpha: float, a: float, b: float, x: int, age: float
) -> None:
    t = 39.0
    printed = (a + b + x - 1) / (a - 1)
    shrunk = ((alpha + age) / (alpha + age + t)) ** (r + x)
    printed *= 1 - shrunk * hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t))
    assert PurchaseModel(r, alpha, a, b).expected_if_alive(one(x), one(age), t)[0] == pytest.approx(printed, rel=0.005)


@pytest.mark.parametrize("logarithms", [(0, 0, 0, 0), (-1, 2, 0.5, -2), (3, -2, -3, 4)], ids=str)
def test_the_slopes_of_the_likelihood_are_its_slopes(logarithms: tuple[float, ...]) -> None:
    people = (np.array([0.0, 1, 7, 40]), np.array([0, 3.0, 80, 20]), np.array([9.0, 3, 100, 150]))
    error = check_grad(
        lambda at: measure_likelihood(np.exp(at), *people)[0].sum(),
        lambda at: np.array([slope.sum() for slope in measure_likelihood(np.exp(at), *people)[1]]),
        np.array(logarithms, dtype=float),
    )
    assert error < 1e-3


def test_a_shop_whose_customers_all_come_back_regularly_and_never_leave_is_learnt() -> None:
    model = fit_purchases(np.full(100, 20.0), np.full(100, 40.0), np.full(100, 41.0))
    assert model is not None
    assert model.expected(one(20), one(40), one(41), 10)[0] == pytest.approx(20 / 41 * 10, rel=0.1)


@pytest.mark.parametrize("customers", [0, 1, 50], ids=["nobody", "one buyer", "all bought once"])
def test_from_customers_who_bought_once_nothing_is_learnt(customers: int) -> None:
    assert fit_purchases(np.zeros(customers), np.zeros(customers), np.full(customers, 5.0)) is None


def test_purchases_that_were_all_on_one_day_break_nothing() -> None:
    model = fit_purchases(np.ones(40), np.zeros(40), np.zeros(40))
    assert model is not None
    assert np.isfinite(model.expected(one(1), one(0), one(0), 156)[0])


def test_a_mean_of_one_purchase_is_drawn_towards_everybodys_more_than_a_mean_of_many() -> None:
    rng = np.random.default_rng(1)
    means = 3000 / rng.gamma(4, 1, 2000)
    model = fit_spending(np.full(2000, 5.0), rng.gamma(30, means / 30))
    assert model is not None
    once, often = model.expected(np.array([1.0, 50.0]), np.array([9000.0, 9000.0]))
    assert 1000 < once < often < 9000


def test_where_everybody_spends_alike_that_is_what_is_expected() -> None:
    model = fit_spending(np.full(50, 3.0), np.full(50, 990.0))
    assert model is not None
    assert model.expected(one(1), one(990))[0] == pytest.approx(990, rel=0.01)


def test_from_people_who_paid_nothing_nothing_is_learnt() -> None:
    assert fit_spending(np.full(3, 2.0), np.zeros(3)) is None


@given(st.floats(0.01, 3000), st.floats(1.01, 3000), st.floats(0.01, 1e9), st.integers(1, 10_000), st.floats(0, 1e9))
def test_nobody_is_expected_to_spend_less_than_nothing(
    p: float, q: float, gamma: float, count: int, mean: float
) -> None:
    (expected,) = SpendingModel(p, q, gamma).expected(one(count), one(mean))
    assert np.isfinite(expected)
    assert expected >= 0
