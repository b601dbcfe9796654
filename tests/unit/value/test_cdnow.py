"""The models find what their authors published for the customers of CDNOW."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.value.purchasing import PurchaseModel, fit_purchases
from bot.value.spending import fit_spending
from bot.value.subscriptions import Floats

CDNOW = Path(__file__).with_name("cdnow.csv")
PUBLISHED = PurchaseModel(r=0.243, alpha=4.414, a=0.793, b=2.426)


@pytest.fixture(scope="module")
def sample() -> Floats:
    return np.loadtxt(CDNOW, delimiter=",", skiprows=1)


def test_the_sample_is_the_published_one(sample: Floats) -> None:
    assert len(sample) == 2357
    assert sample[:, 0].sum() == 2457
    assert (sample[:, 0] > 0).sum() == 946


def test_how_often_customers_buy_is_what_fader_hardie_and_lee_published(sample: Floats) -> None:
    found = fit_purchases(*sample[:, :3].T)
    assert found is not None
    assert found.r == pytest.approx(PUBLISHED.r, abs=0.0005)
    assert found.alpha == pytest.approx(PUBLISHED.alpha, abs=0.0005)
    assert found.a == pytest.approx(PUBLISHED.a, abs=0.0005)
    assert found.b == pytest.approx(PUBLISHED.b, abs=0.0005)


def test_what_repeat_buyers_spend_is_what_fader_and_hardie_published(sample: Floats) -> None:
    again = sample[sample[:, 0] > 0]
    found = fit_spending(again[:, 0], again[:, 3])
    assert found is not None
    assert found.p == pytest.approx(6.25, abs=0.005)
    assert found.q == pytest.approx(3.74, abs=0.005)
    assert found.gamma == pytest.approx(15.44, abs=0.01)


def test_the_customer_of_the_authors_example_is_expected_to_buy_1_226_times_in_39_weeks() -> None:
    # Fader, Hardie and Lee's spreadsheet: x = 2, t_x = 30.43, T = 38.86.
    x, recency, age = np.array([2.0]), np.array([30.43]), np.array([38.86])
    assert PUBLISHED.expected(x, recency, age, 39)[0] == pytest.approx(1.226, abs=0.001)
    assert PUBLISHED.alive(x, recency, age)[0] == pytest.approx(0.7266, abs=0.0005)
