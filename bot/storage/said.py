"""Reads what was said in many interviews at once, as far as the rules of winning back go by it.

It must not decide what counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.facts import FactKind
from bot.retention.interview import Question
from bot.retention.leading import ReasonSource
from bot.retention.reasons import Reason
from bot.storage.database import is_one_of
from bot.storage.tables import InterviewAnswer, StatedFact, StatedReason


@dataclass(slots=True)
class Said:
    """What was said in an interview: the reasons, the surest first and only staff's where they corrected them; the
    words; the keys of the features they named; and how likely a return is."""

    reasons: list[Reason] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    features: set[str] = field(default_factory=set)
    likelihood: int | None = None


def read_said(session: Session, leading: Mapping[int, Reason | None], *, named: bool) -> dict[int, Said]:
    """Return what was said in these interviews, by their ids, given the leading reason of each; the features they named
    only where `named` asks for them."""
    said = {interview_id: Said() for interview_id in leading}
    stated = (
        sa.select(StatedReason.interview_id, StatedReason.label, StatedReason.source)
        .where(is_one_of(session, StatedReason.interview_id, said))
        .order_by(StatedReason.score.desc(), StatedReason.id)
    )
    labels: dict[int, list[tuple[Reason, ReasonSource]]] = defaultdict(list)
    for interview_id, label, source in session.execute(stated):
        labels[interview_id].append((label, source))
    for interview_id, first in leading.items():
        corrected = [label for label, source in labels[interview_id] if source is ReasonSource.CORRECTED]
        others = corrected or [label for label, _ in labels[interview_id]]
        said[interview_id].reasons = list(dict.fromkeys([first, *others])) if first else []
    answers = sa.select(
        InterviewAnswer.interview_id, InterviewAnswer.question, InterviewAnswer.text, InterviewAnswer.value
    ).where(is_one_of(session, InterviewAnswer.interview_id, said))
    for interview_id, question, text, value in session.execute(answers):
        if question == Question.LIKELIHOOD:
            said[interview_id].likelihood = value
        if text:
            said[interview_id].words.append(text)
    if named:
        _add_features(session, said)
    return said


def _add_features(session: Session, said: Mapping[int, Said]) -> None:
    query = (
        sa.select(StatedReason.interview_id, StatedFact.key)
        .join(StatedFact, StatedFact.reason_id == StatedReason.id)
        .where(is_one_of(session, StatedReason.interview_id, list(said)), StatedFact.kind == FactKind.FEATURE)
    )
    for interview_id, key in session.execute(query):
        said[interview_id].features.add(key)
