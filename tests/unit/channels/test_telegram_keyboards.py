"""Buttons on a phone: short ones share a row, long ones can be read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.keyboards import MOST_IN_ROW, ROW_UNITS, lay_out


def read_rows(titles: list[str]) -> list[list[str]]:
    keyboard = lay_out((f"id{number}", title) for number, title in enumerate(titles))
    return [[button.text for button in row] for row in keyboard.inline_keyboard] if keyboard else []


def test_the_numbers_from_0_to_10_need_two_rows() -> None:
    assert read_rows([str(number) for number in range(11)]) == [
        ["0", "1", "2", "3", "4", "5"],
        ["6", "7", "8", "9", "10"],
    ]


def test_yes_and_no_stand_side_by_side_and_long_answers_alone() -> None:
    assert read_rows(["Yes", "No"]) == [["Yes", "No"]]
    assert read_rows(["I found something better", "It's too expensive"]) == [
        ["I found something better"],
        ["It's too expensive"],
    ]


def test_without_buttons_there_is_no_keyboard() -> None:
    assert lay_out([]) is None


@given(st.lists(st.text(min_size=1, max_size=40), max_size=15))
def test_every_button_is_there_once_in_order_and_no_row_is_overfull(titles: list[str]) -> None:
    rows = read_rows(titles)
    assert [title for row in rows for title in row] == titles
    assert all(
        len(row) == 1 or (len(row) <= MOST_IN_ROW and max(map(len, row)) * len(row) <= ROW_UNITS) for row in rows
    )
