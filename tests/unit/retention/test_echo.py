"""What is said back is always their own word, never a wrong one, and never one that could harm."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retention.echo import Echo, EchoKind, choose_echo, find_candidates, is_sayable, write_probe_sentence
from bot.retention.reasons import Reason

FITTING = {
    EchoKind.PLACE: Reason.RELOCATION,
    EchoKind.COMPETITOR: Reason.COMPETITOR,
    EchoKind.THING: Reason.TECHNICAL_RELIABILITY,
    EchoKind.MISSING: Reason.MISSING_FEATURES,
    EchoKind.SUM: Reason.PRICE,
}


def echo(text: str, *reasons: Reason, names: tuple[str, ...] = (), company: str = "Bramble & Oak") -> str | None:
    found = choose_echo(find_candidates(text, company), reasons, names, ())
    return found.words if found else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I'm moving to Porto in March", "Porto"),
        ("we are relocating to New York City", "New York City"),
        ("we're off to Porto in June", "Porto"),
        ("Moving back to Newcastle upon Tyne.", "Newcastle upon Tyne"),
        ("my husband's been transferred to Hamburg", "Hamburg"),
    ],
)
def test_the_place_somebody_moves_to_is_said_back(text: str, name: str) -> None:
    assert echo(text, Reason.RELOCATION, names=(name,)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I switched to Fastnet", "Fastnet"),
        ("going with Vodafone because it is cheaper", "Vodafone"),
        ("Netflix is much cheaper", "Netflix"),
        ("gone to Octopus Energy, their app is better", "Octopus Energy"),
    ],
)
def test_the_company_somebody_goes_to_is_said_back(text: str, name: str) -> None:
    assert echo(text, Reason.COMPETITOR, names=(name,)) == name


@pytest.mark.parametrize("text", ["I've switched to Fastnet, it's quicker there", "we signed up with Fastnet today"])
def test_a_company_nobody_has_heard_of_is_said_back_where_the_sentence_leaves_no_doubt(text: str) -> None:
    assert echo(text, Reason.COMPETITOR) == "Fastnet"


@pytest.mark.parametrize(
    "text",
    [
        "I've switched to Monthly",
        "going with Fastnet",
        "We Switched To Something Better",
        "switched to Oat Milk",
        "my sister joined Fastnet",
        "I have not switched to Fastnet",
    ],
)
def test_any_other_name_has_to_be_recognised_as_one(text: str) -> None:
    assert echo(text, Reason.COMPETITOR) is None


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        ("It went from 9.99 to 14.99", Reason.PRICE, "from 9.99 to 14.99"),
        ("$15 a month is too much", Reason.PRICE, "$15 a month"),
        ("the router you sent breaks every week", Reason.TECHNICAL_RELIABILITY, "router"),
        ("constant buffering and the app crashes", Reason.TECHNICAL_RELIABILITY, "app"),
        ("The app has crashed three times a day", Reason.TECHNICAL_RELIABILITY, "app"),
        ("your card reader has been freezing", Reason.TECHNICAL_RELIABILITY, "card reader"),
    ],
)
def test_a_sum_and_a_broken_thing_are_said_back(text: str, reason: Reason, words: str) -> None:
    assert echo(text, reason) == words


def test_a_name_that_only_a_pattern_has_found_is_not_said_back() -> None:
    assert echo("I'm moving to Porto", Reason.RELOCATION) is None
    assert echo("I'm moving to Porto", Reason.RELOCATION, names=("Lisbon",)) is None


def test_a_name_that_does_not_fit_the_reason_is_not_said_back() -> None:
    assert echo("I'm moving to Porto", Reason.PRICE, names=("Porto",)) is None
    assert echo("It went from 9.99 to 14.99", Reason.CUSTOMER_SERVICE, Reason.PRICE) is None


@pytest.mark.parametrize(
    "text",
    [
        "I'm not moving to Porto",
        "my sister moved to Porto",
        "I might be moving to Porto",
        "I'd be moving to Porto if it were up to me",
        "we moved to Leeds and then we moved to Porto",
        "MOVING TO PORTO",
        "moving to porto",
        "All my shows moved to Porto",
    ],
)
def test_a_move_that_is_not_theirs_or_not_sure_is_not_said_back(text: str) -> None:
    assert echo(text, Reason.RELOCATION, names=("Porto", "Leeds", "PORTO")) is None


def test_our_own_name_is_not_said_back() -> None:
    assert echo("I switched to Bramble", Reason.COMPETITOR, names=("Bramble",)) is None


def test_nothing_of_a_kind_is_said_back_twice() -> None:
    candidates = find_candidates("I'm moving to Porto")
    assert choose_echo(candidates, [Reason.RELOCATION], ["Porto"], [EchoKind.PLACE]) is None


@pytest.mark.parametrize(
    "words",
    ["<b>Porto</b>", "http://evil.example", "evil.example", "{company_name}", "a" * 60, "x\ny", "0[a]", "@me", ""],
)
def test_links_markup_and_placeholders_are_never_said_back(words: str) -> None:
    assert not is_sayable(words)
    assert echo(f"I switched to {words}", Reason.COMPETITOR, names=(words,)) != words


def test_somebody_who_was_asked_where_to_may_just_name_it() -> None:
    candidates = find_candidates("to Aberdeen, in March", answers_probe=True)
    assert Echo(EchoKind.PLACE, "Aberdeen") in candidates
    assert find_candidates("to Aberdeen, in March") == ()


@settings(deadline=None)
@given(
    st.from_regex(
        r"(I'm moving|we moved|switched|the [a-z]{3,9} broke|from [£$]?\d{1,3} to \d{1,3} euros)( to)? \w{0,12}.{0,40}"
    )
    | st.text(max_size=200),
    st.booleans(),
)
def test_an_echo_is_always_a_part_of_what_was_said(text: str, answers_probe: bool) -> None:
    candidates = find_candidates(text, "Bramble & Oak", answers_probe=answers_probe)
    assert len({(found.kind, found.words) for found in candidates}) == len(candidates)
    for found in candidates:
        assert found.words in " ".join(text.split()) or found.words in text
        assert is_sayable(found.words)
        assert found.words in write_probe_sentence(found)
        chosen = choose_echo(candidates, [FITTING[found.kind]], [found.words], [])
        assert chosen is None or chosen in candidates
