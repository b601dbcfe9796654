"""What of somebody's words is said back to them months later."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.winback.quotes import LONGEST_QUOTE, quote

LONG = (
    "It kept crashing every evening and nobody answered, although I wrote three times, and in the end I had enough of "
)
LONG += "waiting for somebody to care about it at all"


@pytest.mark.parametrize(
    ("words", "said_back"),
    [
        ("the app kept crashing", "the app kept crashing"),
        ("The app kept crashing. It was awful.", "The app kept crashing"),
        ("Hello! Too slow. And it broke twice.", "Too slow. And it broke twice"),
        ("Too expensive!", "Too expensive"),
        (LONG, "It kept crashing every evening and nobody answered, although I wrote three times…"),
        ('the "quick" start took days', "the 'quick' start took days"),
        ("It cost 39 euros a month and then 49", "It cost 39 euros a month and then 49"),
    ],
)
def test_a_complaint_is_quoted_up_to_the_end_of_a_sentence(words: str, said_back: str) -> None:
    assert quote(words) == said_back


@pytest.mark.parametrize(
    "words",
    [
        None,
        "",
        "Price",
        "asdfgh qwertz",
        "you people are crooks",
        "this was a fucking disgrace",
        "my card 4111 1111 1111 1111 was charged",
        "card •••• 1111 was charged twice",
        "write to jo@example.org instead",
        "the delivery to 12 Elm Street was late",
        "parcels never reach SW1A 1AA",
        "call 030 123 45 67",
        "see www.example.org/mine",
        "I will sue you over this",
        "stop e-mailing me all the time",
        "because my mother died in spring",
        "trop cher pour moi et pour ma famille",
        "{company_name} was <b>bad</b>",
        "x" * 3000,
        "word " * 60,
    ],
)
def test_what_is_private_rude_or_says_nothing_is_not_quoted(words: str | None) -> None:
    assert quote(words) is None


@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from(["it broke.", "at 5 Elm Road", "a@b.co", "4" * 16, "so,", "{x}", "ok"])).map(" ".join)
)
def test_a_quote_is_short_in_one_line_and_never_carries_an_address_or_a_long_number(words: str) -> None:
    said_back = quote(words)
    if said_back is not None:
        assert len(said_back) <= LONGEST_QUOTE + 1
        assert not re.search(r"[\n“”\"{}<>\[\]]|\d{4}|\S@\S", said_back)
        assert not said_back.endswith((".", "!", ","))
