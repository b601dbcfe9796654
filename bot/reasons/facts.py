"""Names the places, organisations, sums and times in a customer's words; it must not say what they mean to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from spacy.tokens import Doc


class FactKind(StrEnum):
    """What a fact is about."""

    PLACE = "place"
    ORGANISATION = "organisation"
    MONEY = "money"
    TIME = "time"


_KINDS = {
    "GPE": FactKind.PLACE,
    "LOC": FactKind.PLACE,
    "ORG": FactKind.ORGANISATION,
    "MONEY": FactKind.MONEY,
    "DATE": FactKind.TIME,
    "TIME": FactKind.TIME,
}


@dataclass(frozen=True)
class Fact:
    """A named thing, in the customer's own words, and where in the text it stands."""

    kind: FactKind
    text: str
    start: int
    """Characters from the beginning of the text."""
    end: int


def find_facts(doc: Doc) -> tuple[Fact, ...]:
    """Return the named things of a document in the order in which they stand there."""
    return tuple(
        Fact(_KINDS[entity.label_], entity.text, entity.start_char, entity.end_char)
        for entity in doc.ents
        if entity.label_ in _KINDS
    )
