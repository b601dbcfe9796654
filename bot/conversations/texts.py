"""Makes what a person typed storable, and turns away what cannot be a message. It judges form, never meaning."""

from __future__ import annotations

import re
import unicodedata

from bot.conversations.refusals import Empty, TooLong

LIMIT = 10_000
"""Characters a message may have."""

_LINE_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
# Marks that turn the direction of writing round can make a line read as something nobody wrote.
_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_DROPPED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_BIDI_CONTROLS}]")


def normalise(text: str) -> str:
    """Return the text in NFC, without control characters (but line breaks and tabs) and trimmed.

    A leading "/", HTML and emoji are ordinary text and stay.

    Raises:
        Empty: when nothing visible is left.
        TooLong: when more than `LIMIT` characters are left.
    """
    text = _DROPPED.sub("", _LINE_BREAKS.sub("\n", text))
    text = unicodedata.normalize("NFC", text).strip()
    if not any(_is_visible(character) for character in text):
        raise Empty
    if len(text) > LIMIT:
        raise TooLong
    return text


def _is_visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in {"Cf", "Mn", "Me"}
