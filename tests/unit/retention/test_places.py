"""The place that serves a new home, from what people say about their move."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.places import find_place
from bot.retention.policy import Place

PLACES = (Place("Porto", ("Gaia", "Vila Nova de Gaia")), Place("Bath", ("Bristol",)), Place("St. Ives"))


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Porto", "Porto"),
        ("We're moving to Porto in May", "Porto"),
        ("somewhere near Gaia, probably", "Porto"),
        ("I got a new flat in Vila Nova de Gaia", "Porto"),
        ("relocating from Bath to Porto", "Porto"),
        ("I'm leaving Porto and going to Bristol", "Bath"),
        ("moving to St Ives", "St. Ives"),
        ("to the Bristol area", "Bath"),
        ("We live in Bath and move to Berlin", None),
        ("not to Porto, that's for sure", None),
        ("away from Porto", None),
        ("either to Porto or to Bath", None),
        ("Berlin", None),
        ("I take a bath every evening and nothing of yours helps me with that", None),
        ("Portobello", None),
        ("", None),
    ],
)
def test_the_one_place_near_the_new_home_is_found(words: str, place: str | None) -> None:
    found = find_place(PLACES, [words])
    assert (found.name if found else None) == place


def test_the_place_they_have_been_with_is_no_new_one() -> None:
    assert find_place(PLACES, ["moving to Gaia"], home="porto") is None


@given(st.text(), st.lists(st.text(max_size=20), max_size=3))
def test_whatever_people_write_only_a_place_of_ours_is_found(text: str, names: list[str]) -> None:
    places = tuple(Place(name) for name in names)
    assert find_place(places, [text]) in (None, *places)
