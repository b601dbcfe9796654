"""Finds the place of ours that serves somebody's new home, from what they say about their move.

It must not guess: of two places that fit, or one they leave, it finds none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.retention.policy import Place
from bot.retention.wording import normalise

_FILLER = r"(?: (?:the|my|our|old|new|area|city|town|of|somewhere|here|back|greater|central|north|south|east|west))*$"
# What stands before the name of a place that is left, lived in until now, or not gone to.
_AWAY = re.compile(
    r"\b(?:from|leaving|left|leave|leaves|out of|away from|(?:not|never|nor)(?: (?:to|in|near))?|no|than|"
    r"(?:live|lived|living|been|am|im|were|work|worked) (?:in|near|at|around|outside|to))" + _FILLER
)
_TOWARDS = re.compile(r"\b(?:to|towards|into|for|in|near|outside|around)" + _FILLER)
_BARE_ANSWER = 4
"""In so few words a name alone says where somebody goes."""


def find_place(places: Iterable[Place], texts: Iterable[str], home: str | None = None) -> Place | None:
    """Return the one place that serves where these words say they go. `home` is the place they have been with."""
    found: set[Place] = set()
    for text in texts:
        words = normalise(text)
        for place in places:
            if any(_is_gone_to(words, name) for name in (place.name, *place.near)):
                found.add(place)
    if home is not None:
        left = normalise(home)
        found = {place for place in found if normalise(place.name) != left}
    return found.pop() if len(found) == 1 else None


def _is_gone_to(words: str, name: str) -> bool:
    sought = normalise(name)
    for match in re.finditer(rf"(?<!\w){re.escape(sought)}(?!\w)", words) if sought else ():
        before = words[: match.start()].rstrip()
        if _AWAY.search(before):
            continue
        if _TOWARDS.search(before) or len(words.split()) - len(sought.split()) < _BARE_ANSWER:
            return True
    return False
