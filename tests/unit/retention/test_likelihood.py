"""Numbers in the words people use for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.likelihood import read_likelihood


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8", 8),
        ("10!!", 10),
        ("0.", 0),
        ("8/10", 8),
        ("8 / 10", 8),
        ("8 out of 10", 8),
        ("ten out of ten", 10),
        ("maybe a three", 3),
        ("I'd say 4", 4),
        ("a solid 9 I guess", 9),
        ("not very likely, 2", 2),
        ("7.5", 7),
        ("7-8", 7),
        ("6 or 7", 6),
        ("between six and seven", 6),
        ("well, if you fix it, maybe 5, 6 something like that", 5),
        ("50/50", 5),
        ("fifty-fifty", 5),
        ("Never!", 0),
        ("no way", 0),
        ("No.", 0),
        ("definitely", 10),
        ("100%", 10),
        ("2, because the price is silly and it won't change any time soon", 2),
    ],
)
def test_a_customer_can_give_the_number_in_their_own_way(text: str, value: int) -> None:
    assert read_likelihood(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "11",
        "100",
        "-1",
        "yes",
        "maybe",
        "potato",
        "👍",
        "I moved 3 months ago",
        "3 kids and no time",
        "5 stars",
        "1 in 10",
        "I rate the food 4 and the staff 6",
        "it has been going on since 2 winters and I told you about it often",
    ],
)
def test_what_does_not_clearly_say_a_number_is_not_guessed(text: str) -> None:
    assert read_likelihood(text) is None


@given(st.text(max_size=300))
def test_a_number_is_always_between_nought_and_ten(text: str) -> None:
    value = read_likelihood(text)
    assert value is None or 0 <= value <= 10


@given(st.integers(0, 10), st.sampled_from(["{}", "{}/10", "about {}", "I'd say {}.", "{} I think", "maybe {}"]))
def test_every_number_is_read_in_every_phrase(number: int, phrase: str) -> None:
    assert read_likelihood(phrase.format(number)) == number
