"""Chooses what of somebody's own words can be said back to them months later, and writes when it was said.

It must rather quote nothing than what is private, rude, unclear, or read by the wrong eyes: mail is often read by two.
"""

from __future__ import annotations

import re

from bot.retention.anger import is_angry
from bot.retention.language import find_language
from bot.retention.nonsense import is_nonsense
from bot.retention.opt_out import asks_to_stop, mentions_stop
from bot.retention.sensitive import hear_trouble
from bot.retention.wording import count_words, normalise

LONGEST_QUOTE = 120
_LONGEST_TEXT = 2_000
_FEWEST_WORDS, _FEWEST_LETTERS = 2, 8
_ENOUGH_WORDS = 4
"""With fewer words than these a sentence is quoted together with the next one."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\s*\n+\s*")
_CLAUSE = re.compile(r"\s*[,;:]\s|\s[-–—]+\s")
_PRIVATE = re.compile(
    r"\d{4,}|(?:\d[ ./-]?){7,}|\S@\S|https?:|www\.|\b[\w-]+\.(?:com|org|net|io|co|eu|de|uk|pt|fr|es|it|nl|info)\b|"
    r"\b\d+[a-z]? (?:\w+ )?(?:street|st|road|rd|avenue|ave|lane|drive|close|square|court|way)\b|"
    r"\b(?:street|road|rua|strasse|stra(?:ß|ss)e|avenida|postcode|zip code|p\.? ?o\.? box)\b|"
    r"\b[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}\b|"
    r"•|\*{2,}|\b(?:iban|passw\w*|pin|passport|card number|account number|date of birth)\b",
    re.IGNORECASE,
)
_UNSAYABLE = re.compile(r"[<>{}\[\]\\|^~`_#=]")
_NOT_SAID_BACK = re.compile(
    r"\b(?:sue|suing|lawyers?|solicitors?|court|police|fraud\w*|theft|stole|steal\w*|racis\w+|sexis\w+|sexual\w*|harass\w*|"
    r"kill\w*|hate|stupid|dumb|ass|arse|hell|piss\w*|suck\w*|wank\w*|bitch\w*|cunt\w*|dick\w*|slut\w*|whore\w*)\b"
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening)|dear \w+|thanks|thank you|sorry|well|ok(?:ay)?)"
)
_QUOTES = str.maketrans({"“": "‘", "”": "’", '"': "'", "„": "‘", "«": "‘", "»": "’"})


def quote(words: str | None) -> str | None:
    """Return the beginning of what somebody wrote, cut at a sentence and without its last full stop; None where it is
    better not said back."""
    if words is None or len(words) > _LONGEST_TEXT:
        return None
    chosen = _cut(words.strip())
    return chosen if chosen is not None and _is_sayable(chosen, words) else None


def _cut(words: str) -> str | None:
    sentences = [part.strip() for part in _SENTENCE.split(words) if part.strip()]
    while sentences and _GREETING.fullmatch(normalise(sentences[0])):
        sentences.pop(0)
    chosen = ""
    for sentence in sentences:
        longer = f"{chosen} {sentence}".strip()
        if len(longer) > LONGEST_QUOTE or count_words(chosen) >= _ENOUGH_WORDS:
            break
        chosen = longer
    if not chosen and sentences:
        chosen = _cut_clause(sentences[0])
    chosen = " ".join(chosen.translate(_QUOTES).split())
    return re.sub(r"[\s.,;:!–—-]+$", "", chosen) or None


def _cut_clause(sentence: str) -> str:
    """Return as much of a long sentence as ends with a comma or a dash; nothing where it has none."""
    ends = [match.start() for match in _CLAUSE.finditer(sentence) if match.start() < LONGEST_QUOTE]
    return f"{sentence[: ends[-1]]}…" if ends and count_words(sentence[: ends[-1]]) >= _ENOUGH_WORDS else ""


def _is_sayable(chosen: str, whole: str) -> bool:
    if count_words(chosen) < _FEWEST_WORDS or sum(sign.isalpha() for sign in chosen) < _FEWEST_LETTERS:
        return False
    if _PRIVATE.search(chosen) or _UNSAYABLE.search(chosen) or _NOT_SAID_BACK.search(normalise(chosen)):
        return False
    if is_angry(chosen) or is_nonsense(chosen) or asks_to_stop(chosen) or mentions_stop(chosen):
        return False
    return hear_trouble(whole) is None and find_language(whole) is None
