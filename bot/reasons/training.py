"""Learns from labelled verbatims to score reasons; it must not read from or write to disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from bot.errors import FarewellError
from bot.reasons.decision import decide
from bot.reasons.evaluation import Quality, measure
from bot.reasons.features import TextFeatures
from bot.reasons.model import LinearScores, Numbers, ReasonModel
from bot.reasons.thresholds import choose_thresholds
from bot.reasons.verbatims import Truth, Verbatim, mark
from bot.reasons.wording import clean
from bot.retention.reasons import Reason
from encoder import Encoder

FOLDS = 5
SEED = 7
STRENGTH = 3.0
"""How far the training data may pull the weights (scikit-learn's C)."""
FEWEST = 2 * FOLDS
NEVER = -7.0
"""The bias of a reason that nothing speaks for: a score of one in a thousand."""

Step = Callable[[str, int, int], None]
"""Is told what is being done, how many parts are done, and of how many."""


class TooFewVerbatims(FarewellError):
    """There are too few labelled verbatims to learn from."""


@dataclass(frozen=True)
class Training:
    """A trained model, and how good it was on verbatims that it had not seen."""

    model: ReasonModel
    cross_validated: Quality


def train(verbatims: Sequence[Verbatim], encoder: Encoder, tell: Step = lambda *_: None) -> Training:
    """Train a model on verbatims, the same one for the same verbatims and encoder.

    Raises:
        TooFewVerbatims: a reason has fewer than ten verbatims.
    """
    truth = mark(verbatims)
    _require_enough(truth)
    texts = [clean(verbatim.text) for verbatim in verbatims]
    vectors = _encode(texts, encoder, tell)
    scores, folds = _score_unseen(texts, vectors, truth, tell)
    tell("Training", 0, 1)
    model = replace(_fit(texts, vectors, truth), thresholds=choose_thresholds(scores, truth))
    tell("Training", 1, 1)
    return Training(model, _measure_unseen(verbatims, scores, truth, folds))


def _require_enough(truth: Truth) -> None:
    scarce = [f"{reason} ({count})" for reason, count in zip(Reason, truth.sum(axis=0), strict=True) if count < FEWEST]
    if scarce:
        raise TooFewVerbatims(f"Every reason needs {FEWEST} verbatims or more to learn from: {', '.join(scarce)}.")


def _encode(texts: Sequence[str], encoder: Encoder, tell: Step) -> npt.NDArray[np.float32]:
    rows = []
    for number, text in enumerate(texts):
        tell("Reading verbatims", number, len(texts))
        rows.append(encoder.encode([text])[0])
    tell("Reading verbatims", len(texts), len(texts))
    return np.stack(rows)


def _score_unseen(
    texts: Sequence[str], vectors: npt.NDArray[np.float32], truth: Truth, tell: Step
) -> tuple[Numbers, npt.NDArray[np.int_]]:
    """Score every verbatim by a model that was trained without it, and say in which fold it was."""
    scores = np.zeros(truth.shape)
    folds = np.zeros(len(texts), dtype=np.int_)
    for fold, (seen, unseen) in enumerate(KFold(FOLDS, shuffle=True, random_state=SEED).split(texts)):
        tell("Cross-validating", fold, FOLDS)
        model = _fit([texts[row] for row in seen], vectors[seen], truth[seen])
        scores[unseen] = model.score([texts[row] for row in unseen], vectors[unseen])
        folds[unseen] = fold
    tell("Cross-validating", FOLDS, FOLDS)
    return scores, folds


def _measure_unseen(
    verbatims: Sequence[Verbatim], scores: Numbers, truth: Truth, folds: npt.NDArray[np.int_]
) -> Quality:
    # Thresholds come from the other folds, so that no verbatim is judged by one that it helped to choose.
    thresholds = [choose_thresholds(scores[folds != fold], truth[folds != fold]) for fold in range(FOLDS)]
    predicted = [decide(_named(row), _named(thresholds[fold])).reasons for row, fold in zip(scores, folds, strict=True)]
    return measure([verbatim.labels for verbatim in verbatims], predicted, [verbatim.allowed for verbatim in verbatims])


def _named(row: Numbers) -> dict[Reason, float]:
    return dict(zip(Reason, row.tolist(), strict=True))


def _fit(texts: Sequence[str], vectors: npt.NDArray[np.float32], truth: Truth) -> ReasonModel:
    features = TextFeatures.fit(texts)
    return ReasonModel(
        features,
        _fit_linear(features.transform(texts), truth),
        _fit_linear(vectors.astype(np.float64), truth),
        thresholds=np.full(len(Reason), 0.5),
    )


def _fit_linear(features: Any, truth: Truth) -> LinearScores:
    weights, biases = zip(*(_fit_reason(features, column) for column in truth.T), strict=True)
    return LinearScores(np.stack(weights, axis=1), np.array(biases))


def _fit_reason(features: Any, applies: npt.NDArray[np.bool_]) -> tuple[Numbers, float]:
    if not applies.any():  # In a fold a rare reason may have no example: then nothing speaks for it.
        return np.zeros(features.shape[1]), NEVER
    regression = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=SEED)
    regression.fit(features, applies)
    return regression.coef_[0], float(regression.intercept_[0])
