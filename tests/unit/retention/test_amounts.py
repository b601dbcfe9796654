"""Sums of money are found as they were written, and an age or a time of day is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retention.amounts import find_amounts
from bot.retention.facts import FactKind


@pytest.mark.parametrize(
    ("text", "words", "value", "currency"),
    [
        ("it's £55 now", "£55", 5500, "GBP"),
        ("you took €1.299,50 from me", "€1.299,50", 129950, "EUR"),
        ("I paid $1,140.20 last year", "$1,140.20", 114020, "USD"),
        ("that's A$30 a visit", "A$30", 3000, "AUD"),
        ("¥1200 for a coffee", "¥1200", 1200, "JPY"),
        ("480 euros taken off my card", "480 euros", 48000, "EUR"),
        ("ten quid less", "ten quid", 1000, "GBP"),
        ("two thousand one hundred pounds", "two thousand one hundred pounds", 210000, "GBP"),
        ("a mobile groomer for a tenner less", "a tenner", 1000, "GBP"),
        ("I joined at 7.99", "7.99", 799, None),
        ("Paying 40 a month to go twice", "40", 4000, None),
        ("my son spent 300 on gems", "300", 30000, None),
        ("the order was 86, nobody said sorry", "86", 8600, None),
        ("finance refuse a $4k bill", "$4k", 400000, "USD"),
        ("99 pence for the first month", "99 pence", 99, "GBP"),
        ("a 1,500 deposit on a card", "1,500", 150000, None),
    ],
)
def test_a_sum_that_a_customer_names_is_read(text: str, words: str, value: int, currency: str | None) -> None:
    [fact] = find_amounts(text)
    assert (fact.kind, fact.text, fact.value, fact.currency) == (FactKind.AMOUNT, words, value, currency)
    assert text[fact.start : fact.end] == words


def test_both_ends_of_a_rise_are_sums() -> None:
    assert [fact.text for fact in find_amounts("you put me from 22 to 38 a month")] == ["22", "38"]


@pytest.mark.parametrize(
    "text",
    [
        "everyone there was 22",
        "my mother is 84",
        "it closes at 10.30",
        "10.30 Sunday showing",
        "I sell buttons, 20 or 30 a week",
        "it was 93 and now it is 96",
        "since version 4.10 it crashes",
        "I lost 20 pounds and need no gym",
        "twice a month",
        "I think it was 2011",
        "it was 40 minutes late",
        "the ping is 280 and it took 45 minutes",
        "plus 38 percent",
        "error 5004 on Android 15",
        "call 0800 123456",
        "I paid 20% more",
    ],
)
def test_another_number_is_no_sum(text: str) -> None:
    assert find_amounts(text) == []


@settings(deadline=None)
@given(st.text(max_size=200) | st.from_regex(r"[£$€]?\d{1,6}([.,]\d{1,3}){0,3}( ?(k|quid|a month|euros))? .{0,20}"))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    for fact in find_amounts(text):
        assert text[fact.start : fact.end] == fact.text
        assert fact.value is None or fact.value >= 0
