"""What a customer pays is kept to the last cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.money import LARGEST, NotAnAmount, is_currency, to_minor_units, write_amount


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("39.00", "EUR", 3900),
        ("39.9", "EUR", 3990),
        (39, "GBP", 3900),
        (9.99, "USD", 999),
        (4800, "JPY", 4800),
        ("1.250", "KWD", 1250),
        ("0", "EUR", 0),
    ],
)
def test_an_amount_is_counted_in_its_currencys_smallest_coin(amount: str | float, currency: str, units: int) -> None:
    assert to_minor_units(amount, currency) == units


@pytest.mark.parametrize("amount", ["", "39,00", "-1", "1e3", "£39", " 39", "٣٩", "39.", ".5", 0.1 + 0.2, float("inf")])
def test_what_is_no_amount_is_refused(amount: str | float) -> None:
    with pytest.raises(NotAnAmount):
        to_minor_units(amount, "EUR")


def test_nobody_pays_half_a_yen() -> None:
    with pytest.raises(NotAnAmount, match="more decimals than JPY"):
        to_minor_units("4800.5", "JPY")


@given(units=st.integers(0, LARGEST), currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_an_amount_that_is_written_and_read_again_is_the_same(units: int, currency: str) -> None:
    assert to_minor_units(write_amount(units, currency).split()[0], currency) == units


def test_a_currency_has_three_capital_letters() -> None:
    assert [is_currency(code) for code in ("EUR", "eur", "EURO", "E1R", "EUR\n")] == [True, False, False, False, False]
