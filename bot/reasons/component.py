"""The spaCy component whose `doc.cats` hold a score for every reason; it must not decide which of them count."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from bot.reasons.model import ReasonModel
from bot.retention.reasons import Reason
from encoder import Encoder

NAME = "farewell_reasons"
WINDOWS = 4
"""A text is read to about 1,000 tokens, some 750 words; whoever writes more has said why long before."""
WEIGHTS = "weights.npz"
NO_WORDS = {reason.value: float(reason is Reason.OTHER_UNCLEAR) for reason in Reason}


class ReasonScorer:
    """Scores a document's reasons with a sentence encoder and a trained model."""

    def __init__(self, encoder: Encoder, model: ReasonModel | None = None) -> None:
        self.encoder = encoder
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        """Fill `doc.cats`; a document without words has no reason anybody could know."""
        if self.model is None:
            raise ValueError("The reason model is not trained: read one with from_disk.")
        if doc.text.strip():
            scores = self.model.score([doc.text], self.encoder.encode([doc.text]))[0]
            doc.cats = {reason.value: float(score) for reason, score in zip(Reason, scores, strict=True)}
        else:
            doc.cats = dict(NO_WORDS)
        return doc

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the trained numbers into the directory `path`, without pickle."""
        if self.model is not None and "model" not in exclude:
            path.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(path / WEIGHTS, allow_pickle=False, **self.model.to_arrays())

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> ReasonScorer:
        """Read what `to_disk` wrote; raises `OSError`, `KeyError` or `ValueError` where it is something else."""
        if "model" not in exclude:
            with np.load(path / WEIGHTS, allow_pickle=False) as arrays:
                self.model = ReasonModel.from_arrays(arrays)
        return self


@Language.factory(NAME, assigns=["doc.cats"], default_config={"encoder_path": None})
def create_reason_scorer(
    nlp: Language,  # noqa: ARG001  spaCy passes it and the name to every factory.
    name: str,  # noqa: ARG001
    encoder_path: str | None,
) -> ReasonScorer:
    """Make an untrained scorer with the built-in encoder or another one, as spaCy asks for it by name."""
    return ReasonScorer(Encoder.load(Path(encoder_path) if encoder_path else None, windows=WINDOWS))
