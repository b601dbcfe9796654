"""What people type to a message with which we wrote first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.utterances import Intent, Utterance
from bot.retention.winback.answers import (
    LONGEST_PAUSE,
    SHORTEST_PAUSE,
    asks_for_more,
    asks_something,
    is_undecided,
    read_answer,
    read_pause,
    reads_as_yes,
)
from bot.retention.winback.touches import TouchAnswer

TODAY = date(2026, 11, 23)
SAID = {
    TouchAnswer.FINE: (
        "I'm fine as I am",
        "all good thanks",
        "great, with Acme now",
        "doing well elsewhere",
        "not bad",
        "thanks for asking, all is well",
        "happy where I am, not coming back",
        "found something cheaper",
        "can't complain",
        "👍",
    ),
    TouchAnswer.OPEN: (
        "I might come back",
        "I'd come back if it was cheaper",
        "Can I come back?",
        "I miss it",
        "Everything is fine but I might return one day",
        "what would it take to sign up again",
        "I'm tempted",
        "any offers?",
    ),
    TouchAnswer.CHANGED: (
        "Something has changed",
        "we moved to Lisbon in June",
        "I have a new job",
        "things have changed",
    ),
    TouchAnswer.ANNOYED: (
        "I'm still annoyed",
        "still angry about the bill",
        "you guys are a joke",
        "still waiting for my refund",
        "not happy with how it ended",
        "👎",
    ),
    TouchAnswer.NOT_NOW: (
        "Not now",
        "ask me again in 3 months",
        "maybe next year",
        "too busy right now",
        "In a month",
        "not yet",
        "later please",
        "get back to me after christmas",
    ),
    TouchAnswer.DECLINED: ("no I won't come back", "not interested", "no thanks", "I've moved on", "I'd rather not"),
}
NEITHER = (
    "not great",
    "good riddance",
    "I'm not angry any more",
    "nothing has changed",
    "what does it cost now?",
    "yes",
)


@pytest.mark.parametrize(("meant", "text"), [(meant, text) for meant, texts in SAID.items() for text in texts])
def test_how_somebody_gets_on_is_read_from_what_they_type(meant: TouchAnswer, text: str) -> None:
    assert read_answer(Utterance(text, Intent.INFORM, 0.6)) is meant


@pytest.mark.parametrize("text", NEITHER)
def test_what_says_none_of_it_clearly_is_left_open(text: str) -> None:
    assert read_answer(Utterance(text, Intent.INFORM, 0.6)) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("in a month", 30),
        ("In three months", 90),
        ("2 weeks", 14),
        ("a couple of months", 60),
        ("twenty-five days", 25),
        ("half a year", 182),
        ("next year", 365),
        ("after christmas", 34),
        ("in January", 39),
        ("not before May", None),
        ("ask me in May", 159),
        ("tomorrow or in a day", 7),
        ("in two hundred years", 730),
    ],
)
def test_for_how_long_somebody_wants_to_be_left_alone_is_read(text: str, days: int | None) -> None:
    expected = timedelta(days=days) if days is not None else None
    assert read_pause(text, TODAY) == expected


@pytest.mark.parametrize("text", ["rather not at all", "never", "no", "not at all please", "don't"])
def test_who_wants_never_to_be_asked_again_is_understood(text: str) -> None:
    assert read_pause(text, TODAY) is False


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_without_a_fault_and_no_pause_is_absurd(text: str) -> None:
    said = Utterance(text, Intent.NOT_UNDERSTOOD, 0.2)
    read_answer(said)
    assert reads_as_yes(said) in (True, False, None)
    assert asks_for_more(text) in (True, False)
    assert is_undecided(said) in (True, False)
    assert asks_something(text) in (True, False)
    pause = read_pause(text, TODAY)
    assert not isinstance(pause, timedelta) or SHORTEST_PAUSE <= pause <= LONGEST_PAUSE


@given(st.sampled_from(["days", "weeks", "months", "years"]), st.integers(0, 999), st.dates(date(2000, 1, 1)))
def test_every_length_of_time_leaves_somebody_alone_for_a_week_to_two_years(unit: str, count: int, today: date) -> None:
    pause = read_pause(f"in {count} {unit}", min(today, date(9990, 1, 1)))
    assert pause is None or (isinstance(pause, timedelta) and SHORTEST_PAUSE <= pause <= LONGEST_PAUSE)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Yes, ask a person", True),
        ("sure", True),
        ("No, thank you", False),
        ("no, all settled", False),
        ("yes but only if it is free", None),
        ("no problem", None),
        ("I'd like to say that yes is not my favourite word of all those that I know", None),
    ],
)
def test_a_yes_with_a_condition_is_none(text: str, meant: bool | None) -> None:
    assert reads_as_yes(Utterance(text, Intent.INFORM, 0.3)) is meant
