"""The public face of this package: a text in, the customer's reasons out. It must not store or log what it reads."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

from spacy.language import Language
from spacy.tokens import Doc

from bot.reasons.artefact import MODEL_DIRECTORY, REMEDY, ClassifierDamaged, Meta, read_meta
from bot.reasons.component import NAME, ReasonScorer
from bot.reasons.decision import Scores, decide
from bot.reasons.denials import read_causes
from bot.reasons.facts import find_facts, find_names, straighten
from bot.reasons.model import ReasonModel
from bot.reasons.pipeline import build_pipeline
from bot.retention.facts import Fact
from bot.retention.reasons import Reason
from encoder import EncoderDamaged

LONGEST_FOR_FACTS = 6_000
"""Characters in which facts are looked for: about a thousand words, more than anybody says of their reason."""


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
        path = path.resolve()  # Another version may take its place meanwhile; this one is read to the end.
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
            doc = self._scorer(self._nlp.make_doc(read_causes(text)))
            scores = {Reason(label): score for label, score in doc.cats.items()}
        decision = decide(scores, self._thresholds)
        return Classification(decision.reasons, scores, self.version, decision.unsure)

    def find_facts(self, text: str, company: str = "") -> tuple[Fact, ...]:
        """Return the rivals, places, sums, features and times in a text, in its order; any text has an answer.

        `company` is the name of the company that is being left. Only the beginning of a very long text is read.
        """
        if not text.strip():
            return ()
        with self._lock, self._nlp.memory_zone():
            found = find_facts(self._parse(text), company)
        return tuple(replace(fact, text=text[fact.start : fact.end]) for fact in found)

    def find_names(self, text: str) -> tuple[str, ...]:
        """Return what in a text is taken for the names of places and organisations, whatever is said of them."""
        with self._lock, self._nlp.memory_zone():
            return find_names(self._parse(text))

    def _parse(self, text: str) -> Doc:
        doc = self._nlp.make_doc(straighten(text[:LONGEST_FOR_FACTS]))
        for name, part in self._nlp.pipeline:
            doc = doc if name == NAME else part(doc)
        return doc


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
