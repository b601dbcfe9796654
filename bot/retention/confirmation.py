"""Reads the answer to "Have I understood you: is it mostly X?".

It must not take a story for a yes or a no; what says neither is classified anew.
"""

from __future__ import annotations

import re

from bot.retention.reason_names import name_reason
from bot.retention.reasons import Reason
from bot.retention.wording import normalise

Guesses = tuple[Reason, Reason]

_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup|ya|y|sure|ok|okay|correct|right|exactly|precisely|indeed|true|absolutely|definitely|"
    r"mostly|mainly|"
    r"totally|spot on|bingo|you (?:have|did|got it)|you(?:ve| have) (?:got it|understood)|thats (?:it|right|"
    r"correct|true|the one|"
    r"the main one|what i (?:meant|mean|said))|it is|it was|kind of|sort of|pretty much|more or less|i (?:guess|"
    r"think|suppose)(?: so)?|"
    r"the first(?: one)?|the former|i would say so|id say so|both|thats the reason|please|thanks|thank you|"
    r"basically) ?)+"
)
_NO = re.compile(
    r"(?:(?:no|nope|nah|n|not (?:really|quite|exactly|at all|that|it|this)|neither(?: of (?:them|those|these))?|"
    r"none(?: of (?:them|"
    r"those|these))?|something else|its something else|other|another (?:one|reason)|wrong|incorrect|thats (?:not "
    r"it|wrong|not right)|"
    r"you(?:ve| have)? (?:misunderstood|got (?:me|it|that) wrong)|sorry|actually|thanks|thank you|definitely not|"
    r"it (?:isnt|is not|"
    r"wasnt)|not mostly) ?)+"
)
_SECOND = re.compile(
    r"(?:no |its |more |rather |mostly |actually |probably )*(?:the )?(?:second|latter|other)(?: one)?(?: please| "
    r"then)?"
)
_DENIAL = re.compile(
    r"^\W*(?:no+|nope|nah|not (?:really|quite|exactly|at all)|neither|wrong|"
    r"actually)\b[\s,.;:!–—-]*(?:actually[\s,]+)?",
    re.IGNORECASE,
)


def read_choice(text: str, guesses: Guesses) -> Reason | None:
    """Return the reason that was chosen, `OTHER_UNCLEAR` for neither, and None where the words say something new."""
    words = normalise(text)
    if _SECOND.fullmatch(words):
        return guesses[1]
    if _NO.fullmatch(words):
        return Reason.OTHER_UNCLEAR
    if _YES.fullmatch(words):
        return guesses[0]
    named = name_reason(text)
    return named if named in guesses else None


def split_denial(text: str) -> tuple[bool, str]:
    """Return whether a message begins with a no, and what it says besides ("no, it's the service")."""
    denial = _DENIAL.match(text)
    rest = text[denial.end() :].strip() if denial else text
    return denial is not None, rest or text
