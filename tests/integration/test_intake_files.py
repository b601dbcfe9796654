"""An operator imports files: good ones, bad ones, and what is no file at all."""

from __future__ import annotations

import csv
import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import FarewellError
from bot.intake import commands
from bot.storage.tables import AuditEntry, Customer, Purchase
from bot.storage.unit_of_work import Database

pytestmark = pytest.mark.usefixtures("command_settings")
HEAD = "external_id,name,email,notes\n"
KINDS = [
    ("customers", "external_id\n"),
    ("purchases", "external_id,order_id,at,amount\n"),
    ("returns", "external_id,at\n"),
]


def import_file(
    content: str | bytes, kind: str = "customers", *options: str, name: str = "file.csv"
) -> tuple[int, str]:
    """Import a file of this content, and return exit status and what was said."""
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    ran = CliRunner().invoke(app, [kind, "import", name, *options])
    if isinstance(ran.exception, FarewellError):
        return 1, str(ran.exception)
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.output


def read_rejected(name: str = "file.csv") -> list[list[str]]:
    with Path(f"{name}.rejected.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def names(database: Database) -> dict[str | None, str | None]:
    with database.read() as work:
        return {customer.external_id: customer.name for customer in work.session.query(Customer)}


def test_a_file_is_imported_and_again_without_doubling_anybody(sqlite_database: Database) -> None:
    content = HEAD + "C-1,Ada,ada@example.org,\nC-2,Bo,,likes tea\n"
    status, said = import_file(content)
    assert status == 0
    assert said.startswith("2 customers read in ")
    assert said.endswith(": 2 taken, 0 unchanged, 0 rejected.\n")
    assert import_file(content)[1].endswith(": 0 taken, 2 unchanged, 0 rejected.\n")
    assert names(sqlite_database) == {"C-1": "Ada", "C-2": "Bo"}
    assert not Path("file.csv.rejected.csv").exists()


def test_bad_rows_are_kept_aside_with_line_and_cause_for_nobody_else_to_read(sqlite_database: Database) -> None:
    status, said = import_file(HEAD + 'C-1,Ada,,"two\nlines"\nC-2,Bo,nope,x\n,Cy,,\n')
    assert status == 3
    assert "1 taken, 0 unchanged, 2 rejected" in said
    assert "file.csv.rejected.csv" in said
    assert read_rejected() == [
        ["line", "cause", "external_id", "name", "email", "notes"],
        ["4", "email: this is no e-mail address.", "C-2", "Bo", "nope", "x"],
        ["5", "external_id is missing.", "", "Cy", "", ""],
    ]
    assert stat.S_IMODE(Path("file.csv.rejected.csv").stat().st_mode) == 0o600
    assert "nope" not in said


def test_rejected_rows_can_be_corrected_where_they_are_and_imported(sqlite_database: Database) -> None:
    import_file("external_id,name,phone,email\nC-1,=Ada,+442079460958,nope\n")
    assert read_rejected()[1][3:5] == ["'=Ada", "'+442079460958"]
    corrected = Path("file.csv.rejected.csv").read_text().replace("nope", "ada@example.org")
    assert import_file(corrected, name="corrected.csv")[0] == 0
    assert names(sqlite_database) == {"C-1": "=Ada"}


def test_a_row_after_a_quotation_mark_that_was_left_open_is_not_lost(sqlite_database: Database) -> None:
    status, _ = import_file(HEAD + 'C-1,Ada,,"open\nC-2,Bo,,\nC-3,Cy,,"closed"\nC-4,Di\nC-5,"Ed" Ward,,\nC-6,Fay,,\n')
    assert status == 3
    assert names(sqlite_database) == {"C-2": "Bo", "C-3": "Cy", "C-6": "Fay"}
    assert [(row[0], row[1]) for row in read_rejected()[1:]] == [
        ("2", "A quotation mark is left open or out of place."),
        ("5", "The row has 2 cells, the first line has 4."),
        ("6", "A quotation mark is left open or out of place."),
    ]


def test_a_cell_or_line_of_monstrous_size_costs_only_itself(sqlite_database: Database) -> None:
    big = "x" * 200_000
    status, _ = import_file(HEAD + f"C-1,Ada,,{big}\nC-2,Bo,,{'y' * 3_000_000}\nC-3,Cy,,{'z' * 6000}\nC-4,Di,,\n")
    assert status == 3
    assert names(sqlite_database) == {"C-4": "Di"}
    kept = Path("file.csv.rejected.csv").read_text()
    assert [line[:60] for line in kept.splitlines()[1:]] == [
        '2,A cell is far too long; is a quotation mark left open?,"C-',
        '3,"The line is longer than 1,000,000 characters; its beginni',
        "4,notes is too long: 5000 characters at most.,C-3,Cy,,zzzzzz",
    ]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffexternal_id,name\nC-1,Zoë\n".encode(),
        b"external_id,name\r\nC-1,Zo\xc3\xab\r\n",
        b"external_id,name\rC-1,Zo\xc3\xab\r",
        b" External_ID , NAME ,\nC-1,  Zo\xc3\xab ,\n\n",
        '"external_id","name"\n"C-1","Zoë"'.encode(),
    ],
    ids=["mark at the beginning", "Windows", "old Mac", "blanks and capitals", "quoted, no last line break"],
)
def test_files_are_read_as_programs_write_them(sqlite_database: Database, content: bytes) -> None:
    assert import_file(content)[0] == 0
    assert names(sqlite_database) == {"C-1": "Zoë"}


def test_a_line_in_another_encoding_is_kept_aside_byte_by_byte(sqlite_database: Database) -> None:
    assert import_file(b"external_id,name\nC-1,Zo\xeb\nC-2,Bo\n")[0] == 3
    assert names(sqlite_database) == {"C-2": "Bo"}
    assert b"not UTF-8" in Path("file.csv.rejected.csv").read_bytes()
    assert b"Zo\xeb" in Path("file.csv.rejected.csv").read_bytes()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "file.csv is empty: its first line must name the columns, like external_id,name,email."),
        (b"\n\n", "file.csv is empty: its first line must name the columns, like external_id,name,email."),
        (b"external_id;name\n", "file.csv: the first line has no commas; separate the columns by commas."),
        ("external_id\n".encode("utf-16"), "file.csv is no CSV file: it is UTF-16; save it as UTF-8."),
        (b"PK\x03\x04...", "file.csv is no CSV file: it is a workbook or an archive; save the sheet as CSV (UTF-8)."),
        (b"\x00\x01", "file.csv is no text file; name a CSV file in UTF-8."),
        (b"name\nAda\n", "file.csv: These columns are missing: external_id."),
        (b"external_id,name,name\n", "file.csv: These columns are there twice: 'name'."),
        (
            b'external_id,"name\n',
            "file.csv: the first line cannot be read. A quotation mark is left open or out of place.",
        ),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_before_anything_is_taken(content: bytes, said: str) -> None:
    assert import_file(content) == (1, said)


def test_a_misspelt_column_is_told_and_can_be_left_aside(sqlite_database: Database) -> None:
    content = "external_id,e_mail,shoe_size\nC-1,ada@example.org,39\n"
    status, said = import_file(content)
    assert status == 1
    assert "Farewell does not know these columns: 'e_mail' (did you mean email?), 'shoe_size'." in said
    assert names(sqlite_database) == {}
    assert import_file(content, "customers", "--ignore-unknown")[0] == 0
    assert names(sqlite_database) == {"C-1": None}


@pytest.mark.parametrize(("name", "said"), [(".", "is a folder"), ("nowhere.csv", "No such file or directory")])
def test_what_is_no_file_is_told(name: str, said: str) -> None:
    result = CliRunner().invoke(app, ["customers", "import", name])
    assert said in str(result.exception)


@pytest.mark.parametrize(("kind", "head"), KINDS)
def test_a_file_with_nothing_but_its_first_line_is_fine(kind: str, head: str) -> None:
    status, said = import_file(head, kind)
    assert status == 0
    assert said.startswith(f"0 {kind} read")


def test_purchases_and_returns_of_strangers_are_kept_aside(sqlite_database: Database) -> None:
    import_file("external_id\nC-1\n")
    status, _ = import_file(
        "external_id,order_id,at,amount\nC-1,O-1,2026-05-01,9.90\nC-9,O-2,2026-05-01,1\n", "purchases"
    )
    assert status == 3
    assert read_rejected()[1][:2] == ["3", "external_id: no such customer is known; hand in customers first."]
    assert import_file("external_id,at,amount,currency\nC-1,2026-05-03,5,GBP\n", "returns")[0] == 0
    with sqlite_database.read() as work:
        [purchase] = work.session.query(Purchase)
        assert (purchase.amount, purchase.currency) == (990, "EUR")
        assert [back.currency for back in work.returns.list_of(purchase.customer_id)] == ["GBP"]


def test_remarks_name_their_line_and_the_first_of_many_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "REMARKS_SHOWN", 2)
    status, said = import_file("external_id,consent_email\n" + "".join(f"C-{n},yes\n" for n in range(5)))
    assert status == 0
    assert said.startswith("line 2: consent_email is kept for nothing: no address is known there.\nline 3: ")
    assert "... and 3 more like these." in said


def test_batches_make_no_difference(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "BATCH", 3)
    status, said = import_file("external_id,name\n" + "".join(f"C-{n % 7},N{n}\n" for n in range(20)))
    assert (status, "20 taken" in said) == (0, True)
    assert names(sqlite_database)["C-6"] == "N13"
    assert len(names(sqlite_database)) == 7


def test_an_import_is_audited_with_its_counts(sqlite_database: Database) -> None:
    import_file(HEAD + "C-1,Ada,,\nC-2,Bo,nope,\n")
    with sqlite_database.read() as work:
        [entry] = work.session.query(AuditEntry)
        assert (entry.actor, entry.action, entry.subject) == ("operator", "customers.imported", "file.csv")
        assert entry.details == {"taken": 1, "unchanged": 0, "rejected": 1}


def test_rows_that_were_rejected_last_time_are_gone_once_all_are_taken() -> None:
    import_file(HEAD + "C-1,Ada,nope,\n")
    status, said = import_file(HEAD + "C-1,Ada,ada@example.org,\n")
    assert status == 0
    assert said.endswith("What was rejected last time is done with: file.csv.rejected.csv was removed.\n")
    assert not Path("file.csv.rejected.csv").exists()


def test_rejected_rows_stay_where_an_import_breaks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    import_file(HEAD + "C-1,Ada,nope,\n")
    monkeypatch.setattr(commands.Desk, "take", lambda *_: 1 / 0)
    with pytest.raises(AssertionError):
        import_file(HEAD + "C-1,Ada,ada@example.org,\n")
    assert Path("file.csv.rejected.csv").exists()


def test_a_file_of_rejected_rows_that_others_could_read_is_closed_to_them() -> None:
    Path("file.csv.rejected.csv").touch(0o644)
    import_file(HEAD + ",,,\nC-2,,nope,\n")
    assert stat.S_IMODE(Path("file.csv.rejected.csv").stat().st_mode) == 0o600


def test_the_files_in_the_documents_are_taken_as_they_stand_there() -> None:
    document = (Path(__file__).parents[2] / "docs/imports.md").read_text()
    files = re.findall(r"```csv\n(.*?)```", document, re.DOTALL)
    for kind, content in zip(("customers", "purchases", "returns"), files, strict=True):
        assert import_file(content, kind)[0] == 0
