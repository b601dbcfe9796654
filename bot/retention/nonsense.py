"""Tells keyboard mashing, mere noises and code from words.

It must not call a short answer nonsense, however it is spelt.
"""

from __future__ import annotations

import re

from bot.retention.wording import normalise

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
_RUNS = {row[at : at + 4] for line in _ROWS for row in (line, line[::-1]) for at in range(len(row) - 3)}
_NOISE = re.compile(
    r"l+o+l+z*|lmf?ao+|rofl|(?:ha|he|hi|ho){2,}h?|(?:ah|eh){2,}|x+d+|blah?|la|na|ba|meh|hm+|mm+|er+m*|um+|uh+|"
    r"test(?:ing)?|foo|bar|"
    r"foobar|lorem|ipsum|yo+|bleh|beep|boop|woof|miaow|moo|(?![kny])[b-z]"
)
_CODE = re.compile(r"<[^<>]*>|\{+[^{}]*\}+|\$\{?\w*\}?|\b\w+\([^()]*\)|(?<!\S)/\w+|;--|--$")
_REPEATED = re.compile(r"(.)\1{3,}")
_VOWELS = re.compile(r"[aeiouyàáâäãåèéêëìíîïòóôöõøùúûü]")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}")
_WORD = re.compile(r"[^\W\d_]+")
# Words without a vowel that say something.
_KNOWN = frozenset({"hdtv", "cctv", "rhythm", "rhythms", "crypt", "hymns", "lynx", "myths"})
_MOST_WORDS = 4


def is_nonsense(text: str) -> bool:
    """Tell whether a message says nothing at all: "asdfgh", "?????", "lol"."""
    if text.strip() and not any(sign.isalnum() for sign in text):
        return all(ord(sign) < 0x2000 for sign in text)  # An emoji is an answer of a kind.
    words = normalise(text)
    if any(sign.isdigit() for sign in words):
        return False
    found = _WORD.findall(words)
    return 0 < len(found) <= _MOST_WORDS and all(_NOISE.fullmatch(word) or _is_mashed(word) for word in found)


def strip_code(text: str) -> str:
    """Return the text without tags, placeholders, calls and commands, which give no reason for anything."""
    return _CODE.sub(" ", text) if _CODE.search(text) else text


def _is_mashed(word: str) -> bool:
    if not word.isascii() or len(word) < 4 or word in _KNOWN:
        return False
    if _REPEATED.search(word) and len(set(word)) <= 3:
        return True
    is_typed_along_a_row = any(run in word for run in _RUNS) and word not in _KNOWN
    return not _VOWELS.search(word) or is_typed_along_a_row or bool(_CONSONANTS.search(word))
