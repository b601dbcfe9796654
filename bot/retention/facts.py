"""The facts a customer may name beside their reason, and to which of the reasons each of them belongs.

It must not read any text: what is found in one is found elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.retention.reasons import Reason


class FactKind(StrEnum):
    """What a fact is about. A stored kind is never renamed."""

    COMPETITOR = "competitor"
    PLACE = "place"
    AMOUNT = "amount"
    FEATURE = "feature"
    TIME = "time"


@dataclass(frozen=True)
class Fact:
    """Something a customer named, in their own words, and where in the text it stands."""

    kind: FactKind
    text: str
    start: int
    """Characters from the beginning of the text."""
    end: int
    value: int | None = None
    """Of an amount: in minor units of its currency, in hundredths where no currency was said."""
    currency: str | None = None
    """Of an amount: ISO 4217, where it was said."""


_BELONGS = {
    FactKind.COMPETITOR: (Reason.COMPETITOR, Reason.PRICE),
    FactKind.PLACE: (Reason.RELOCATION, Reason.MISSING_FEATURES),
    FactKind.AMOUNT: (Reason.PRICE, Reason.BILLING_ACCOUNT, Reason.TRUST_PRIVACY, Reason.COMPETITOR),
    FactKind.FEATURE: (
        Reason.MISSING_FEATURES,
        Reason.TECHNICAL_RELIABILITY,
        Reason.PRODUCT_QUALITY,
        Reason.DELIVERY_FULFILMENT,
        Reason.POOR_FIT_EXPECTATIONS,
    ),
    FactKind.TIME: (),
}
"""Besides, everything may belong to the leading reason, and a time belongs to nothing else."""
LONGEST_KEY = 120
"""Characters of a key; longer names are looked for by their beginning."""
_WORD = re.compile(r"[^\W_]+")
_JOINING = frozenset(("and", "at", "by", "for", "from", "in", "of", "on", "to", "with"))
_LITTLE = frozenset(("a", "an", "any", "my", "our", "some", "the", "their", "this", "that", "these", "those", "your"))


def choose_reason(kind: FactKind, reasons: Sequence[Reason]) -> Reason | None:
    """Return the one of the reasons (the leading one first) to which a fact of this kind belongs; None without any."""
    fitting = [reason for reason in reasons if reason in _BELONGS[kind]]
    return next(iter(fitting or reasons), None)


def make_key(text: str) -> str:
    """Return what stays the same however somebody writes a name: "The Evening Classes" and "evening class" agree."""
    words = [word for word in _WORD.findall(text.casefold()) if word not in _LITTLE]
    return " ".join(map(_singular, words))[:LONGEST_KEY]


def covers(named: str, sought: str) -> bool:
    """Tell whether all that is sought was named, by their keys: who named an "offline mode for the app" named the
    offline mode, and who named a "dark mode" did not, nor who named no more than a mode."""
    words = set(sought.split()) - _JOINING
    return bool(words) and words <= set(named.split())


def drop_overlaps(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return facts in the order of the text, of two in the same place the one that was named first here."""
    kept: list[Fact] = []
    for fact in facts:
        if all(fact.end <= other.start or other.end <= fact.start for other in kept):
            kept.append(fact)
    return tuple(sorted(kept, key=lambda fact: fact.start))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
