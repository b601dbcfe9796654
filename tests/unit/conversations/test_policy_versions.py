"""The newest policy rules, wherever it came from, and every one that ever ruled is kept word for word."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.conversations.policy import POLICY_FILE, PolicyError, parse_policy
from bot.conversations.policy_summary import describe_changes, find_remarks
from bot.conversations.policy_versions import NotNewer, find_ruling, import_policy, take_in
from bot.storage.tables import AuditEntry
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock

OURS = POLICY_FILE.read_text(encoding="utf-8")


def make(version: int, old: str = "", new: str = "") -> str:
    assert old in OURS
    return OURS.replace("version: 1\n", f"version: {version}\n").replace(old, new, 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The policy.yml of an installation."""
    path = tmp_path / "policy.yml"
    path.write_text(OURS)
    return path


def write(folder: Path, text: str, name: str = "new.yml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def list_versions(database: Database) -> list[tuple[int, str]]:
    with database.read() as work:
        return [(kept.version, kept.taken_from) for kept in work.policies.list_all()]


def read_audit(database: Database) -> list[tuple[str, str, str | None]]:
    with database.read() as work:
        entries = work.session.query(AuditEntry).order_by(AuditEntry.id)
        return [(entry.actor, entry.action, entry.subject) for entry in entries]


def test_the_first_start_takes_the_file_in_and_the_next_one_changes_nothing(
    database: Database, clock: FixedClock, file: Path
) -> None:
    first, second = (take_in(database, file, clock()) for _ in range(2))
    assert first == second
    assert first.policy == parse_policy(OURS)
    assert first.remark is None
    assert list_versions(database) == [(1, "policy.yml")]
    assert read_audit(database) == [("application", "policy.taken_in", "1")]


def test_a_raised_version_in_the_file_rules_from_the_next_start_on(
    database: Database, clock: FixedClock, file: Path
) -> None:
    take_in(database, file, clock())
    file.write_text(make(2, "attempts: 6", "attempts: 5"))
    assert find_ruling(database, file).policy.winback.attempts == 6
    ruling = take_in(database, file, clock())
    assert (ruling.policy.version, ruling.policy.winback.attempts, ruling.remark) == (2, 5, None)


def test_a_file_that_was_changed_without_its_version_does_not_rule_and_that_is_said(
    database: Database, clock: FixedClock, file: Path
) -> None:
    take_in(database, file, clock())
    file.write_text(make(1, "attempts: 6", "attempts: 5"))
    ruling = take_in(database, file, clock())
    assert ruling.policy.winback.attempts == 6
    assert ruling.remark == (
        "policy.yml was changed, but not its version, so it does not rule: version 1 does, as it was taken from "
        "policy.yml on 2026-05-04. Raise `version` in policy.yml to 2 and restart; until then `farewell policy export` "
        "shows what rules."
    )


def test_a_comment_may_be_changed_without_raising_the_version(
    database: Database, clock: FixedClock, file: Path
) -> None:
    take_in(database, file, clock())
    file.write_text(OURS + "# Ask Ines before you change this.\n")
    assert take_in(database, file, clock()).remark is None


def test_an_imported_policy_rules_though_the_file_is_older_and_that_is_said(
    database: Database, clock: FixedClock, file: Path, tmp_path: Path
) -> None:
    before, after = import_policy(database, write(tmp_path, make(3, "attempts: 6", "attempts: 5")), file, clock())
    assert before is not None
    assert (before.version, after.version) == (1, 3)
    ruling = take_in(database, file, clock())
    assert ruling.policy == find_ruling(database, file).policy == after
    assert ruling.remark == (
        "policy.yml is version 1, so it does not rule: version 3 does, taken from new.yml, imported on 2026-05-04. "
        "`farewell policy export` shows it."
    )
    assert list_versions(database) == [(3, "new.yml, imported"), (1, "policy.yml")]
    assert read_audit(database)[-1] == ("cli", "policy.imported", "3")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            make(2),
            "new.yml is version 2, and version 3 is in force already: raise `version` to 4 or more to have this one "
            "rule.",
        ),
        (
            make(3, "attempts: 6", "attempts: 5"),
            "new.yml is version 3, which is in force already with another text: raise `version` to 4 or more to have "
            "this one rule.",
        ),
    ],
)
def test_a_policy_that_is_not_newer_is_refused_and_nothing_changes(
    database: Database, clock: FixedClock, file: Path, tmp_path: Path, text: str, sentence: str
) -> None:
    import_policy(database, write(tmp_path, make(3)), file, clock())
    before = (list_versions(database), read_audit(database))
    with pytest.raises(NotNewer) as refusal:
        import_policy(database, write(tmp_path, text), file, clock())
    assert str(refusal.value) == sentence
    assert (list_versions(database), read_audit(database)) == before


def test_a_broken_policy_is_not_imported(database: Database, clock: FixedClock, file: Path, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"new\.yml line \d+, winback\.attempts: 0 is too small"):
        import_policy(database, write(tmp_path, make(2, "attempts: 6", "attempts: 0")), file, clock())
    assert list_versions(database) == []


def test_a_kept_policy_that_a_newer_farewell_refuses_is_named_and_can_be_replaced(
    database: Database, clock: FixedClock, file: Path, tmp_path: Path
) -> None:
    with database.write() as work:
        work.policies.add(2, make(2, "attempts: 6\n", "tries: 6\n"), "new.yml, imported", clock())
        work.commit()
    with pytest.raises(PolicyError, match=r"policy version 2 line \d+, winback\.attempts: is missing") as refusal:
        take_in(database, file, clock())
    assert "farewell policy export --version 2 FILE" in str(refusal.value)
    before, after = import_policy(database, write(tmp_path, make(3)), file, clock())
    assert before is None
    assert take_in(database, file, clock()).policy == after


def test_a_change_is_told_in_plain_words_and_nothing_else_is() -> None:
    before = parse_policy(OURS)
    after = parse_policy(
        make(2, "unknown: [{touch: check_in, day: 14}]", "unknown: none")
        .replace("quiet_days: [sun]", "quiet_days: [sat, sun]")
        .replace("competitor: [{touch: check_in, day: 28}]", "competitor: [{touch: check_in, day: 27}]")
        .replace("every: {kind: pause, months: 3, days: 14}", "low: {kind: pause, months: 3, days: 14}")
        .replace("places: []", "places: [{name: Porto, near: [Gaia]}]")
    )
    assert list(describe_changes(before, after)) == [
        "Save offers, no_longer_needed: a pause of 3 months, for 14 days -> nothing",
        "Winning back, when: from 09:00 to 20:00 by the person's own clock, never on Sundays -> from 09:00 to 20:00 by "
        "the person's own clock, never on Saturdays and Sundays",
        "Who hears what, unknown: a check-in on day 14 -> nothing",
        "Who hears what, competitor: a check-in on day 28 -> a check-in on day 27",
        "Save offers, no_longer_needed, low: nothing -> a pause of 3 months, for 14 days",
        "Places, Porto: nothing -> also for Gaia",
    ]
    assert list(describe_changes(before, before)) == []


def test_an_offer_that_the_budget_allows_to_few_is_worth_knowing() -> None:
    assert list(find_remarks(parse_policy(OURS))) == []
    dear = OURS.replace("percent: 20, months: 6, days: 30", "percent: 50, months: 6, days: 30")
    assert list(find_remarks(parse_policy(dear))) == [
        "The welcome-back offer for price, high, is worth 180.00 EUR to somebody who pays 60.00 EUR a month. `budget` "
        "allows 75.60 EUR while we know no more of them, so only those get it who are worth more."
    ]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["policy", *map(str, words)])


def test_an_operator_imports_a_policy_reads_what_changes_and_has_each_version_back_word_for_word(
    sqlite_database: Database, command_settings: None, tmp_path: Path
) -> None:
    assert run("list").output == "None yet: policy.yml is taken in at the first start.\n"
    mine = make(2, "attempts: 6", "attempts: 5").replace("\n", "\r\n")
    done = run("import", write(tmp_path, mine))
    assert done.exit_code == 0, done.output
    assert done.output == (
        "Winning back, in all: 6 messages at most after somebody has left -> 5 messages at most after somebody has "
        "left\n"
        "\nVersion 2 is in force. Restart Farewell, so that it goes by it.\n"
    )
    assert run("import", tmp_path / "new.yml").output == "Version 2 is in force already, word for word.\n"
    assert run("export").stdout_bytes.decode() == mine
    run("export", "--version", "1", tmp_path / "old.yml")
    assert (tmp_path / "old.yml").read_bytes().decode() == OURS
    assert "version 2  since" in run("list").output.splitlines()[0]
    assert run("list").output.splitlines()[0].endswith("new.yml, imported  in force")


def test_an_export_replaces_no_file_unasked(sqlite_database: Database, command_settings: None, tmp_path: Path) -> None:
    there = write(tmp_path, "mine")
    refused = run("export", there)
    assert refused.exit_code == 1
    assert str(refused.exception) == f"{there} is there already: name another file, or replace it with --force."
    assert run("export", there, "--force").exit_code == 0
    assert there.read_text() == OURS


def test_a_version_that_never_was_is_told(sqlite_database: Database, command_settings: None) -> None:
    refused = run("export", "--version", "9")
    assert refused.exit_code == 1
    assert str(refused.exception) == "No policy of version 9 was ever in force: see `farewell policy list`."
