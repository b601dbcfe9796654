"""Tells in which other language than English somebody writes, by its script and by its small words.

It must rather take another language for English than English for another one: a wrong guess would be an insult.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from bot.retention.foreign_words import ENGLISH, WORDS

_LONGEST = 2_000
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Letters that stand in one of the languages, or in few, and in no English word.
_LETTERS = {
    "ß": "de", "ñ": "es", "¿": "es", "¡": "es", "ã": "pt", "õ": "pt", "ł": "pl", "ż": "pl", "ś": "pl", "ą": "pl",
    "ę": "pl", "ğ": "tr", "ı": "tr", "ş": "tr", "ř": "cs", "ě": "cs", "ů": "cs", "ő": "hu", "ű": "hu", "ă": "ro",
    "ț": "ro", "ș": "ro", "ø": "da", "å": "sv", "ù": "fr", "œ": "fr", "ì": "it", "ò": "it",
}  # fmt: skip
_SCRIPTS = {
    "CYRILLIC": "ru", "GREEK": "el", "ARABIC": "ar", "HEBREW": "he", "HIRAGANA": "ja", "KATAKANA": "ja",
    "CJK": "zh", "HANGUL": "ko", "THAI": "th", "DEVANAGARI": "hi", "BENGALI": "bn", "TAMIL": "ta", "ARMENIAN": "hy",
    "GEORGIAN": "ka", "GUJARATI": "gu", "GURMUKHI": "pa", "TELUGU": "te", "URDU": "ur", "ETHIOPIC": "am",
}  # fmt: skip
_BORROWED = re.compile(
    r"c['’]est la vie|que ser[aá],? ser[aá]|hasta la vista|mi casa su casa|je ne sais quoi|au contraire"
)
_FEWEST_WORDS = 3


def find_language(text: str) -> str | None:
    """Return the language (ISO 639-1) of a text that is surely not English; None for English, or where it is unsure.

    Of languages that share a script, the one with most speakers stands for all.
    """
    shortened = unicodedata.normalize("NFC", text[:_LONGEST]).casefold()
    return _read_script(shortened) or _read_words(shortened)


def _read_script(text: str) -> str | None:
    scripts = Counter(unicodedata.name(letter, "?").split()[0].split("-")[0] for letter in text if letter.isalpha())
    foreign = Counter({_SCRIPTS[name]: count for name, count in scripts.items() if name in _SCRIPTS})
    if foreign.total() < 2 or foreign.total() * 2 < scripts.total():
        return None
    return "ja" if foreign["ja"] else foreign.most_common(1)[0][0]  # Japanese is written with Chinese signs, too.


def _read_words(text: str) -> str | None:
    words = [word.replace("’", "'") for word in _WORD.findall(_BORROWED.sub(" ", text))]
    if len(words) < _FEWEST_WORDS:
        return None
    spoken = set(words)  # "la la la" is one word.
    found = Counter({language: len(spoken & known) for language, known in WORDS.items()})
    for letter in set(text) & _LETTERS.keys():
        found[_LETTERS[letter]] += 1
    language, most = found.most_common(1)[0]
    evidence = len((spoken & WORDS[language]) - ENGLISH) + any(_LETTERS.get(letter) == language for letter in text)
    is_foreign = evidence >= 2 and most > len(spoken & ENGLISH) and most * 3 >= len(spoken)
    return language if is_foreign else None
