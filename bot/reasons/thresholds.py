"""Chooses from which score on a reason counts; it must not see the texts that its choice is measured on."""

from __future__ import annotations

import numpy as np

from bot.reasons.model import Numbers
from bot.reasons.verbatims import Truth

CANDIDATES = np.arange(0.10, 0.90, 0.02)
PULL = 0.3
"""F1 that a threshold must win for each step of 1 away from the common one: few examples must not be believed."""


def choose_thresholds(scores: Numbers, truth: Truth, certain: Truth) -> Numbers:
    """Return a threshold for each column: the best one of its own, pulled toward the one that is best for all.

    What is not certain counts neither way.
    """
    kept = scores[:, :, np.newaxis] >= CANDIDATES
    given, counts = truth[:, :, np.newaxis], certain[:, :, np.newaxis]
    right = (kept & given).sum(axis=0)
    wrong = ((kept != given) & counts).sum(axis=0)
    common = CANDIDATES[np.argmax(_f1(right.sum(axis=0), wrong.sum(axis=0)))]
    gain = _f1(right, wrong) - PULL * np.abs(CANDIDATES - common)
    return np.asarray(CANDIDATES[np.argmax(gain, axis=1)], dtype=np.float64)


def _f1(right: Numbers, wrong: Numbers) -> Numbers:
    return np.asarray(2 * right / np.maximum(2 * right + wrong, 1), dtype=np.float64)
