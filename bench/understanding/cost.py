"""Measures what understanding one text costs, on one thread; kept by the models, as times are never twice the same."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from bench.understanding.kept import KEPT
from bot.reasons.classifier import ReasonClassifier
from bot.reasons.readings import Reading

WORDS = 35
TEXTS = 120
WARM_UP = 10


@dataclass(frozen=True)
class Times:
    """Milliseconds that half of the texts, and 95 of 100, do not exceed."""

    p50: float
    p95: float


@dataclass(frozen=True)
class Costs:
    """What one text costs in milliseconds, and what training took in seconds."""

    reasons: Times
    facts: Times
    intent: Times
    stock_intent: Times


def summarise(seconds: Sequence[float]) -> Times:
    """Return the percentiles, in milliseconds with one decimal."""
    p50, p95 = np.percentile(np.asarray(seconds) * 1000, [50, 95])
    return Times(round(float(p50), 1), round(float(p95), 1))


def measure_costs(
    classifier: ReasonClassifier,
    readings: Sequence[Reading],
    messages: tuple[Sequence[float], Sequence[float]],
    key: str,
) -> Costs:
    """Time the reasons and the facts of texts of 35 words, or take the times measured for the same models before.

    `messages` are the seconds of each message, ours and stock Rasa's, as measured while they were asked.
    """
    kept = KEPT / f"costs-{key}.json"
    if kept.exists():
        found = json.loads(kept.read_text(encoding="utf-8"))
        return Costs(**{name: Times(**times) for name, times in found.items()})
    words = [reading.verbatim.text.split() for reading in readings]
    texts = [" ".join(text[:WORDS]) for text in words if len(text) >= WORDS][:TEXTS]
    costs = Costs(
        reasons=_time(classifier.classify, texts),
        facts=_time(classifier.find_facts, texts),
        intent=summarise(messages[0][WARM_UP:]),
        stock_intent=summarise(messages[1][WARM_UP:]),
    )
    KEPT.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(asdict(costs)), encoding="utf-8")
    return costs


def _time(read: Callable[[str], object], texts: Sequence[str]) -> Times:
    for text in texts[:WARM_UP]:
        read(text)
    seconds = []
    for text in texts:
        began = time.perf_counter()
        read(text)
        seconds.append(time.perf_counter() - began)
    return summarise(seconds)
