"""Measures whether certainty can be believed, and what asking in doubt costs and saves; it must not set the margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

BINS = 10
MARGINS = tuple(round(step * 0.05, 2) for step in range(20))
DRAWS = 2000
SEED = 7


@dataclass(frozen=True)
class Bin:
    """Texts of about the same certainty."""

    certainty: float
    """Their mean certainty, from 0 to 1."""
    right: float
    """The share of them that is right."""
    texts: int


@dataclass(frozen=True)
class Calibration:
    """How far certainty is from the share that is right."""

    error: float
    """Expected calibration error: the mean distance over the bins, each by its texts."""
    error_by_chance: float
    """What an ideally calibrated classifier would show on so many texts, on average."""
    bins: tuple[Bin, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain numbers with four decimals."""
        return {
            "error": round(self.error, 4),
            "error_by_chance": round(self.error_by_chance, 4),
            "bins": [_round(asdict(one)) for one in self.bins],
        }


@dataclass(frozen=True)
class Asking:
    """What comes of asking about the texts whose certainty is below a margin."""

    margin: float
    asked: float
    """The share of texts asked about."""
    right: float
    """The share that is right among the others; 1 where none are left."""
    right_asked: float
    """The share that would have been right among those asked about; 0 where there are none."""

    def to_json(self) -> dict[str, float]:
        """Return plain numbers with four decimals."""
        return _round(asdict(self))


def calibrate(certainties: Sequence[float], rights: Sequence[bool], bins: int = BINS) -> Calibration:
    """Compare certainty with the share that is right, in bins of equal count in the order of certainty."""
    if not certainties:
        return Calibration(0.0, 0.0, ())
    order = np.argsort(np.asarray(certainties), kind="stable")
    certain, right = np.asarray(certainties)[order], np.asarray(rights, dtype=np.float64)[order]
    edges = [part for part in np.array_split(np.arange(len(order)), bins) if part.size]
    found = tuple(Bin(float(certain[part].mean()), float(right[part].mean()), int(part.size)) for part in edges)
    drawn = np.random.default_rng(SEED).random((DRAWS, len(order))) < certain
    by_chance = sum(
        np.abs(drawn[:, part].mean(axis=1) - certain[part].mean()).mean() * part.size / len(order) for part in edges
    )
    error = sum(abs(one.certainty - one.right) * one.texts / len(order) for one in found)
    return Calibration(error, float(by_chance), found)


def weigh_margins(
    certainties: Sequence[float], rights: Sequence[bool], margins: Sequence[float] = MARGINS
) -> tuple[Asking, ...]:
    """Say for each margin how many texts would be asked about, and how many of the others are right."""
    certain, right = np.asarray(certainties), np.asarray(rights, dtype=np.bool_)
    askings = []
    for margin in margins:
        asked = certain < margin
        askings.append(
            Asking(
                margin,
                float(asked.mean()) if asked.size else 0.0,
                float(right[~asked].mean()) if (~asked).any() else 1.0,
                float(right[asked].mean()) if asked.any() else 0.0,
            )
        )
    return tuple(askings)


def _round(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(figure, 4) for name, figure in figures.items()}
