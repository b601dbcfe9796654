"""Finds the features, parts and services of which customers say that they lack, break or are bad.

It must rather find none than a person, a feeling or a turn of phrase.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc, Span, Token

from bot.reasons.named.complaints import list_heads
from bot.reasons.named.feature_words import (
    BAD,
    BROKEN,
    FEATURES,
    GENERIC,
    NEGATIONS,
    NOTHING,
    OFTEN_GENERIC,
    WHOSE,
)
from bot.retention.facts import Fact, FactKind

_SHORT = 25
"""In so few words a customer speaks of nothing but the reason."""
_LONGEST = 5
"""Words of a feature's name; what is longer is a story."""
_INNER = frozenset({"compound", "amod", "nummod", "nmod", "punct", "case", "poss", "advmod", "npadvmod", "quantmod"})
_INNER_WORDS = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "VERB", "PUNCT", "ADV"})
_NO_FEATURES = frozenset({"PERSON", "DATE", "TIME", "MONEY", "GPE", "NORP", "PERCENT", "CARDINAL", "ORDINAL"})
_WORD = re.compile(r"[^\W\d_]{2,}")


def find_features(doc: Doc) -> list[Fact]:
    """Return the features in a text, which has to be parsed."""
    found: dict[int, Span] = {}
    is_short = sum(not token.is_punct and not token.is_space for token in doc) <= _SHORT
    for head, is_certain in list_heads(doc):
        span = _name(head) if is_certain or is_short or _is_feature(head) else None
        if span is not None:
            found.setdefault(span.start, span)
    return [Fact(FactKind.FEATURE, span.text, span.start_char, span.end_char) for _, span in sorted(found.items())]


def _is_feature(head: Token) -> bool:
    return head.lower_ in FEATURES or head.lemma_.lower() in FEATURES


def _name(head: Token) -> Span | None:
    """Return the words that name what a noun stands for, or None where it names nothing of a company's."""
    if (
        head.pos_ not in ("NOUN", "PROPN")
        or not _WORD.search(head.text)
        or head.lower_ in NOTHING
        or head.lemma_.lower() in NOTHING
        or head.ent_type_ in _NO_FEATURES
    ):
        return None
    owner = next((child for child in head.children if child.dep_ == "poss"), None)
    if owner is not None and (owner.lower_ in WHOSE and head.lemma_.lower() not in OFTEN_GENERIC):
        return None
    start = head.i
    while start > 0 and _belongs(head.doc[start - 1], head):
        start -= 1
    while start < head.i and (
        head.doc[start].lower_ in BAD | BROKEN | GENERIC or head.doc[start].is_punct or head.doc[start].pos_ == "NUM"
    ):
        start += 1
    span = head.doc[start : head.i + 1]
    if len(span) > _LONGEST or (len(span) == 1 and head.lemma_.lower() in OFTEN_GENERIC):
        return None
    if any(not token.is_space and token.text[:1] in '<>{}[]|/@#*"“”' for token in span):
        return None
    return span


def _belongs(token: Token, head: Token) -> bool:
    return (
        (
            ((token.head == head or token.head.head == head) and token.dep_ in _INNER)
            or (token.i == head.i - 1 and (token.pos_ in ("ADJ", "NOUN", "PROPN") or token.lower_ == "offline"))
        )
        and token.pos_ in _INNER_WORDS
        and token.text not in ',;:.()"'
        and token.lower_ not in NEGATIONS
    )
