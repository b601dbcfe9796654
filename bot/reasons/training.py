"""Learns from labelled verbatims to score reasons; it must not read from or write to disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from bot.errors import FarewellError
from bot.reasons.decision import decide
from bot.reasons.denials import read_causes
from bot.reasons.evaluation import Quality, measure
from bot.reasons.features import TextFeatures
from bot.reasons.model import Certainty, LinearScores, Numbers, ReasonModel, log_odds
from bot.reasons.thresholds import choose_thresholds
from bot.reasons.verbatims import Truth, Verbatim, mark, mark_certain
from bot.retention.reasons import Reason
from encoder import Encoder

FOLDS = 5
SEED = 7
MEANING_STRENGTH, WORDS_STRENGTH = 3.0, 10.0
"""How far the training data may pull the weights (scikit-learn's C)."""
FEWEST = 10
"""Verbatims of a reason without which nothing can be learnt of it."""
NEVER = -7.0
"""The bias of a reason that nothing speaks for: a score of one in a thousand."""

Vectors = npt.NDArray[np.float32]
Step = Callable[[str, int, int], None]
"""Is told what is being done, how many parts are done, and of how many."""


class TooFewVerbatims(FarewellError):
    """There are too few labelled verbatims to learn from."""


@dataclass(frozen=True)
class Training:
    """A trained model, and how good it was on the calibration verbatims, by thresholds chosen on others of them."""

    model: ReasonModel
    calibration: Quality


def train(
    verbatims: Sequence[Verbatim], calibration: Sequence[Verbatim], encoder: Encoder, tell: Step = lambda *_: None
) -> Training:
    """Train a model on verbatims, the same one for the same verbatims and encoder.

    The encoder has seen many of the verbatims itself, so that it looks surer of them than it would be of others: what
    certainty means and where thresholds stand is therefore learnt from `calibration`, which nothing else learns from.

    Raises:
        TooFewVerbatims: a reason has fewer than ten verbatims, or none to calibrate by.
    """
    truth = mark(verbatims)
    _require_enough(truth, FEWEST, "to learn from")
    _require_enough(mark(calibration), 1, "to calibrate by")
    texts = [read_causes(verbatim.text) for verbatim in verbatims]
    vectors = _encode(texts, encoder, "Reading verbatims", tell)
    tell("Training", 0, 1)
    raw = _fit(texts, vectors, truth, mark_certain(verbatims))
    tell("Training", 1, 1)
    kept_texts = [read_causes(verbatim.text) for verbatim in calibration]
    scores = raw.score(kept_texts, _encode(kept_texts, encoder, "Calibrating", tell))
    return _calibrate(raw, scores, calibration)


def _require_enough(truth: Truth, fewest: int, purpose: str) -> None:
    scarce = [f"{reason} ({count})" for reason, count in zip(Reason, truth.sum(axis=0), strict=True) if count < fewest]
    if scarce:
        raise TooFewVerbatims(f"Every reason needs {fewest} verbatims or more {purpose}: {', '.join(scarce)}.")


def _encode(texts: Sequence[str], encoder: Encoder, step: str, tell: Step) -> Vectors:
    # Each text by itself, so that its vector does not depend on how many threads there are.
    rows = []
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for number, row in enumerate(threads.map(lambda text: encoder.encode([text])[0], texts)):
            tell(step, number, len(texts))
            rows.append(row)
    tell(step, len(texts), len(texts))
    return np.stack(rows)


def _calibrate(raw: ReasonModel, scores: Numbers, calibration: Sequence[Verbatim]) -> Training:
    truth, certain = mark(calibration), mark_certain(calibration)
    certainty = fit_certainty(scores, truth, certain)
    sure = certainty.of(scores)
    predicted: list[tuple[Reason, ...]] = [()] * len(calibration)
    for others, part in KFold(FOLDS, shuffle=True, random_state=SEED).split(sure):
        thresholds = _named(choose_thresholds(sure[others], truth[others], certain[others]))
        for row in part:
            predicted[row] = decide(_named(sure[row]), thresholds).reasons
    quality = measure([v.labels for v in calibration], predicted, [v.allowed for v in calibration])
    thresholds_of_all = choose_thresholds(sure, truth, certain)
    return Training(replace(raw, certainty=certainty, thresholds=thresholds_of_all), quality)


def fit_certainty(scores: Numbers, truth: Truth, certain: Truth) -> Certainty:
    """Learn how often the strongest reason of a text is right, from how strong it is."""
    top = scores.argmax(axis=1)
    rows = np.arange(len(scores))
    counts = certain[rows, top]
    right = truth[rows, top][counts]
    if right.all() or not right.any():  # From a handful of texts there may be nothing to learn.
        return Certainty()
    strength = log_odds(scores[rows, top])[counts].reshape(-1, 1)
    regression = LogisticRegression(C=1.0, random_state=SEED).fit(strength, right)
    slope = float(regression.coef_[0, 0])
    return Certainty(slope, float(regression.intercept_[0])) if slope > 0 else Certainty()


def _named(row: Numbers) -> dict[Reason, float]:
    return dict(zip(Reason, row.tolist(), strict=True))


def _fit(texts: Sequence[str], vectors: Vectors, truth: Truth, certain: Truth) -> ReasonModel:
    features = TextFeatures.fit(texts)
    return ReasonModel(
        features,
        _fit_linear(features.transform(texts), truth, certain, WORDS_STRENGTH),
        _fit_linear(vectors.astype(np.float64), truth, certain, MEANING_STRENGTH),
        Certainty(),
        thresholds=np.full(len(Reason), 0.5),
    )


def _fit_linear(features: Any, truth: Truth, certain: Truth, strength: float) -> LinearScores:
    fitted = [
        _fit_reason(features[sure], applies[sure], strength) for applies, sure in zip(truth.T, certain.T, strict=True)
    ]
    return LinearScores(np.stack([weights for weights, _ in fitted], axis=1), np.array([bias for _, bias in fitted]))


def _fit_reason(features: Any, applies: npt.NDArray[np.bool_], strength: float) -> tuple[Numbers, float]:
    if not applies.any():  # All of a rare reason's examples may be beyond doubt for other reasons alone.
        return np.zeros(features.shape[1]), NEVER
    regression = LogisticRegression(C=strength, solver="liblinear", random_state=SEED).fit(features, applies)
    return regression.coef_[0], float(regression.intercept_[0])
