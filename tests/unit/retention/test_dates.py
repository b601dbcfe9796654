"""Days as people say them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.retention.dates import find_zone, write_day

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_day_is_written_as_people_say_it() -> None:
    assert write_day(datetime(2026, 12, 6, 23, 59, tzinfo=UTC), UTC, NOW) == "Sunday 6 December"


def test_a_day_of_another_year_says_so() -> None:
    assert write_day(datetime(2027, 1, 3, tzinfo=UTC), UTC, NOW) == "Sunday 3 January 2027"


def test_a_day_is_that_of_the_clocks_where_the_reader_lives() -> None:
    moment = datetime(2026, 12, 6, 23, 59, tzinfo=UTC)
    assert write_day(moment, ZoneInfo("Pacific/Auckland"), NOW) == "Monday 7 December"


@pytest.mark.parametrize("name", [None, "", "Europe/Nowhere", "../../etc/passwd", "\x00"])
def test_a_zone_that_does_not_exist_is_utc(name: str | None) -> None:
    assert str(find_zone(name)) == "UTC"
    assert str(find_zone(name, "Europe/Lisbon")) == "Europe/Lisbon"
