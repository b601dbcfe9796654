"""Measures how well facts are found, kind by kind. It must not find any itself, nor print."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import FarewellError
from bot.retention.facts import Fact, FactKind

SURENESS = 1.96
"""Standard errors to either side: an interval that holds the true share 95 times of 100."""


class FactsUnreadable(FarewellError):
    """The facts of a labelled verbatim are not what they should be; the message says which and why."""


@dataclass(frozen=True)
class GoldFact:
    """A fact that a careful reader finds in a text; `spans` are all places where its words stand."""

    kind: FactKind
    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Share:
    """So many of so many, with the 95 % interval of Wilson; without any it may be anything."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        square = SURENESS**2
        centre = (self.hits + square / 2) / (self.total + square)
        spread = self.hits * (self.total - self.hits) / self.total + square / 4
        width = SURENESS * math.sqrt(spread) / (self.total + square)
        return max(0.0, centre - width), min(1.0, centre + width)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain numbers."""
        return {"value": self.value, "interval": list(self.interval), "hits": self.hits, "total": self.total}


@dataclass(frozen=True)
class KindQuality:
    """How many of the facts found are right, and how many of those that are there were found."""

    precision: Share
    recall: Share

    def to_json(self) -> dict[str, Any]:
        """Return it as plain numbers."""
        return {"precision": self.precision.to_json(), "recall": self.recall.to_json()}


@dataclass(frozen=True)
class Mistake:
    """One thing found that is not there (`missed` False), or one that is there and was not found."""

    text: str
    kind: FactKind
    words: str
    missed: bool


@dataclass(frozen=True)
class FactQuality:
    """How well facts are found: each kind by itself, and all together."""

    kinds: Mapping[FactKind, KindQuality]
    overall: KindQuality
    mistakes: tuple[Mistake, ...] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain numbers, without anybody's words."""
        return {
            "overall": self.overall.to_json(),
            "kinds": {kind.value: quality.to_json() for kind, quality in self.kinds.items()},
        }


def read_gold(text: str, facts: Sequence[Mapping[str, str]]) -> tuple[GoldFact, ...]:
    """Return the facts written beside a text: `kind`, and `text` as it stands there.

    Raises:
        FactsUnreadable: a kind is not known, or the words do not stand in the text.
    """
    gold = []
    for fact in facts:
        kind, words = fact.get("kind", ""), fact.get("text", "")
        if kind not in set(FactKind):
            raise FactsUnreadable(f"“{kind}” is no kind of fact; they are {', '.join(FactKind)}.")
        spans = tuple(_find_spans(text, words))
        if not spans:
            raise FactsUnreadable(f"“{words}” does not stand in the text “{text[:60]}…”.")
        gold.append(GoldFact(FactKind(kind), words, spans))
    return tuple(gold)


def measure_facts(
    texts: Sequence[str], gold: Sequence[Sequence[GoldFact]], found: Sequence[Sequence[Fact]]
) -> FactQuality:
    """Compare facts found in texts with those that are there: the same kind, and at least one character in common."""
    right = dict.fromkeys(FactKind, 0)
    reached = dict.fromkeys(FactKind, 0)
    mistakes: list[Mistake] = []
    for text, there, ours in zip(texts, gold, found, strict=True):
        for fact in ours:
            is_right = any(_agree(truth, fact) for truth in there)
            right[fact.kind] += is_right
            if not is_right:
                mistakes.append(Mistake(text, fact.kind, fact.text, missed=False))
        for truth in there:
            is_reached = any(_agree(truth, fact) for fact in ours)
            reached[truth.kind] += is_reached
            if not is_reached:
                mistakes.append(Mistake(text, truth.kind, truth.text, missed=True))
    named = {kind: sum(fact.kind is kind for facts in found for fact in facts) for kind in FactKind}
    there_are = {kind: sum(fact.kind is kind for facts in gold for fact in facts) for kind in FactKind}
    kinds = {
        kind: KindQuality(Share(right[kind], named[kind]), Share(reached[kind], there_are[kind])) for kind in FactKind
    }
    overall = KindQuality(
        Share(sum(right.values()), sum(named.values())), Share(sum(reached.values()), sum(there_are.values()))
    )
    return FactQuality(kinds, overall, tuple(mistakes))


def _find_spans(text: str, words: str) -> Iterator[tuple[int, int]]:
    start = text.find(words) if words else -1
    while start >= 0:
        yield start, start + len(words)
        start = text.find(words, start + 1)


def _agree(truth: GoldFact, fact: Fact) -> bool:
    return truth.kind is fact.kind and any(fact.start < end and start < fact.end for start, end in truth.spans)
