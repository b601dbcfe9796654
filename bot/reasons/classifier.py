"""The public face of this package: a text in, the customer's reasons out. It must not store or log what it reads."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from spacy.language import Language

from bot.reasons.artefact import MODEL_DIRECTORY, REMEDY, ClassifierDamaged, Meta, read_meta
from bot.reasons.component import NAME, ReasonScorer
from bot.reasons.decision import Scores, decide
from bot.reasons.facts import Fact, find_facts
from bot.reasons.model import ReasonModel
from bot.reasons.pipeline import build_pipeline
from bot.reasons.wording import LONGEST, clean
from bot.retention.reasons import Reason
from encoder import EncoderDamaged


@dataclass(frozen=True)
class Classification:
    """Why a customer leaves, as far as their words tell."""

    reasons: tuple[Reason, ...]
    """The strongest first and never none; `other_unclear` stands only alone."""
    scores: dict[Reason, float]
    """From 0 to 1 for every reason."""
    version: str
    """The version of the classifier that said so, to be stored with every prediction."""
    unsure: bool
    """True where one should ask before relying on the leading reason."""


class ReasonClassifier:
    """A trained classifier; may be called from several threads, which then wait for each other."""

    def __init__(self, nlp: Language, scorer: ReasonScorer, model: ReasonModel, version: str) -> None:
        self._nlp = nlp
        self._scorer = scorer
        self._thresholds: Scores = dict(zip(Reason, model.thresholds.tolist(), strict=True))
        self._lock = threading.Lock()
        self.version = version

    @classmethod
    def load(cls, path: Path = MODEL_DIRECTORY, encoder_path: Path | None = None) -> ReasonClassifier:
        """Load what `farewell reasons train` wrote, with the built-in sentence encoder or the one at `encoder_path`.

        Raises:
            ClassifierMissing: nothing was trained into `path` yet.
            ClassifierDamaged: its files, or the encoder's, are not what they should be.
        """
        meta = read_meta(path)
        try:
            nlp = build_pipeline(encoder_path)
        except EncoderDamaged as error:
            raise ClassifierDamaged(str(error)) from error
        scorer = nlp.get_pipe(NAME)
        assert isinstance(scorer, ReasonScorer)  # noqa: S101  It tells mypy what the factory made.
        return cls(nlp, scorer, _read_model(scorer, path, meta), meta.version)

    def classify(self, text: str) -> Classification:
        """Say why the customer leaves; any text has an answer, and one without words is `other_unclear`."""
        # spaCy remembers every new word for good; the zone makes it forget a customer's words again.
        with self._lock, self._nlp.memory_zone():
            doc = self._scorer(self._nlp.make_doc(clean(text)))
            scores = {Reason(label): score for label, score in doc.cats.items()}
        decision = decide(scores, self._thresholds)
        return Classification(decision.reasons, scores, self.version, decision.unsure)

    def find_facts(self, text: str) -> tuple[Fact, ...]:
        """Name the places, organisations, sums and times in a text, in its order; any text has an answer."""
        readable = text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
        with self._lock, self._nlp.memory_zone():
            doc = self._nlp.make_doc(readable)
            for name, part in self._nlp.pipeline:
                doc = doc if name == NAME else part(doc)
            return find_facts(doc)


def _read_model(scorer: ReasonScorer, path: Path, meta: Meta) -> ReasonModel:
    if scorer.encoder.version != meta.encoder:
        raise ClassifierDamaged(f"The reason classifier in {path} was trained with another sentence encoder. {REMEDY}")
    try:
        scorer.from_disk(path)
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise ClassifierDamaged(f"The reason classifier in {path} cannot be used ({error}). {REMEDY}") from error
    if scorer.model is None:
        raise ClassifierDamaged
    return scorer.model
