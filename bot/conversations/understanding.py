"""What an answer says beside being one: why somebody leaves, how sure that is, and which later questions it settles.

It must not store anything. It is done outside of any transaction, because it takes a while.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.retention.confirmation import split_denial
from bot.retention.interview import Question, Standing
from bot.retention.language import find_language
from bot.retention.leading import GUESS, find_guesses
from bot.retention.nonsense import strip_code
from bot.retention.reading import Reading
from bot.retention.reason_names import name_reason
from bot.retention.reasons import Reason
from bot.retention.telling import find_what_would_have_kept, tells_enough

NAMED = "by name"
"""The version that is stored with a reason which somebody called by its name, as no classifier had to find it."""
_SURE = 0.95


class Classification(Protocol):
    """What a classifier finds in a text: the reasons, strongest first, and the probability of each."""

    @property
    def reasons(self) -> Sequence[Reason]: ...
    @property
    def scores(self) -> Mapping[Reason, float]: ...
    @property
    def version(self) -> str: ...
    @property
    def unsure(self) -> bool: ...


class Classifier(Protocol):
    """Finds the reasons for leaving in a text."""

    def classify(self, text: str) -> Classification: ...


@dataclass(frozen=True)
class Understood:
    """What there is in an answer. `scores` are of the reasons it gives, strongest first, as found by `version`.

    `guesses` are the two likeliest where that is in doubt; `denied` reasons were held for likely and are not it.
    `kept` is the sentence that says what would have kept them.
    """

    scores: Mapping[Reason, float] = field(default_factory=dict)
    version: str | None = None
    guesses: tuple[Reason, Reason] | None = None
    denied: frozenset[Reason] = frozenset()
    told: frozenset[Question] = frozenset()
    kept: str | None = None
    language: str | None = None


def understand(classifier: Classifier, question: Question, reading: Reading, words: str, prior: Standing) -> Understood:
    """Return what the answer to a question says, given where the interview stood before it."""
    if reading.skipped or not reading.words:
        return Understood()
    guessed = prior.guesses if question is Question.PROBE else None
    if reading.tapped is not None:
        chosen = {reading.tapped} if reading.tapped is not Reason.OTHER_UNCLEAR else set()
        return Understood(denied=frozenset(guessed or ()) - chosen if not chosen else frozenset())
    language = find_language(words) if question.is_open else None
    if question is Question.KEPT and language is None and prior.leading in (None, Reason.OTHER_UNCLEAR):
        return _find_late_reasons(classifier, words)
    is_why = question is Question.REASON or (
        question is Question.PROBE and (guessed is not None or prior.leading is Reason.OTHER_UNCLEAR)
    )
    if language is not None or not is_why:
        return Understood(language=language)
    return _find_reasons(classifier, question, reading, words, guessed)


def _find_late_reasons(classifier: Classifier, words: str) -> Understood:
    """Return the reasons in what would have kept somebody who has not said why they leave: it often says it as well."""
    found = classifier.classify(words)
    scores = {reason: found.scores[reason] for reason in found.reasons if found.scores[reason] >= GUESS}
    if found.unsure or not scores or Reason.OTHER_UNCLEAR in scores:
        return Understood()
    return Understood(scores, found.version, told=frozenset({Question.PROBE}))


def _find_reasons(
    classifier: Classifier, question: Question, reading: Reading, words: str, guessed: tuple[Reason, Reason] | None
) -> Understood:
    denies, rest = split_denial(words) if guessed else (False, words)
    denied = frozenset(guessed[:1]) if guessed and denies else frozenset()
    named = reading.named or (name_reason(rest) if guessed else None)
    if named is not None:
        return Understood({named: _SURE}, NAMED, denied=denied - {named})
    found = classifier.classify(strip_code(rest))
    scores = {reason: found.scores[reason] for reason in found.reasons}
    if question is Question.PROBE:
        return Understood(scores, found.version, denied=denied - set(scores))
    guesses = find_guesses(found.scores) if found.unsure else None
    has_said_it = guesses is None and tells_enough(found.reasons[0], words, found.reasons)
    return Understood(
        scores,
        found.version,
        guesses,
        told=frozenset({Question.PROBE}) if has_said_it else frozenset(),
        kept=find_what_would_have_kept(words),
    )
