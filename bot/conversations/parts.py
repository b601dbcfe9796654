"""Cuts what is too long for one message of a channel into parts, where a reader would pause. It changes no word."""

from __future__ import annotations

import re

_PAUSES = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s+"), re.compile(r"\s+"))
"""Where a text may be cut: between paragraphs, lines, sentences, words; the earlier ones are better."""


def split(text: str, limit: int) -> list[str]:
    """Return the text in parts of at most `limit` UTF-16 code units, as channels count, cut at the best place there is:
    after a paragraph, a line, a sentence, or a word. Only white space at the cuts is lost."""
    parts = []
    rest = text.strip()
    while count_units(rest) > limit:
        cut = _find_cut(rest, _fit(rest, limit))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def count_units(text: str) -> int:
    """Return the length of a text in UTF-16 code units, of which most emoji have two."""
    return len(text) + sum(character > "\uffff" for character in text)


def _fit(text: str, limit: int) -> int:
    """Return how many characters from the beginning are at most `limit` units long."""
    fitting = limit
    while (excess := count_units(text[:fitting]) - limit) > 0:
        # A character has two units at most, so at least half as many of them are too many.
        fitting -= (excess + 1) // 2
    return fitting


def _find_cut(text: str, longest: int) -> int:
    """Return where to cut: at the best kind of pause that leaves the first part half full at least."""
    for pause in _PAUSES:
        cuts = [found.start() for found in pause.finditer(text[: longest + 1])]
        if cuts and cuts[-1] >= longest // 2:
            return cuts[-1]
    return longest
