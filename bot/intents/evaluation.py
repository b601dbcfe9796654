"""Measures what the bot takes messages for against what they mean; it must not change or print either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from bot.intents.examples import Example
from bot.intents.meanings import Judgement, Meaning

DECIMALS = 4
_BINS = 10
# Of a normal distribution, for 95 of 100.
_WIDTH = 1.96


class Share(NamedTuple):
    """How many of how many, with Wilson's interval at 95 %."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share itself, from 0 to 1; 0 where there is nothing to take it of."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share would lie 95 times of 100, were other texts of the same kind chosen."""
        if not self.whole:
            return 0.0, 1.0
        square = _WIDTH**2
        middle = self.value + square / (2 * self.whole)
        spread = _WIDTH * sqrt(self.value * (1 - self.value) / self.whole + square / (4 * self.whole**2))
        scale = 1 + square / self.whole
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    def to_json(self) -> dict[str, Any]:
        """Return the share, its counts and its interval."""
        low, high = self.interval
        return {
            "value": round(self.value, DECIMALS),
            "part": self.part,
            "whole": self.whole,
            "interval": [round(low, DECIMALS), round(high, DECIMALS)],
        }


@dataclass(frozen=True)
class MeaningQuality:
    """How well one meaning is understood."""

    precision: Share
    recall: Share

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.precision.value + self.recall.value
        return 2 * self.precision.value * self.recall.value / total if total else 0.0


@dataclass(frozen=True)
class Mistake:
    """A message that was taken for something else."""

    text: str
    meant: Meaning
    taken_for: Meaning
    confidence: float


@dataclass(frozen=True)
class Quality:
    """How well messages are understood. A meaning that a careful reader would allow counts as right."""

    in_scope_accuracy: Share
    out_of_scope_recall: Share
    out_of_scope_precision: Share
    calibration_error: float
    """How far sureness and being right are apart, over ten bins of equal count."""
    meanings: dict[Meaning, MeaningQuality]
    confusion: dict[tuple[Meaning, Meaning], int]
    """How often what was meant (first) was taken for what (second)."""
    mistakes: list[Mistake]
    """The surest first."""

    def to_json(self) -> dict[str, Any]:
        """Return everything as it is printed and stored."""
        return {
            "in_scope_accuracy": self.in_scope_accuracy.to_json(),
            "out_of_scope_recall": self.out_of_scope_recall.to_json(),
            "out_of_scope_precision": self.out_of_scope_precision.to_json(),
            "calibration_error": round(self.calibration_error, DECIMALS),
            "intents": {
                meaning.value: {
                    "precision": quality.precision.to_json(),
                    "recall": quality.recall.to_json(),
                    "f1": round(quality.f1, DECIMALS),
                }
                for meaning, quality in self.meanings.items()
            },
            "confusion": [
                {"meant": meant.value, "taken_for": taken.value, "texts": count}
                for (meant, taken), count in self.confusion.items()
            ],
            "mistakes": [
                {
                    "text": mistake.text,
                    "meant": mistake.meant.value,
                    "taken_for": mistake.taken_for.value,
                    "confidence": round(mistake.confidence, DECIMALS),
                }
                for mistake in self.mistakes
            ],
        }


@dataclass(frozen=True)
class OptOutQuality:
    """How well "never write to me again" is heard, and nothing else taken for it."""

    recall: Share
    false_alarms: Share
    missed: list[str]
    alarming: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return both shares and the texts that went wrong."""
        return {
            "recall": self.recall.to_json(),
            "false_alarms": self.false_alarms.to_json(),
            "missed": self.missed,
            "alarming": self.alarming,
        }


def measure(examples: Sequence[Example], judged: Sequence[Judgement]) -> Quality:
    """Compare each message's meaning with what it was taken for."""
    pairs = [
        (judgement.meaning if judgement.meaning in example.allowed else example.meaning, judgement.meaning)
        for example, judgement in zip(examples, judged, strict=True)
    ]
    meant, taken = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    right = Counter(first for first, second in pairs if first is second)
    # Of the messages that were written to be in scope or out of it, whatever else would be allowed.
    inside = [example.meaning is not Meaning.OUT_OF_SCOPE for example in examples]
    hits = [first is second for first, second in pairs]
    mistakes = [
        Mistake(example.text, example.meaning, judgement.meaning, judgement.confidence)
        for example, judgement, hit in zip(examples, judged, hits, strict=True)
        if not hit
    ]
    return Quality(
        in_scope_accuracy=Share(sum(hit for hit, scope in zip(hits, inside, strict=True) if scope), sum(inside)),
        out_of_scope_recall=Share(
            sum(hit for hit, scope in zip(hits, inside, strict=True) if not scope), len(inside) - sum(inside)
        ),
        out_of_scope_precision=Share(right[Meaning.OUT_OF_SCOPE], taken[Meaning.OUT_OF_SCOPE]),
        calibration_error=_measure_calibration([judgement.confidence for judgement in judged], hits),
        meanings={
            meaning: MeaningQuality(Share(right[meaning], taken[meaning]), Share(right[meaning], meant[meaning]))
            for meaning in Meaning
        },
        confusion=dict(Counter(pairs).most_common()),
        mistakes=sorted(mistakes, key=lambda mistake: -mistake.confidence),
    )


def measure_opt_out(said: Sequence[tuple[str, Judgement]], not_said: Sequence[tuple[str, Judgement]]) -> OptOutQuality:
    """Count in which messages the opt-out was heard, of those that say it and of those that do not."""
    missed = [text for text, judgement in said if judgement.meaning is not Meaning.STOP_CONTACT]
    alarming = [text for text, judgement in not_said if judgement.meaning is Meaning.STOP_CONTACT]
    return OptOutQuality(
        Share(len(said) - len(missed), len(said)), Share(len(alarming), len(not_said)), missed, alarming
    )


def _measure_calibration(confidences: Sequence[float], hits: Sequence[bool]) -> float:
    if not confidences:
        return 0.0
    sure, right = np.array(confidences), np.array(hits, dtype=float)
    bins = [part for part in np.array_split(np.argsort(sure, kind="stable"), _BINS) if len(part)]
    return float(sum(len(part) * abs(sure[part].mean() - right[part].mean()) for part in bins) / len(sure))
