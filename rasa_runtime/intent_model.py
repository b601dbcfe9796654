"""Tells intents apart by a sentence's vector, its words and its letters, and how sure that is.

It must stay free of Rasa, so that it can be measured by itself, and must never guess below its own operating point.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

OUT_OF_SCOPE = "out_of_scope"

#: How much the sentence's meaning weighs beside its words, whose features have length 1 each.
MEANING = 2.0
#: The classifier's penalty, as scikit-learn counts it: higher is weaker.
PENALTY = 0.5
#: 0 counts every example alike, 1 every intent; between them rare intents are heard, and frequent ones stay likely.
BALANCE = 0.5
FOLDS = 3
FEWEST_INTENTS = 3
SEED = 20261122
#: What the operating point may cost: this share of the messages in scope, against always taking the likeliest intent.
MOST_COST = 0.005
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(17))
#: Characters of a message that are read for words and letters; the encoder reads about as many.
LONGEST = 500
WORD = r"(?u)\b\w+\b|[?!]"

_APOSTROPHES = re.compile("['’‘`´]")
_TEMPERATURES = np.geomspace(0.5, 20, 60)


class TooFewExamples(ValueError):
    """What was given for training is not enough to measure anything on."""


@dataclass(frozen=True)
class OperatingPoint:
    """What a threshold gives in cross-validation; each share is from 0 to 1."""

    threshold: float
    in_scope_accuracy: float
    """The mean over the intents in scope, of messages that are taken for what they are."""
    out_of_scope_recall: float
    """The share of messages out of scope that are taken for such, or not understood, which comes to the same."""


@dataclass(frozen=True)
class Calibration:
    """What cross-validation found: how sharp the scores must be made, and where to stop guessing."""

    sharpness: float
    threshold: float
    calibration_error: float
    points: tuple[OperatingPoint, ...]


class IntentModel:
    """A trained classifier: one linear separation an intent, made into probabilities by one measured number."""

    def __init__(
        self,
        vectorizers: list[TfidfVectorizer],
        weights: Any,
        biases: Any,
        intents: list[str],
        calibration: Calibration,
    ) -> None:
        self._vectorizers = vectorizers
        self._weights = weights
        self._biases = biases
        self.intents = intents
        self.calibration = calibration

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Any, intents: Sequence[str]) -> IntentModel:
        """Train on texts with their unit vectors; the operating point comes from cross-validation over the same.

        Raises `TooFewExamples` where an intent has fewer examples than there are folds, or there are not three intents.
        """
        labels = np.array(intents)
        counts = Counter(intents)
        if len(counts) < FEWEST_INTENTS or min(counts.values()) < FOLDS:
            rare = sorted(intent for intent, count in counts.items() if count < FOLDS)
            raise TooFewExamples(
                f"{FEWEST_INTENTS} intents with {FOLDS} examples each are needed in data/nlu; too few for: {rare}."
            )
        calibration = _calibrate(texts, vectors, labels)
        vectorizers, separator = _separate(texts, vectors, labels)
        weights = separator.coef_.astype(np.float32)
        return cls(vectorizers, weights, separator.intercept_, list(separator.classes_), calibration)

    def rank(self, text: str, vector: Any) -> list[tuple[str, float]]:
        """Return every intent with its probability, likeliest first; all alike where there are no words to go by."""
        if not np.any(vector):
            return [(intent, 1 / len(self.intents)) for intent in self.intents]
        row = _featurise(self._vectorizers, [text], np.asarray(vector).reshape(1, -1))
        scores = (row @ self._weights.T)[0] + self._biases
        probabilities = _sharpen(scores[None, :], self.calibration.sharpness)[0]
        order = np.argsort(-probabilities)
        return [(self.intents[at], float(probabilities[at])) for at in order]

    def write(self, directory: Path) -> None:
        """Write the model as plain numbers and JSON, which run nothing when they are read."""
        np.savez(
            directory / "weights.npz",
            weights=self._weights,
            biases=self._biases,
            **{f"idf_{at}": vectorizer.idf_ for at, vectorizer in enumerate(self._vectorizers)},
        )
        calibration = {**self.calibration.__dict__, "points": [point.__dict__ for point in self.calibration.points]}
        terms = [
            {term: int(column) for term, column in vectorizer.vocabulary_.items()} for vectorizer in self._vectorizers
        ]
        content = {"intents": self.intents, "calibration": calibration, "terms": terms}
        (directory / "model.json").write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def read(cls, directory: Path) -> IntentModel:
        """Read what `write` wrote."""
        content = json.loads((directory / "model.json").read_text(encoding="utf-8"))
        with np.load(directory / "weights.npz", allow_pickle=False) as arrays:
            vectorizers = _make_vectorizers()
            for at, (vectorizer, terms) in enumerate(zip(vectorizers, content["terms"], strict=True)):
                vectorizer.vocabulary = terms
                vectorizer.idf_ = arrays[f"idf_{at}"]
            weights, biases = arrays["weights"], arrays["biases"]
        found = content["calibration"]
        points = tuple(OperatingPoint(**point) for point in found.pop("points"))
        return cls(vectorizers, weights, biases, content["intents"], Calibration(**found, points=points))


def _make_vectorizers() -> list[TfidfVectorizer]:
    return [
        TfidfVectorizer(
            preprocessor=prepare, analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, dtype=np.float32
        ),
        TfidfVectorizer(
            preprocessor=prepare,
            token_pattern=WORD,
            ngram_range=(1, 2),
            sublinear_tf=True,
            dtype=np.float32,
        ),
    ]


def prepare(text: str) -> str:
    """Return the text as its words and letters are compared: its beginning, in lower case, without apostrophes."""
    return _APOSTROPHES.sub("", text[:LONGEST].lower())


def _featurise(vectorizers: list[TfidfVectorizer], texts: Sequence[str], vectors: Any) -> Any:
    parts = [vectorizer.transform(texts) for vectorizer in vectorizers]
    return scipy.sparse.hstack([*parts, scipy.sparse.csr_matrix(MEANING * vectors)], format="csr")


def _separate(texts: Sequence[str], vectors: Any, labels: Any) -> tuple[list[TfidfVectorizer], LinearSVC]:
    vectorizers = [vectorizer.fit(texts) for vectorizer in _make_vectorizers()]
    counts = Counter(labels.tolist())
    typical = float(np.median(list(counts.values())))
    weights = np.array([(typical / counts[label]) ** BALANCE for label in labels.tolist()])
    separator = LinearSVC(C=PENALTY, random_state=SEED)
    separator.fit(_featurise(vectorizers, texts, vectors), labels, sample_weight=weights)
    return vectorizers, separator


def _calibrate(texts: Sequence[str], vectors: Any, labels: Any) -> Calibration:
    intents = np.unique(labels)
    scores = np.zeros((len(labels), len(intents)))
    listed = np.array(texts, dtype=object)
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(vectors, labels):
        vectorizers, separator = _separate(listed[seen], vectors[seen], labels[seen])
        rows = _featurise(vectorizers, listed[unseen], vectors[unseen])
        scores[unseen] = rows @ separator.coef_.T + separator.intercept_
    right = np.searchsorted(intents, labels)
    every = np.arange(len(labels))
    losses = [-np.log(_sharpen(scores, value)[every, right] + 1e-12).mean() for value in _TEMPERATURES]
    sharpness = float(_TEMPERATURES[int(np.argmin(losses))])
    probabilities = _sharpen(scores, sharpness)
    best, sure = intents[probabilities.argmax(axis=1)], probabilities.max(axis=1)
    points = tuple(_measure(labels, best, sure, threshold) for threshold in THRESHOLDS)
    affordable = [point for point in points if point.in_scope_accuracy >= points[0].in_scope_accuracy - MOST_COST]
    bins = np.array_split(np.argsort(sure), 10)
    error = float(np.mean([abs(sure[part].mean() - (best == labels)[part].mean()) for part in bins]))
    return Calibration(sharpness, affordable[-1].threshold, error, points)


def _measure(labels: Any, best: Any, sure: Any, threshold: float) -> OperatingPoint:
    answered = np.where(sure < threshold, OUT_OF_SCOPE, best)
    in_scope = [(answered == labels)[labels == intent].mean() for intent in np.unique(labels) if intent != OUT_OF_SCOPE]
    outside = labels == OUT_OF_SCOPE
    recall = float((answered == OUT_OF_SCOPE)[outside].mean()) if outside.any() else 1.0
    return OperatingPoint(threshold, float(np.mean(in_scope)), recall)


def _sharpen(scores: Any, sharpness: float) -> Any:
    raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    return raised / raised.sum(axis=1, keepdims=True)
