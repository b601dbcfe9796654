"""Interviews as a table for a spreadsheet: CSV, one row an interview. It does not choose which."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from bot.retention.facts import FactKind
from bot.retention.interview import Question
from bot.storage.views.interviews import InterviewRow

IN_WORDS = (Question.REASON, Question.PROBE, Question.KEPT)
COLUMNS = (
    "interview",
    "conversation",
    "customer",
    "started_at",
    "finished_at",
    "outcome",
    "ended_by",
    "leading_reason",
    "billing_reason",
    "reasons",
    *(f"named_{kind.value}" for kind in FactKind),
    *(f"answer_{question.value}" for question in IN_WORDS),
    "return_likelihood",
    "may_write",
    "sensitive",
    "offer",
    "offer_state",
)
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_table(rows: Iterable[InterviewRow]) -> Iterator[str]:
    """Yield the table line by line, its head first. Times are UTC."""
    yield _write_line(COLUMNS)
    for row in rows:
        yield _write_line([_disarm(cell) for cell in _list_cells(row)])


def begin_of(day: date) -> datetime:
    """Return the moment at which a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def end_of(day: date) -> datetime:
    """Return the moment at which a day is over, in UTC."""
    return begin_of(day + timedelta(days=1))


def _list_cells(row: InterviewRow) -> list[str]:
    reasons = dict.fromkeys(label.value for label, _ in row.reasons)
    return [
        str(row.id),
        row.conversation_id or "",
        row.external_id or "",
        _write_time(row.started_at),
        _write_time(row.finished_at),
        row.outcome or "",
        row.ended_by or "",
        row.leading_reason or "",
        row.leading_reason.billing if row.leading_reason else "",
        ";".join(reasons),
        *(";".join(dict.fromkeys(text for named, text in row.facts if named is kind)) for kind in FactKind),
        *(row.answers.get(question, "") for question in IN_WORDS),
        str(row.values.get(Question.LIKELIHOOD, "")),
        _may_write(row),
        "yes" if row.sensitive else "no",
        row.offer or "",
        row.offer_state or "",
    ]


def _may_write(row: InterviewRow) -> str:
    if row.opted_out:
        return "no"
    return {1: "yes", 0: "no"}.get(row.values.get(Question.CONSENT, -1), "")


def _write_time(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _disarm(cell: str) -> str:
    # A spreadsheet would take such a cell for a formula and run what a customer typed.
    return f"'{cell}" if cell.lstrip(" ").startswith(_BEGINS_A_FORMULA) else cell


def _write_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
