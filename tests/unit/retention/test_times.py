"""Dates and lengths of time are found as they were written, and ages and habits are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retention.times import find_times


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Error 5004 for two weeks", "two weeks"),
        ("waiting for my refund since April", "since April"),
        ("it took 5 to 7 working days", "5 to 7 working days"),
        ("nobody came on the 12th, nobody rang", "the 12th"),
        ("I pressed cancel on 2 May", "2 May"),
        ("we shut down in June 2024", "June 2024"),
        ("renewed for a whole year", "a whole year"),
        ("mum died last month", "last month"),
        ("it's down since yesterday", "since yesterday"),
        ("customer since 1951", "since 1951"),
        ("frozen on a Friday evening", "Friday evening"),
        ("after three months, no warning", "three months"),
        ("half an hour on hold", "half an hour"),
    ],
)
def test_a_time_that_a_customer_names_is_found(text: str, words: str) -> None:
    [fact] = find_times(text)
    assert fact.text == words
    assert text[fact.start : fact.end] == words


@pytest.mark.parametrize(
    "text",
    [
        "my 10 year old spent 300 on gems",
        "I come every Monday",
        "£20 a month",
        "I may come back",
        "they march on regardless",
        "the Sunday paper",
        "the gym is two hours away",
        "on the 4th floor",
        "once a week",
        "24 hour support",
        "the free 14 day trial",
        "my 240 day streak",
        "I am pregnant, 11 weeks",
        "the second one",
    ],
)
def test_an_age_a_habit_or_a_distance_is_no_time(text: str) -> None:
    assert find_times(text) == []


@settings(deadline=None)
@given(st.text(max_size=200))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    for fact in find_times(text):
        assert text[fact.start : fact.end] == fact.text
