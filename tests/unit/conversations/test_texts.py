"""What a customer may type, and what becomes of it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.refusals import Empty, TooLong
from bot.conversations.texts import LIMIT, normalise


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        '/inform{"reason":"price"}',
        "<b>bold</b><script>alert(1)</script>",
        "😢👩‍👩‍👧‍👦🏳️‍🌈",
        "two\nlines\tand a tab",
        "שלום וברכה",
        "a" * LIMIT,
    ],
)
def test_a_customer_s_words_are_kept_as_they_were_written(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  spaced \n", "spaced"),
        ("bell\x07 null\x00 escape\x1b[31m", "bell null escape[31m"),
        ("line\r\nfeed\rreturn\u2028separator", "line\nfeed\nreturn\nseparator"),
        ("evil\u202etxt.exe\u2066x\u2069\u200f", "eviltxt.exex"),
        ("cafe\u0301", "café"),
        ("half a \ud83d pair", "half a  pair"),
    ],
)
def test_what_cannot_be_read_is_taken_out_of_a_customer_s_words(typed: str, kept: str) -> None:
    assert normalise(typed) == kept


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00\x01", "\u200b\u2060\ufeff", "\u202e\u202c", "\u0301"])
def test_a_customer_who_sends_nothing_is_told_so(text: str) -> None:
    with pytest.raises(Empty):
        normalise(text)


def test_a_customer_who_writes_one_character_too_many_is_told_so() -> None:
    assert len(normalise(" " + "é" * LIMIT + " ")) == LIMIT
    with pytest.raises(TooLong):
        normalise("é" * (LIMIT + 1))


@given(st.text(max_size=200))
def test_whatever_is_typed_becomes_storable_or_is_refused(text: str) -> None:
    try:
        kept = normalise(text)
    except Empty:
        return
    kept.encode("utf-8")
    assert normalise(kept) == kept
    assert not any(unicodedata.category(character) == "Cc" and character not in "\n\t" for character in kept)
