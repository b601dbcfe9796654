"""Hears that something hard has happened to somebody: an illness, a death, a separation, a lost job.

It must hear it rather once too often: nobody in mourning is asked for a number from 0 to 10. It must not say anything.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.retention import trouble_words
from bot.retention.wording import normalise


class Trouble(StrEnum):
    """What kind of words fit. `HARDSHIP` is whatever else is hard, `CRISIS` that somebody may harm themselves."""

    CRISIS = "crisis"
    BEREAVEMENT = "bereavement"
    ILLNESS = "illness"
    HARDSHIP = "hardship"


_LONGEST = 10_000
_PHRASES = {
    Trouble.CRISIS: trouble_words.CRISIS,
    Trouble.BEREAVEMENT: trouble_words.BEREAVEMENT,
    Trouble.ILLNESS: trouble_words.ILLNESS,
    Trouble.HARDSHIP: trouble_words.HARDSHIP,
}
_HEARD = {trouble: re.compile(rf"\b(?:{'|'.join(phrases)})") for trouble, phrases in _PHRASES.items()}
_MANNER = re.compile(rf"\b(?:{'|'.join(trouble_words.MANNERS_OF_SPEAKING)})\b")
# Long words that are often misspelt, and short ones in the spellings that are met.
_OFTEN_MISSPELT = (
    "alzheimers", "bereaved", "bereavement", "chemotherapy", "dementia", "depressed", "depression", "diagnosed",
    "diagnosis", "disability", "divorce", "divorced", "divorcing", "funeral", "hospital", "hospitalised", "illness",
    "leukaemia", "miscarriage", "redundancy", "redundant", "separated", "separation", "suicidal", "suicide", "surgery",
    "terminally", "unemployed", "medication",
)  # fmt: skip
_MISSPELT = {
    "altzheimers": "alzheimers", "anxeity": "anxiety", "anxity": "anxiety", "awy": "away", "awya": "away",
    "berieved": "bereaved", "cancar": "cancer", "cancr": "cancer", "canser": "cancer", "cncer": "cancer",
    "deid": "died", "demensia": "dementia", "dided": "died", "dieing": "dying", "dimentia": "dementia",
    "dyin": "dying", "fater": "father", "funral": "funeral", "hopsice": "hospice", "hospis": "hospice",
    "hubsand": "husband", "husban": "husband", "husbend": "husband", "layed": "laid", "mothr": "mother",
    "pased": "passed", "passd": "passed", "strok": "stroke", "tumer": "tumor", "widdow": "widow",
    "widdowed": "widowed", "widdower": "widower",
}  # fmt: skip
# Right words that are one letter away from those.
_NOT_MISSPELT = frozenset({"separate", "separately", "meditation", "mediation", "dedication", "hospitable"})
# A pause between two clauses, as a word of its own: what stands on both sides of it does not belong together.
_REST = "\N{LATIN LETTER LATERAL CLICK}"
_PAUSE = re.compile(r"[.,;:!?()\n]+(?=\s|$)|\s[-–—]+\s|…|[()]")
_WILL = re.compile(r"\b(i|we|you|he|she|they|it|that|there)['’`´]ll\b", re.IGNORECASE)
_WE_ARE = re.compile(r"\bwe['’`´]re\b", re.IGNORECASE)


def hear_trouble(text: str) -> Trouble | None:
    """Return what has happened to the person, or to somebody near them, as far as the words say; None for nothing."""
    plain = _WE_ARE.sub("we are", _WILL.sub(r"\1 will", text[:_LONGEST]))
    words = normalise(_PAUSE.sub(f" {_REST} ", plain))
    words = _MANNER.sub(_REST, " ".join(_spell(word) for word in words.split()))
    return next((trouble for trouble, pattern in _HEARD.items() if pattern.search(words)), None)


def _spell(word: str) -> str:
    if word in _MISSPELT:
        return _MISSPELT[word]
    if len(word) < 6 or word in _NOT_MISSPELT:
        return word
    return next((right for right in _OFTEN_MISSPELT if _is_near(word, right)), word)


def _is_near(word: str, right: str) -> bool:
    """Tell whether one letter is missing, doubled, changed or swapped with its neighbour."""
    if word == right or word[0] != right[0] or abs(len(word) - len(right)) > 1:
        return word == right
    at = next((i for i, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), min(len(word), len(right)))
    rest, wanted = word[at:], right[at:]
    return rest[1:] == wanted or rest == wanted[1:] or rest[1:] == wanted[1:] or rest[1::-1] + rest[2:] == wanted
