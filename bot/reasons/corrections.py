"""What staff have corrected, as the classifier learns from it; it must not be kept anywhere but in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.reasons.verbatims import Verbatim
from bot.retention.reasons import Reason


class Barrier(StrEnum):
    """Why nothing is learnt from a correction."""

    TRIAL = "a trial"
    SENSITIVE = "sensitive"
    LANGUAGE = "another language"
    NO_WORDS = "no words of their own"


@dataclass(frozen=True)
class Prediction:
    """One reason that a classifier had read from the words; `version` says which classifier."""

    label: Reason
    score: float
    version: str | None


@dataclass(frozen=True)
class Correction:
    """What a customer said, and the reasons staff have found in it; `text` is free of contact details.

    Where the prediction was right, it is a confirmation, from which one learns as well.
    """

    conversation: str
    text: str
    labels: tuple[Reason, ...]
    """The leading one first, never none; `other_unclear` stands only alone."""
    corrected_by: str | None
    corrected_at: datetime
    predicted: tuple[Prediction, ...]
    """The strongest first; none where nothing had been read."""
    barrier: Barrier | None = None

    @property
    def confirms(self) -> bool:
        """Whether staff found the very reasons that had been read."""
        return set(self.labels) == {prediction.label for prediction in self.predicted}

    def to_verbatim(self) -> Verbatim:
        """Return it as one of the labelled verbatims that the classifier is trained on."""
        return Verbatim(f"correction-{self.conversation}", self.text, self.labels, form="answer")

    def describe(self) -> dict[str, Any]:
        """Return where it comes from: conversation, who, when, and what had been read by which version."""
        return {
            "conversation": self.conversation,
            "corrected_by": self.corrected_by,
            "corrected_at": self.corrected_at.isoformat(),
            "predicted": [
                {"label": it.label.value, "score": round(it.score, 4), "version": it.version} for it in self.predicted
            ],
        }

    def to_json(self) -> dict[str, Any]:
        """Return it in the format of the verbatims' files, with its `provenance`."""
        verbatim = self.to_verbatim()
        return {
            "id": verbatim.id,
            "text": verbatim.text,
            "labels": [label.value for label in verbatim.labels],
            "form": verbatim.form,
            "provenance": self.describe(),
        }


def select_examples(corrections: Iterable[Correction]) -> list[Correction]:
    """Return those that may be learnt from."""
    return [correction for correction in corrections if correction.barrier is None]


def summarise(examples: Iterable[Correction]) -> dict[str, Any]:
    """Return how many there are and the SHA-256 of what is learnt from them, which names nobody and tells no word."""
    learnt = sorted([example.text, *example.labels] for example in examples)
    return {"count": len(learnt), "sha256": sha256(json.dumps(learnt).encode()).hexdigest()}
