"""Keeps what customers name in an answer (a rival, a place, a sum, a feature, a time) with the reason it belongs to.

It must not commit, nor find anything itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.retention.facts import Fact, choose_reason, make_key
from bot.retention.interview import Question
from bot.retention.language import find_language
from bot.retention.naming import complete_answer
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import ExitInterview, ReasonSource, StatedFact, StatedReason
from bot.storage.unit_of_work import UnitOfWork


class FactFinder(Protocol):
    """Finds the facts in a text, given the name of the company that is being left."""

    def find_facts(self, text: str, company: str = "") -> Sequence[Fact]: ...


def read_facts(
    finder: FactFinder, question: Question, reading: Reading, words: str, leading: Reason | None, company: str
) -> tuple[Fact, ...]:
    """Return what is named in the words of an answer. It takes a while, so it is done outside of any transaction."""
    if reading.skipped or not reading.words or reading.tapped is not None or not question.is_open:
        return ()
    if find_language(words) is not None:
        return ()
    found = tuple(finder.find_facts(words, company))
    if question is Question.PROBE and not found and (whole := complete_answer(words, leading)) is not None:
        found = tuple(whole.cut(finder.find_facts(whole.text, company)))
    return found


def write_facts(work: UnitOfWork, interview: ExitInterview, question: Question, facts: Iterable[Fact]) -> None:
    """Keep what was named in the answer to a question, in place of what was named there before."""
    for reason in interview.reasons:
        for old in [fact for fact in reason.facts if fact.question == question.value]:
            reason.facts.remove(old)
    given = _list_reasons(interview)
    for fact in facts:
        label = choose_reason(fact.kind, list(given))
        if label is not None:
            work.interviews.add_fact(given[label], _make_fact(question, fact))


def list_facts(interview: ExitInterview, question: Question) -> list[Fact]:
    """Return what was named in the answer to a question."""
    return [
        Fact(fact.kind, fact.text, fact.start, fact.end, fact.value, fact.currency)
        for reason in interview.reasons
        for fact in reason.facts
        if fact.question == question.value
    ]


def _list_reasons(interview: ExitInterview) -> dict[Reason, StatedReason]:
    """Return the rows to which facts may belong, by reason, the leading one first. What staff say is not theirs."""
    rows = [row for row in interview.reasons if row.source is not ReasonSource.CORRECTED]
    ordered = sorted(rows, key=lambda row: (row.label is not interview.leading_reason, -row.score))
    given: dict[Reason, StatedReason] = {}
    for row in ordered:
        given.setdefault(row.label, row)
    return given


def _make_fact(question: Question, fact: Fact) -> StatedFact:
    return StatedFact(
        question=question.value,
        kind=fact.kind,
        text=fact.text,
        key=make_key(fact.text),
        start=fact.start,
        end=fact.end,
        value=fact.value,
        currency=fact.currency,
    )
