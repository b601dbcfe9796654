"""Reads numbers written as words, up to the thousands. It must not know what is counted."""

from __future__ import annotations

import re

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: number for number, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_VALUES |= {"fourty": 40, "a": 1}
_MULTIPLES = {"hundred": 100, "thousand": 1000}
NUMBER_WORDS = "|".join((*_TENS, "fourty", *reversed(_ONES[1:]), *_MULTIPLES, r"a(?= hundred| thousand)"))
"""A pattern for one word of a number."""


def read_number(words: str) -> int | None:
    """Return the number that words begin with ("three hundred and ten pounds" is 310), or None."""
    total = current = 0
    known = False
    for word in re.findall(r"[a-z]+", words.casefold()):
        if word in _VALUES:
            current += _VALUES[word]
        elif word in _MULTIPLES:
            current = max(1, current) * _MULTIPLES[word]
            if word == "thousand":
                total, current = total + current, 0
        elif word != "and" or not known:
            break
        known = True
    return total + current if known else None
