"""`farewell export` and `farewell erase` as an operator runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app, main
from bot.conversations.interviews import InterviewService
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.storage.tables import AuditEntry
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, add_conversation, say

ADDRESS = "anna@example.org"


@pytest.fixture
def talked(sqlite_database: Database, clock: FixedClock, command_settings: None) -> str:
    """Somebody who has answered and left an address, in the database that the settings name."""
    interviews = InterviewService(sqlite_database, FakeClassifier(), clock)
    add_conversation(sqlite_database, clock())
    interviews.begin("c1")
    interviews.record_answer("c1", Question.KEPT, Reading(), "a pause", say(sqlite_database, clock(), "a pause"))
    interviews.record_answer("c1", Question.CONSENT, Reading(value=1, address=ADDRESS), ADDRESS)
    return "c1"


def read_audit(database: Database) -> list[tuple[str, str, str | None]]:
    with database.read() as work:
        entries = work.session.query(AuditEntry).order_by(AuditEntry.id)
        return [(entry.actor, entry.action, entry.subject) for entry in entries]


def make_known(database: Database) -> None:
    """Give the visitor the id of a customer whom the company's system knows."""
    with database.write() as work:
        customer = work.customers.find(work.conversations.get("c1").customer_id or 0)
        assert customer is not None
        customer.external_id = "C-17"
        work.commit()


def test_an_operator_exports_a_conversation_and_it_is_audited(talked: str, sqlite_database: Database) -> None:
    result = CliRunner().invoke(app, ["export", talked])
    assert result.exit_code == 0, result.output
    document = json.loads(result.output)
    assert [message["text"] for message in document["messages"]] == ["a pause"]
    assert document["contact_points"][0]["address"] == ADDRESS
    assert read_audit(sqlite_database) == [("operator", "data.exported", "c1")]


def test_an_operator_exports_and_erases_a_known_customer(talked: str, sqlite_database: Database) -> None:
    make_known(sqlite_database)
    result = CliRunner().invoke(app, ["export", "C-17"])
    assert json.loads(result.output)["customer"]["contact_points"][0]["address"] == ADDRESS
    result = CliRunner().invoke(app, ["erase", "C-17", "--yes"])
    assert result.exit_code == 0, result.output
    with sqlite_database.read() as work:
        assert work.customers.find_by_external_id("C-17") is None
        assert work.conversations.list_messages("c1") == []
    assert read_audit(sqlite_database)[-1] == ("operator", "data.erased", "C-17")


def test_nothing_is_erased_without_a_yes(talked: str, sqlite_database: Database) -> None:
    result = CliRunner().invoke(app, ["erase", talked], input="n\n")
    assert result.exit_code == 1
    with sqlite_database.read() as work:
        assert len(work.conversations.list_messages(talked)) == 1
    assert read_audit(sqlite_database) == []


def test_an_operator_who_says_yes_gets_the_receipt(talked: str, sqlite_database: Database) -> None:
    result = CliRunner().invoke(app, ["erase", talked], input="y\n")
    assert result.exit_code == 0, result.output
    with sqlite_database.read() as work:
        (receipt,) = work.erasures.list_receipts(talked)
    assert receipt in result.output
    assert "messages: 1" in result.output
    assert ADDRESS not in result.output


def test_an_unknown_id_is_one_clear_line(
    talked: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["farewell", "export", "nobody"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert "no conversation and no customer with this id" in " ".join(capsys.readouterr().err.split())


def test_a_database_that_is_not_set_up_is_one_clear_line(
    talked: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    monkeypatch.setattr("sys.argv", ["farewell", "erase", "c1", "--yes"])
    with pytest.raises(SystemExit):
        main()
    assert "Run `farewell migrate` first." in " ".join(capsys.readouterr().err.split())
