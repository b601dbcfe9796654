"""Takes out of what people write how to reach them and which numbers are theirs, before anything is learnt from it.

It must not be used on the record: staff need what it takes out.
"""

from __future__ import annotations

import re

from bot.conversations.masking import mask

REMOVED = "[…]"
"""Stands where something was taken out. It holds no word, so that none is learnt from it."""

# Each begins only where a word begins, so that a hostile text costs no time.
_ADDRESS = re.compile(r"(?<!\S)[^\s@]*@\S*")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,])[+(]?\d(?:[\s().\-/]{0,2}\d){5,}(?![.,]?\d)")


def remove_contact_details(text: str) -> str:
    """Return the text without card and account numbers, addresses, links, names with an @, and long numbers."""
    text = mask(text)
    for kind in (_ADDRESS, _LINK, _NUMBER):
        text = kind.sub(REMOVED, text)
    return text
