"""A long text is cut where a reader would pause, and no word of it is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.parts import count_units, split


@given(st.text(max_size=400), st.integers(min_value=2, max_value=60))
def test_no_part_is_too_long_and_no_word_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < count_units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["One more sentence.", "Is it so?", "Yes…"]), min_size=1, max_size=60))
def test_a_text_of_short_sentences_is_cut_between_them(sentences: list[str]) -> None:
    parts = split(" ".join(sentences), 60)
    assert all(part[-1] in ".?…" for part in parts)


def test_a_text_that_fits_stays_whole() -> None:
    assert split("Hello there. How are you?", 4096) == ["Hello there. How are you?"]


def test_a_paragraph_is_the_best_place_to_cut() -> None:
    assert split("First thought, a long one.\n\nSecond thought.", 35) == [
        "First thought, a long one.",
        "Second thought.",
    ]


def test_an_emoji_is_never_cut_in_half() -> None:
    assert split("👍" * 5, 4) == ["👍👍", "👍👍", "👍"]
