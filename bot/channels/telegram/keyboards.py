"""Lays buttons out below a message, as many in a row as can be read on a phone."""

from __future__ import annotations

from collections.abc import Iterable

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

ROW_UNITS = 30
"""How many characters fit side by side on a small phone, with what the frame of each button takes."""
FRAME_UNITS = 4
MOST_IN_ROW = 6


def lay_out(buttons: Iterable[tuple[str, str]]) -> InlineKeyboardMarkup | None:
    """Return the keyboard for ids and titles, or None where there are none."""
    rows: list[list[InlineKeyboardButton]] = []
    widest = 0
    for button_id, title in buttons:
        widest = max(widest, len(title) + FRAME_UNITS)
        # All buttons of a row are equally wide, so the widest one counts for each.
        fits = rows and len(rows[-1]) < MOST_IN_ROW and widest * (len(rows[-1]) + 1) <= ROW_UNITS
        if not fits:
            rows.append([])
            widest = len(title) + FRAME_UNITS
        rows[-1].append(InlineKeyboardButton(title, callback_data=button_id))
    return InlineKeyboardMarkup(rows) if rows else None
