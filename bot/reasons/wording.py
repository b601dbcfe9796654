"""Brings any text into the plain shape in which the classifier reads it; it must not judge what the text means."""

from __future__ import annotations

import html
import re
import unicodedata

LONGEST = 20_000
"""Characters that are read; what follows in a longer text is ignored, so that no text takes more than a moment."""

_TAG = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,1000}>")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w")
_STRAIGHT = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"'})


def clean(text: str) -> str:
    """Return the words of a text without markup, control characters and odd spacing; empty where it has no words."""
    readable = text[:LONGEST].encode("utf-8", "replace").decode("utf-8")  # Half a surrogate pair is no character.
    readable = html.unescape(_TAG.sub(" ", readable)).translate(_STRAIGHT)
    readable = unicodedata.normalize("NFKC", readable)
    readable = "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs", "Co") else character
        for character in readable
        if unicodedata.category(character) != "Cf"
    )
    return _SPACE.sub(" ", readable).strip() if _WORD.search(readable) else ""
