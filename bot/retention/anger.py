"""Tells whether somebody is angry with us, from their words alone.

It must not change what anybody is offered: it only decides whether a person is at hand in the end.
"""

from __future__ import annotations

import re

from bot.retention.wording import normalise

_INSULTS = re.compile(
    r"\b(?:idiots?|morons?|imbeciles?|incompetent|clowns?|crooks?|thieves|liars?|lying|scammers?|scam|con "
    r"artists?|fraudsters?|"
    r"robbers?|rip[- ]?off|bastards?|assholes?|arseholes?|jerks?|pathetic|disgusting|disgusted|disgrace\w*|shameful|"
    r"shambles|a joke|useless|garbage|appalling|outrag\w+|furious|livid|fuming|pissed off|fed up|hate (?:you|"
    r"your|this)|"
    r"worst (?:company|service|shop|support|app|experience|thing)|how dare you|screw you|rot in hell|go to hell|"
    r"sick (?:and tired )?of (?:you|your|this)|never (?:ever )?again|(?:i am|im) (?:so |really |very |"
    r"absolutely )?angry)\b"
)
_SWEARING = re.compile(
    r"\b(?:f+u+c+k+\w*|f\*+k?\w*|wtf|sh[i1]t\w*|bullsh\w+|crap\w*|bloody|damn\w*|goddamn|bollocks)\b|\bf[*#@]+"
)
_SHOUTED_WORDS = 4
"""So many words in capitals, and nearly nothing else, are shouting."""
_WORD = re.compile(r"[^\W\d_]{3,}")


def is_angry(text: str) -> bool:
    """Tell whether these words are an insult, swearing, or shouting. Being plainly dissatisfied is not anger."""
    words = normalise(text)
    return bool(_INSULTS.search(words) or _SWEARING.search(text.casefold()) or _shouts(text))


def _shouts(text: str) -> bool:
    words = _WORD.findall(text)
    shouted = [word for word in words if word.isupper()]
    return len(shouted) >= _SHOUTED_WORDS and len(shouted) * 10 >= len(words) * 7
