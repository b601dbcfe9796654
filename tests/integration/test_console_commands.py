"""`farewell staff` on the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.console.commands import app
from bot.console.passwords import password_fits
from bot.errors import FarewellError
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.console import Console, Record


@pytest.fixture
def command_line(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    said = {
        "SECRET_KEY": "k" * 40,
        "RASA_GATEWAY_SECRET": "g" * 40,
        "STAFF_PASSWORD": "p" * 40,
        "COMPANY_NAME": "Oak & Table",
        "SUPPORT_CONTACT": "help@oak-and-table.example",
        "DATABASE_URL": str(sqlite_database.engine.url),
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert not (tmp_path / ".env").exists()
    assert os.environ["DATABASE_URL"].startswith("sqlite:///")
    return CliRunner()


def run(command_line: CliRunner, *words: str, typed: str = "") -> Result:
    return command_line.invoke(app, list(words), input=typed)


def stored_hash(database: Database, name: str) -> str | None:
    with database.read() as uow:
        user = uow.staff.find_by_name(name)
        return user.password_hash if user else None


def test_an_operator_adds_a_member_of_staff_who_can_sign_in(
    command_line: CliRunner, sqlite_database: Database, clock: FixedClock
) -> None:
    result = run(command_line, "add", "Mara Lindqvist", typed="a-password-for-mara\n")
    assert (result.exit_code, result.stdout) == (0, "Mara Lindqvist may sign in.\n")
    assert password_fits(stored_hash(sqlite_database, "Mara Lindqvist"), "a-password-for-mara")
    assert Record(sqlite_database, clock).audited("staff.added") == [("operator", "Mara Lindqvist")]


def test_a_generated_password_is_printed_once_and_fits(command_line: CliRunner, sqlite_database: Database) -> None:
    result = run(command_line, "add", "Tom", "--generate")
    printed = result.stdout.rpartition(": ")[2].strip()
    assert password_fits(stored_hash(sqlite_database, "Tom"), printed)


def test_a_new_password_signs_out_everywhere_and_is_audited(
    command_line: CliRunner, sqlite_database: Database, clock: FixedClock
) -> None:
    console = Console(sqlite_database, clock)
    console.hire("Mara")
    console.sign_in("Mara")
    assert console.get().status_code == 200
    result = run(command_line, "password", "mara", typed="another-password\n")
    assert result.exit_code == 0, result.output
    assert console.get().status_code == 303
    assert console.sign_in("Mara", "another-password").status_code == 303
    assert Record(sqlite_database, clock).audited("staff.password_changed") == [("operator", "Mara")]


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "Tom"), "short\n", "A password needs 12 to 200 characters."),
        (("add", "MARA"), "a-password-for-mara\n", "Somebody named MARA is already there."),
        (("add", "  "), "a-password-for-mara\n", "A name needs 1 to 80 characters on one line."),
        (("add", "x" * 81), "a-password-for-mara\n", "A name needs 1 to 80 characters on one line."),
        (("password", "Nobody"), "a-password-for-mara\n", "Nobody here is named Nobody."),
        (("password", "Mara"), "short\n", "A password needs 12 to 200 characters."),
    ],
)
def test_what_cannot_be_done_is_explained_and_changes_nothing(
    command_line: CliRunner,
    sqlite_database: Database,
    clock: FixedClock,
    words: tuple[str, ...],
    typed: str,
    said: str,
) -> None:
    Console(sqlite_database, clock).hire("Mara")
    before = stored_hash(sqlite_database, "Mara")
    result = run(command_line, *words, typed=typed)
    assert isinstance(result.exception, FarewellError)
    assert said in str(result.exception)
    assert stored_hash(sqlite_database, "Mara") == before
    assert stored_hash(sqlite_database, "Tom") is None


def test_a_database_that_was_never_migrated_gets_a_clear_word(
    command_line: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    result = run(command_line, "add", "Tom", "--generate")
    assert "farewell migrate" in str(result.exception)
