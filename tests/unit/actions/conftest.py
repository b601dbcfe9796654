"""A conversation with real services on SQLite, and a classifier that knows a few sentences."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.retention.reasons import Reason
from bot.storage.tables import ExitInterview
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, add_conversation
from tests.trackers import make_services, make_settings

CRASHED = "the app crashed every evening"


@pytest.fixture
def classifier() -> FakeClassifier:
    return FakeClassifier({CRASHED: {Reason.TECHNICAL_RELIABILITY: 0.9}, "rather bad": {Reason.PRODUCT_QUALITY: 0.6}})


@pytest.fixture
def services(sqlite_database: Database, clock: FixedClock, classifier: FakeClassifier) -> Services:
    add_conversation(sqlite_database, clock())
    services = make_services(sqlite_database, clock, classifier, make_settings())
    services.interviews.begin("c1")
    return services


@pytest.fixture
def interview(services: Services, sqlite_database: Database) -> InterviewReader:
    return InterviewReader(sqlite_database)


class InterviewReader:
    """Reads the interview as it is stored now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self) -> ExitInterview:
        with self._database.read() as work:
            found = work.interviews.find("c1")
            assert found is not None
            _ = list(found.answers), list(found.reasons)
            work.session.expunge_all()
            return found
