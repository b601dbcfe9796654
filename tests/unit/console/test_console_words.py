"""The console has a word for everything that can be stored, and writes times and lengths as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.console import words
from bot.storage.tables import Author, Channel, EndedBy, Mode, Outcome, ReasonSource
from bot.storage.views import Arrival, Shown

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_there_is_a_word_for_every_value() -> None:
    assert set(words.OUTCOMES) == {*Outcome, None}
    assert set(words.SHOWN) == set(Shown)
    assert set(words.ENDED_BY) == set(EndedBy)
    assert set(words.MODES) == set(Mode)
    assert set(words.AUTHORS) == set(Author) - {Author.SYSTEM}
    assert set(words.SOURCES) == set(ReasonSource)
    assert set(words.CHANNELS) == set(Channel)
    assert set(words.ARRIVALS) == set(Arrival)


@pytest.mark.parametrize(
    ("wait", "read"),
    [
        (timedelta(seconds=-5), "< 1 min"),
        (timedelta(seconds=59), "< 1 min"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h 0 min"),
        (timedelta(hours=23, minutes=59), "23 h 59 min"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=3, hours=5, minutes=7), "3 d 5 h"),
    ],
)
def test_a_wait_is_told_in_its_two_largest_units(wait: timedelta, read: str) -> None:
    assert words.describe_wait(NOW - wait, NOW) == read


def test_a_time_is_told_in_utc() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))
    assert words.describe_time(elsewhere) == "4 May 2026, 12:00 UTC"


@pytest.mark.parametrize(
    ("question", "text", "value", "read"),
    [
        ("likelihood", "seven I guess", 7, "7 of 10"),
        ("likelihood", "not sure", None, "not sure"),
        ("consent", "ok", 1, "Yes"),
        ("consent", "nah", 0, "No"),
        ("kept", "A lower price", None, "A lower price"),
        ("kept", None, None, ""),
    ],
)
def test_an_answer_is_told_as_staff_read_it(question: str, text: str | None, value: int | None, read: str) -> None:
    assert words.describe_answer(question, text, value) == read
