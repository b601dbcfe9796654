"""Makes short typed phrases comparable: case, punctuation, apostrophes and emoji aside.

It must not judge what a phrase means.
"""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile("['’‘`´]")
_OTHER = re.compile(r"[^\w\s/%.,@+-]|_")
_LOOSE_PUNCTUATION = re.compile(r"(?<!\d)[.,/%+-]+|[.,/+-]+(?!\d)")
_SPACE = re.compile(r"\s+")
_BREAKS = re.compile(
    r"(?<![.!?;\n…])[.!?;\n…]+(?:\s|$)|\s[-–—]+\s|[,:]\s|"
    r"\s(?:and|but|so) (?=please|stop|leave|do not|don.?t|never|remove|take me)"
)


def normalise(text: str) -> str:
    """Return the text in lower case and single spaces, without apostrophes, emoji and loose punctuation.

    What belongs to a number ("7.5", "8/10", "50%") stays; a hyphen inside a word stays as well.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _APOSTROPHES.sub("", plain)
    plain = _OTHER.sub(" ", plain)
    plain = re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", "\x00", plain)
    plain = re.sub(r"(?<=\d)%", "\x01", plain)
    plain = _LOOSE_PUNCTUATION.sub(" ", plain)
    return _SPACE.sub(" ", plain.replace("\x00", "-").replace("\x01", "%")).strip()


def split_sentences(text: str) -> list[str]:
    """Return the sentences and clauses of a message, each normalised; empty ones are left out."""
    return [words for part in _BREAKS.split(text) if (words := normalise(part))]


def count_words(text: str) -> int:
    """Return how many words a message has."""
    return len(normalise(text).split())
