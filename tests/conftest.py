"""Fixtures that many tests share: a clock, a migrated database on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage.migrate import migrate
from bot.storage.unit_of_work import Database
from tests.postgresql import Cluster, find_programs
from tests.stack import Stack
from tests.telegram.bot_api import BotApi

# Where a story went another way, what was said is shown beside what was expected.
pytest.register_assert_rewrite("tests.scenarios.stories", "tests.scenarios.touch_stories")


class FixedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


def skip_or_fail(reason: str) -> None:
    """Skip on a machine that lacks something; fail in CI, which skips nothing."""
    if os.environ.get("CI"):
        pytest.fail(f"CI skips nothing: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database.engine)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    programs = find_programs()
    if programs is None:
        skip_or_fail("PostgreSQL's server programs (initdb, postgres) are not installed")
    assert programs is not None
    with Cluster(programs) as cluster:
        template = Database(cluster.create("template_farewell"))
        migrate(template.engine)
        template.close()
        yield cluster


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "farewell.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated, empty database; every test that uses it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    database = Database(cluster.create(template="template_farewell"))
    yield database
    database.close()


@pytest.fixture(scope="session")
def bot_api() -> Iterator[BotApi]:
    """Telegram, as far as a bot can tell."""
    with BotApi() as api:
        yield api


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, bot_api: BotApi) -> Iterator[Stack]:
    """The real Rasa and the real application on both channels, started once for all tests that need them."""
    folder = tmp_path_factory.mktemp("stack")
    with Stack(folder, telegram_bot_token=bot_api.token, telegram_api_base_url=bot_api.url) as running:
        yield running


@pytest.fixture
def command_settings(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The settings of a command that an operator runs: the test's database, in a folder without `.env`."""
    for name, value in {
        "DATABASE_URL": str(sqlite_database.engine.url),
        "SECRET_KEY": "k" * 40,
        "RASA_GATEWAY_SECRET": "g" * 40,
        "STAFF_PASSWORD": "p" * 12,
        "COMPANY_NAME": "Bramble & Oak",
        # E-mail leads to a mail server on this machine, which nobody asks for anything here.
        "SMTP_HOST": "127.0.0.1",
        "EMAIL_FROM": "hello@bramble-and-oak.example",
        "SUPPORT_CONTACT": "help@example.org",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
