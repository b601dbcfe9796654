"""Fixtures of tests in which we have written first."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier
from tests.trackers import make_services, make_settings
from tests.unit.actions.touches.talk import (
    TouchTalk,
)


@pytest.fixture
def services(sqlite_database: Database, clock: FixedClock, classifier: FakeClassifier) -> Services:
    return make_services(sqlite_database, clock, classifier, make_settings())


@pytest.fixture
def talk(services: Services, sqlite_database: Database, clock: FixedClock) -> TouchTalk:
    return TouchTalk(services, sqlite_database, clock)
