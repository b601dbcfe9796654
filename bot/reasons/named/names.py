"""Finds what is written like a name, and says what speaks for a place or for a company. It decides on neither."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokens import Doc

from bot.reasons.named.lexicon import AMBIGUOUS, BRANDS, NO_NAMES, PLACES

_CONNECTORS = frozenset(["of", "de", "upon", "on", "la", "le", "am", "under", "&", "and", "del", "di"])
_SHOUTED = 0.7
"""Of a text with so many capitals among its letters, capitals say nothing."""
_CLAUSE_END = re.compile(r"[.!?;:\n()]+(?:\s|$)|\n|[\"“”]| - | – |—|\.\.+")
_LONGEST = 4


@dataclass(frozen=True)
class Name:
    """A name in a text with the clause around it. `is_place` and `is_brand`: it is known as one. `label`: what spaCy
    takes it for, empty where for nothing. `first`: it begins a sentence, where a capital says little."""

    text: str
    start: int
    end: int
    before: str
    after: str
    label: str = ""
    first: bool = False

    @property
    def key(self) -> str:
        return self.text.casefold()

    @property
    def is_place(self) -> bool:
        return self.key in PLACES

    @property
    def is_brand(self) -> bool:
        return self.key in BRANDS

    @property
    def is_written_small(self) -> bool:
        return self.text.islower()


def list_names(doc: Doc) -> list[Name]:
    """Return what may be names in a text: what has a capital, and what is known though it has none."""
    text = doc.text
    ends = [0, *(match.end() for match in _CLAUSE_END.finditer(text)), len(text)]
    names = []
    for start, end in _find_spans(doc):
        begin = max(position for position in ends if position <= start)
        finish = min((match.start() for match in _CLAUSE_END.finditer(text, end)), default=len(text))
        span = doc.char_span(start, end, alignment_mode="expand")
        label = next((ent.label_ for ent in doc.ents if ent.start_char < end and start < ent.end_char), "")
        names.append(
            Name(
                text[start:end],
                start,
                end,
                text[begin:start],
                text[end:finish],
                label,
                first=not text[begin:start].strip(" \"'“”*-,") or bool(span and span[0].is_sent_start),
            )
        )
    return names


def is_shouted(text: str) -> bool:
    """Tell whether capitals say nothing in a text."""
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and sum(map(str.isupper, letters)) > _SHOUTED * len(letters)


def _find_spans(doc: Doc) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    shouted = is_shouted(doc.text)
    index = 0
    while index < len(doc):
        length = _known_length(doc, index, any_case=True)
        if not length and not shouted:
            length = _capital_length(doc, index)
        if length:
            last = doc[index + length - 1]
            spans.append((doc[index].idx, last.idx + len(last)))
        index += max(1, length)
    return spans


def _known_length(doc: Doc, index: int, *, any_case: bool) -> int:
    for length in range(min(_LONGEST, len(doc) - index), 0, -1):
        words = doc[index : index + length].text
        key = words.casefold()
        if (key in PLACES or key in BRANDS) and (not words.islower() or (any_case and key not in AMBIGUOUS)):
            # "Octopus" is known, "Octopus Energy" may go on.
            more = _capital_length(doc, index)
            return max(length, more)
    return 0


def _capital_length(doc: Doc, index: int) -> int:
    length = last = 0
    while index + length < len(doc) and length < 2 * _LONGEST:
        token = doc[index + length]
        if _is_capital(token.text) and token.lower_ not in NO_NAMES:
            last = length + 1
        elif not last or token.lower_ not in _CONNECTORS:
            break
        if not token.whitespace_ and not (index + length + 1 < len(doc) and doc[index + length + 1].text in "&-'"):
            length += 1
            break
        length += 1
    return last


def _is_capital(word: str) -> bool:
    return word[0].isupper() or (word[0].isdigit() and any(map(str.isupper, word)))
