"""Finds the facts in a customer's words: rivals, places, sums, features and times. It must not say what they mean.

It must rather find nothing than something wrong: what is found is stored, shown to staff and said back.
"""

from __future__ import annotations

from itertools import chain

from spacy.tokens import Doc

from bot.reasons.named.competitors import find_competitors
from bot.reasons.named.features import find_features
from bot.reasons.named.names import list_names
from bot.reasons.named.places import find_places
from bot.retention.amounts import find_amounts
from bot.retention.facts import Fact, drop_overlaps
from bot.retention.times import find_times

_STRAIGHT = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u00a0": " ", "\u202f": " "})


def straighten(text: str) -> str:
    """Return a text with plain apostrophes and spaces, in which every character stays where it was."""
    return text.translate(_STRAIGHT).encode("utf-8", "replace").decode("utf-8")  # Half a pair is no character.


def find_facts(doc: Doc, company: str = "") -> tuple[Fact, ...]:
    """Return the facts in a parsed document, in the order in which they stand there. `company` is the one that is
    being left: its own name is no rival's."""
    names = list_names(doc)
    return drop_overlaps(
        chain(
            find_amounts(doc.text),
            find_competitors(names, doc.text, company),
            find_places(names),
            find_times(doc.text),
            find_features(doc),
        )
    )


def find_names(doc: Doc) -> tuple[str, ...]:
    """Return what spaCy takes for names of places and organisations in a document."""
    return tuple(entity.text for entity in doc.ents if entity.label_ in ("GPE", "LOC", "ORG"))
