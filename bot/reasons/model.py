"""The trained numbers: from a text and its vector to thirteen scores. It must not train, nor read or write files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from bot.reasons.features import Arrays, TextFeatures
from bot.retention.reasons import Reason

Numbers = npt.NDArray[np.float64]

WORDS = 0.3
"""How much the words of a text count beside its meaning; docs/decisions says what other shares gave."""
TINY = 1e-4


@dataclass(frozen=True)
class LinearScores:
    """A logistic regression for each reason over the same features."""

    weights: Numbers
    """A row for each feature, a column for each reason: so laid out, a text costs only the words it has."""
    biases: Numbers

    def probabilities(self, features: Any) -> Numbers:
        """Return a row for each row of features (dense or sparse) and a column for each reason."""
        return np.asarray(1 / (1 + np.exp(-(features @ self.weights + self.biases))), dtype=np.float64)


@dataclass(frozen=True)
class Certainty:
    """Turns a score into how likely its reason is, keeping the order of scores (Platt 1999, with one slope for all)."""

    slope: float = 1.0
    shift: float = 0.0

    def of(self, scores: Numbers) -> Numbers:
        """Return probabilities for scores between 0 and 1."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * log_odds(scores) + self.shift))), dtype=np.float64)


def log_odds(scores: Numbers) -> Numbers:
    """Return the logarithm of the odds of scores, which are first kept away from 0 and 1."""
    kept = np.clip(scores, TINY, 1 - TINY)
    return np.asarray(np.log(kept / (1 - kept)), dtype=np.float64)


@dataclass(frozen=True)
class ReasonModel:
    """Two views of a text, what it means and which words it uses, put together; and a threshold for each reason."""

    features: TextFeatures
    by_words: LinearScores
    by_meaning: LinearScores
    certainty: Certainty
    thresholds: Numbers

    def score(self, texts: Sequence[str], vectors: npt.NDArray[np.float32]) -> Numbers:
        """Return a row of thirteen scores from 0 to 1 for each text, given the encoder's vectors of the same texts."""
        by_words = self.by_words.probabilities(self.features.transform(texts))
        by_meaning = self.by_meaning.probabilities(vectors.astype(np.float64))
        together = WORDS * log_odds(by_words) + (1 - WORDS) * log_odds(by_meaning)
        return self.certainty.of(np.asarray(1 / (1 + np.exp(-together))))

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all of it as named arrays, none of which holds Python objects."""
        return {
            "labels": np.array([reason.value for reason in Reason], dtype=np.str_),
            "thresholds": self.thresholds,
            "certainty": np.array([self.certainty.slope, self.certainty.shift]),
            "word_weights": self.by_words.weights,
            "word_biases": self.by_words.biases,
            "meaning_weights": self.by_meaning.weights,
            "meaning_biases": self.by_meaning.biases,
            **self.features.to_arrays(),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Restore what `to_arrays` gave; raises `KeyError` or `ValueError` where it is something else."""
        if arrays["labels"].tolist() != [reason.value for reason in Reason]:
            raise ValueError("its reasons are not the reasons of this version")
        return cls(
            TextFeatures.from_arrays(arrays),
            LinearScores(arrays["word_weights"], arrays["word_biases"]),
            LinearScores(arrays["meaning_weights"], arrays["meaning_biases"]),
            Certainty(*arrays["certainty"].tolist()),
            arrays["thresholds"],
        )
