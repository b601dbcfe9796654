"""Chooses a part of many examples that is mixed as the whole is; it must choose the same part every time."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

_SEED = "understanding"

Item = TypeVar("Item")


def choose_subset(
    items: Sequence[Item], most: int, stratum: Callable[[Item], Hashable], name: Callable[[Item], str]
) -> list[Item]:
    """Return at most so many items in their order, each stratum with its share to within one item.

    Which of a stratum are chosen depends on their names alone, so that new examples elsewhere change little.
    """
    if len(items) <= most:
        return list(items)
    strata: dict[Hashable, list[int]] = defaultdict(list)
    for position, item in enumerate(items):
        strata[stratum(item)].append(position)
    shares = {key: most * len(members) / len(items) for key, members in strata.items()}
    counts = {key: math.floor(share) for key, share in shares.items()}
    by_remainder = sorted(shares, key=lambda key: (counts[key] - shares[key], str(key)))
    for key in by_remainder[: most - sum(counts.values())]:
        counts[key] += 1
    chosen: list[int] = []
    for key, members in strata.items():
        chosen += sorted(members, key=lambda position: _draw(name(items[position])))[: counts[key]]
    return [items[position] for position in sorted(chosen)]


def _draw(name: str) -> str:
    return hashlib.sha256(f"{_SEED} {name}".encode()).hexdigest()


def count_words(text: str) -> int:
    """Return how many words a text has, as spaces part them."""
    return len(text.split())
