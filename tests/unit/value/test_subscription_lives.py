"""How long subscriptions last."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.value.subscriptions import DAYS_A_MONTH, ENOUGH_ENDED, DefaultMonths, SurvivalCurve, draw_curve


def draw(days: list[int], ended: list[bool]) -> SurvivalCurve | None:
    return draw_curve(np.array(days, dtype=float) / DAYS_A_MONTH, np.array(ended, dtype=bool))


def test_the_curve_is_kaplans_and_meiers() -> None:
    # Of 40 that began, 10 each end after 10, 20, 30 and 40 days; 5 of the second ten go on instead.
    days = [10] * 10 + [20] * 10 + [30] * 10 + [40] * 10
    ended = [True] * 10 + [True] * 5 + [False] * 5 + [True] * 20
    curve = draw(days, ended)
    assert curve is not None
    assert curve.share == pytest.approx([1, 0.75, 0.75 * 5 / 6, 0.75 * 5 / 6 / 2, 0])
    assert (curve.ended, curve.going_on, curve.open_share) == (35, 5, 0)
    assert curve.expected() * DAYS_A_MONTH == pytest.approx(10 + 7.5 + 6.25 + 3.125)
    # Just before day 20 three quarters are there; the area behind is that of the last twenty days.
    remaining = curve.remaining(np.array([0.0, 20, 40, 500]) / DAYS_A_MONTH) * DAYS_A_MONTH
    assert remaining == pytest.approx([26.875, (6.25 + 3.125) / 0.75, 0, 0])


def test_with_a_like_share_leaving_every_month_the_mean_is_found_though_many_go_on() -> None:
    rng = np.random.default_rng(7)
    life, seen = rng.exponential(10, 4000), rng.uniform(0, 60, 4000)
    curve = draw_curve(np.minimum(life, seen), life <= seen)
    assert curve is not None
    assert curve.expected() == pytest.approx(10, rel=0.05)
    # Counting only those who have left would say much less.
    assert life[life <= seen].mean() < 9


def test_where_the_tail_is_open_what_comes_after_the_horizon_is_not_counted() -> None:
    curve = draw([100] * 30 + [200] * 70, [True] * 30 + [False] * 70)
    assert curve is not None
    assert curve.open_share == pytest.approx(0.7)
    assert curve.expected() * DAYS_A_MONTH == pytest.approx(100 + 70)


def test_a_date_of_joining_a_century_ago_does_not_stretch_the_curve() -> None:
    usual = draw([100] * 30 + [200] * 70, [True] * 30 + [False] * 70)
    wrong = draw([100] * 30 + [200] * 70 + [40_000] * 5, [True] * 30 + [False] * 75)
    assert usual is not None
    assert wrong is not None
    assert wrong.horizon == usual.horizon


@pytest.mark.parametrize("ended", [0, 1, ENOUGH_ENDED - 1])
def test_while_too_few_have_ended_no_curve_is_drawn(ended: int) -> None:
    assert draw([50] * 100, [True] * ended + [False] * (100 - ended)) is None


def test_of_nobody_or_of_a_single_day_no_curve_is_drawn() -> None:
    assert draw([], []) is None
    assert draw([0] * 50, [True] * 50) is None


def test_by_default_whoever_is_there_is_expected_to_stay_as_long_again() -> None:
    assert DefaultMonths(12).expected() == 12
    assert DefaultMonths(12).remaining(np.array([0.0, 40.0])) == pytest.approx([12, 12])


@given(st.integers(0, 2**32), st.integers(30, 80), st.integers(1, 2000), st.floats(0, 1))
def test_no_curve_ever_rises_or_expects_less_than_nothing(seed: int, people: int, longest: int, leaving: float) -> None:
    rng = np.random.default_rng(seed)
    tenure = rng.integers(0, longest, people) / DAYS_A_MONTH
    curve = draw_curve(tenure, rng.random(people) < leaving)
    if curve is None:
        return
    assert np.all(np.diff(curve.share) <= 1e-12)
    assert np.all((curve.share >= 0) & (curve.share <= 1))
    assert 0 <= curve.expected() <= curve.horizon
    remaining = curve.remaining(np.concatenate((tenure, [0.0, 500.0])))
    assert np.all((remaining >= 0) & (remaining <= curve.horizon + 1e-9))
