"""All interviews as a table: by the command line, and in the console; on SQLite and PostgreSQL."""

from __future__ import annotations

import csv
import io
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.conversations.data_requests import DataRequests
from bot.conversations.interview_table import COLUMNS, begin_of, end_of, write_table
from bot.conversations.interviews import InterviewService
from bot.conversations.opt_out import OptOutService
from bot.retention.facts import FactKind
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import AuditEntry, ExitInterview
from bot.storage.unit_of_work import Database
from bot.storage.views import interviews as view
from bot.storage.views.interviews import InterviewRow, read_interviews
from tests.conftest import FixedClock
from tests.console import Console
from tests.gateway import make_settings
from tests.interviews import FakeClassifier, add_conversation, say

WORDS = 'from £9 to £15, too dear, ünd\nit "crashed"'
AMOUNTS = {"£9": FactKind.AMOUNT, "£15": FactKind.AMOUNT}
FORMULA = '=HYPERLINK("https://evil.example","click")'
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def interview(database: Database, clock: FixedClock, name: str, words: str = WORDS, *, trial: bool = False) -> None:
    classifier = FakeClassifier({words: {Reason.PRICE: 0.9, Reason.TECHNICAL_RELIABILITY: 0.6}}, facts=AMOUNTS)
    service = InterviewService(database, classifier, clock)
    add_conversation(database, clock(), name, trial=trial)
    service.begin(name)
    service.record_answer(name, Question.REASON, Reading(), words, say(database, clock(), words, conversation_id=name))
    service.record_answer(name, Question.KEPT, Reading(skipped=True), "skip")
    service.record_answer(name, Question.LIKELIHOOD, Reading(value=0), "zero")
    service.record_answer(name, Question.CONSENT, Reading(value=1), "yes")
    service.finish(name)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def export(database: Database, since: date | None = None, until: date | None = None) -> list[dict[str, str]]:
    rows = read_interviews(database, begin_of(since) if since else None, end_of(until) if until else None)
    return read("".join(write_table(rows)))


def test_an_interview_is_one_row_with_everything_that_was_answered(database: Database, clock: FixedClock) -> None:
    interview(database, clock, "c1")
    interview(database, clock, "c2", trial=True)
    [row] = export(database)
    assert row.pop("interview").isdecimal()
    assert row == {
        "conversation": "c1",
        "customer": "",
        "started_at": "2026-05-04 12:00:00",
        "finished_at": "2026-05-04 12:00:00",
        "outcome": "left",
        "ended_by": "finished",
        "leading_reason": "price",
        "billing_reason": "too_expensive",
        "reasons": "price;technical_reliability",
        "named_competitor": "",
        "named_place": "",
        "named_amount": "£9;£15",
        "named_feature": "",
        "named_time": "",
        "answer_reason": WORDS,
        "answer_probe": "",
        "answer_kept": "",
        "return_likelihood": "0",
        "may_write": "yes",
        "sensitive": "no",
        "offer": "",
        "offer_state": "",
    }


def test_who_said_stop_or_had_their_words_deleted_is_counted_so(database: Database, clock: FixedClock) -> None:
    interview(database, clock, "c1")
    interview(database, clock, "c2")
    OptOutService(database, make_settings(), clock).opt_out("c1")
    DataRequests(database, clock).erase("c2")
    stopped, erased = export(database)
    assert stopped["may_write"] == "no"
    assert (erased["conversation"], erased["answer_reason"], erased["leading_reason"]) == ("", "", "price")


def test_days_are_whole_days(database: Database, clock: FixedClock) -> None:
    for day in (3, 4, 5):
        clock.now = datetime(2026, 5, day, 23, 59, tzinfo=UTC)
        interview(database, clock, f"c{day}")
    found = export(database, date(2026, 5, 4), date(2026, 5, 4))
    assert [row["conversation"] for row in found] == ["c4"]
    assert len(export(database, date(2026, 5, 4))) == 2
    assert len(export(database, None, date(2026, 5, 4))) == 2


def test_a_great_many_interviews_come_page_by_page_each_once(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "PAGE", 3)
    with database.write() as work:
        for number in range(10):
            work.interviews.add(ExitInterview(started_at=clock() + timedelta(minutes=number)))
        work.commit()
    rows = read_interviews(database)
    assert next(rows).id
    assert len({row.id for row in rows}) == 9


@given(words=st.text(max_size=30), begins=st.sampled_from(["=", "+", "-", "@", "\t", "\r", " ", "x", " ="]))
def test_whatever_a_customer_types_no_cell_is_a_formula(words: str, begins: str) -> None:
    said = (begins + words).replace("\x00", "").encode("utf-8", "ignore").decode()
    row = InterviewRow(
        id=1,
        conversation_id=None,
        external_id=said,
        started_at=datetime(2026, 5, 4, tzinfo=UTC),
        finished_at=None,
        outcome=None,
        ended_by=None,
        leading_reason=None,
        reasons=(),
        facts=((FactKind.PLACE, said),),
        answers={"reason": said},
        values={},
        opted_out=False,
        sensitive=False,
        offer=None,
        offer_state=None,
    )
    [cells] = read("".join(write_table([row])))
    assert list(cells) == list(COLUMNS)
    assert not any(cell.lstrip(" ").startswith(FORMULAS) for cell in cells.values())
    assert cells["answer_reason"] in (said, f"'{said}")


@pytest.mark.usefixtures("command_settings")
def test_an_operator_writes_a_file_that_only_they_can_read(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    interview(sqlite_database, clock, "c1", FORMULA)
    ran = CliRunner().invoke(app, ["export", "interviews", "--output", "all.csv", "--since", "2026-05-04"])
    assert ran.exit_code == 0, ran.output
    path = tmp_path / "all.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [row] = read(path.read_bytes().decode())
    assert row["answer_reason"] == f"'{FORMULA}"
    with sqlite_database.read() as work:
        [entry] = work.session.query(AuditEntry).all()
        assert (entry.actor, entry.action) == ("operator", "interviews.exported")
    assert CliRunner().invoke(app, ["export", "interviews", "--until", "2026-05-03"]).output.count("\n") == 1


@pytest.mark.usefixtures("command_settings")
def test_days_are_not_for_one_person_and_a_wrong_day_is_told(sqlite_database: Database) -> None:
    wrong = CliRunner().invoke(app, ["export", "c1", "--since", "2026-05-04"])
    assert "choose among interviews" in str(wrong.exception)
    assert CliRunner().invoke(app, ["export", "interviews", "--since", "yesterday"]).exit_code == 2
    ran = CliRunner().invoke(app, ["export", "interviews", "--output", "no/such/folder.csv"])
    assert "cannot be written" in str(ran.exception)


def test_staff_download_the_table_and_it_is_audited(sqlite_database: Database, clock: FixedClock) -> None:
    console = Console(sqlite_database, clock)
    console.hire()
    interview(sqlite_database, clock, "c1")
    refused = console.get("interviews.csv")
    assert refused.status_code == 303
    console.sign_in()
    assert "/console/interviews.csv" in console.get().text
    answer = console.get("interviews.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="interviews-2026-05-04.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith("\ufeffinterview,")
    assert read(answer.text)[0]["outcome"] == "left"
    with sqlite_database.read() as work:
        exported = work.session.query(AuditEntry).filter_by(action="interviews.exported").one()
        assert exported.actor == "Mara"
