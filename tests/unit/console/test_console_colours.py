"""The company's colour stays readable in the console, whatever colour it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.colours import (
    DARK_GROUND,
    LIGHT_GROUND,
    READABLE,
    contrast,
    darken_until_readable,
    lighten_until_readable,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLOURS)
def test_every_colour_becomes_readable_on_both_grounds(colour: str) -> None:
    assert contrast(darken_until_readable(colour), LIGHT_GROUND) >= READABLE
    assert contrast("#ffffff", darken_until_readable(colour)) >= READABLE
    assert contrast(lighten_until_readable(colour), DARK_GROUND) >= READABLE


def test_a_colour_that_is_readable_already_stays_as_it_is() -> None:
    assert darken_until_readable("#2f6f5e") == "#2f6f5e"
    assert lighten_until_readable("#ffd166") == "#ffd166"


def test_a_pale_colour_keeps_its_hue() -> None:
    red, green, blue = (int(darken_until_readable("#ffb3b3")[n : n + 2], 16) for n in (1, 3, 5))
    assert red > green == blue
