"""A mere name is an answer, and is understood as one."""

from __future__ import annotations

import pytest

from bot.retention.facts import Fact, FactKind
from bot.retention.naming import complete_answer
from bot.retention.reasons import Reason


@pytest.mark.parametrize(
    ("words", "leading", "sentence"),
    [
        ("Aberdeen", Reason.RELOCATION, "we relocated to Aberdeen"),
        ("to New York, in March", Reason.RELOCATION, "we relocated to New York, in March"),
        ("Vodafone", Reason.COMPETITOR, "I switched to Vodafone"),
        ("offline downloads", Reason.MISSING_FEATURES, "you don't have offline downloads"),
    ],
)
def test_a_name_is_completed_to_a_sentence(words: str, leading: Reason, sentence: str) -> None:
    completed = complete_answer(words, leading)
    assert completed is not None
    assert completed.text == sentence


@pytest.mark.parametrize(
    ("words", "leading"),
    [
        ("Aberdeen", Reason.PRICE),
        ("Aberdeen", None),
        ("Because my husband works there", Reason.RELOCATION),
        ("Moving next month", Reason.RELOCATION),
        ("somewhere warm", Reason.RELOCATION),
        ("I would rather not say that, it is private", Reason.MISSING_FEATURES),
    ],
)
def test_anything_else_is_left_as_it_is(words: str, leading: Reason | None) -> None:
    assert complete_answer(words, leading) is None


def test_what_is_found_stands_where_it_stood_in_the_answer() -> None:
    words = " to Aberdeen"
    completed = complete_answer(words, Reason.RELOCATION)
    assert completed is not None
    start = completed.text.index("Aberdeen")
    [fact] = completed.cut([Fact(FactKind.PLACE, "Aberdeen", start, start + 8), Fact(FactKind.TIME, "we", 0, 2)])
    assert words[fact.start : fact.end] == "Aberdeen"
