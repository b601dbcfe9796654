"""Reads a number from 0 to 10 out of what somebody says about how likely they are to come back.

It must not guess: what does not clearly say a number is not read.
"""

from __future__ import annotations

import re

from bot.retention.wording import normalise

LOWEST, HIGHEST = 0, 10

_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPOKEN = {name: value for value, name in enumerate(_NAMES)} | {"nil": 0, "nought": 0, "none": 0}
_NUMBER = r"(?:\d{1,3}(?:[.,]\d)?|" + "|".join(_SPOKEN) + r")"

_NEVER = re.compile(
    r"(?:oh |hell |god |honestly |well |no )*(?:never(?: ever| again| in a million years| coming back)*|no|nope|nah|"
    r"no way|not a chance|no chance|zero chance|not at all|definitely not|absolutely not|certainly not|hell no|"
    r"not going to happen|impossible|not in this life(?:time)?|i wont(?: be (?:back|coming back|returning))?|"
    r"i will not(?: be back| come back)?|over my dead body)"
)
_SURELY = re.compile(
    r"(?:oh |yes |well )*(?:definitely|certainly|for sure|absolutely|100 ?%|hundred per ?cent|"
    r"without (?:a )?doubt|of course|certain|guaranteed)(?: yes| i will| coming back)*"
)
_EVENLY = re.compile(
    r"(?:maybe |about |its )*(?:50 ?/ ?50|50-50|fifty[ -]fifty|50 ?%|half and half|in the middle|toss up)"
    r"(?: i (?:guess|think|suppose))?"
)
_OUT_OF_TEN = re.compile(rf"({_NUMBER}) ?(?:/ ?10|out of (?:10|ten))\b")
_BETWEEN = re.compile(rf"(?<![\w.,])({_NUMBER})(?: ?(?:-|or|to|and|/) ?| )({_NUMBER})(?!\w)")
_LONE = re.compile(rf"(?<![\w.,/%-])({_NUMBER})(?![\w%/-]|[.,]\d)")
# A number before one of these counts something else.
_COUNTED = re.compile(
    rf"{_NUMBER} (?:\w+ )?(?:years?|months?|weeks?|days?|hours?|minutes?|mins?|times?|kids?|children|people|dollars?|"
    r"pounds?|euros?|quid|bucks|usd|gbp|eur|pm|am|o'?clock|stars?|percent|orders?|deliver\w*|emails?|calls?|classes|"
    r"of)\b"
)
_NEGATIVE = re.compile(r"(?<!\S)[-−]\d")
_SPACED_SLASH = re.compile(r"(?<=\d)\s+/\s+(?=\d)")
_FEW_WORDS = 8


def read_likelihood(text: str) -> int | None:
    """Return the number that is meant ("8", "8/10", "maybe a three", "never"), or None.

    Of a range the lower end counts. A decimal is rounded down.
    """
    if _NEGATIVE.search(text):
        return None
    words = normalise(_SPACED_SLASH.sub("/", text))
    for pattern, value in ((_NEVER, LOWEST), (_SURELY, HIGHEST), (_EVENLY, 5)):
        if pattern.fullmatch(words):
            return value
    if found := _OUT_OF_TEN.search(words):
        return _to_value(found[1])
    if _COUNTED.search(words):
        return None
    if found := _BETWEEN.search(words):
        ends = [_to_value(found[1]), _to_value(found[2])]
        return min(end for end in ends if end is not None) if None not in ends else None
    numbers = {found[1] for found in _LONE.finditer(words)}
    stands_first = _LONE.match(words) is not None
    if len(numbers) != 1 or (len(words.split()) > _FEW_WORDS and not stands_first):
        return None
    return _to_value(numbers.pop())


def _to_value(number: str) -> int | None:
    value = _SPOKEN[number] if number in _SPOKEN else int(float(number.replace(",", ".")))
    return value if LOWEST <= value <= HIGHEST else None
