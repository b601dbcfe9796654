"""Finds what a customer named that can be said back to them, with the help of what recognises names.

It must not store anything, and it runs the recogniser only where a pattern has found a name to ask about.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from bot.conversations.facts import list_facts
from bot.retention.echo import Echo, choose_echo, echo_facts, find_candidates, write_probe_sentence
from bot.retention.interview import Question
from bot.retention.reasons import Reason
from bot.storage.unit_of_work import Database


class NameFinder(Protocol):
    """Recognises the names of places and organisations in a text."""

    def find_names(self, text: str) -> Sequence[str]: ...


class EchoService:
    """Finds what to say back to a customer."""

    def __init__(self, database: Database, finder: NameFinder, company_name: str) -> None:
        self._database = database
        self._finder = finder
        self._company_name = company_name

    def find(self, conversation_id: str, question: Question, text: str, already: Collection[str]) -> Echo | None:
        """Return the one thing in the answer to a question that can be said back, or None. `already`: kinds said back
        before in this conversation."""
        candidates = find_candidates(text, self._company_name, answers_probe=question is Question.PROBE)
        with self._database.read() as work:
            interview = work.interviews.find(conversation_id)
            leading = interview.leading_reason if interview else None
            others = [reason.label for reason in interview.reasons] if interview else []
            candidates += echo_facts(list_facts(interview, question)) if interview else ()
        if leading is None or not candidates:
            return None
        reasons: list[Reason] = [leading, *(label for label in others if label is not leading)]
        names: list[str] = []
        named = [echo for echo in candidates if echo.kind.needs_a_name and not echo.sure]
        for sentence in [text, *map(write_probe_sentence, named)] if named else []:
            names += self._finder.find_names(sentence)
        return choose_echo(candidates, reasons, names, already)
