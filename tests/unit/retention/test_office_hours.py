"""A customer who asks for a person hears whether one is there, by the clocks of the company."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.office_hours import OfficeHours, name_zone, read_office_hours, write_next_day, write_time

LONDON = ZoneInfo("Europe/London")
WORKDAYS = dict.fromkeys(range(5), ((540, 1020),))


def hours(text: str = "Mon-Fri 9:00-17:00", *closed: date) -> OfficeHours:
    found = read_office_hours(text, LONDON, closed)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Monday to Friday, 9:00 to 17:00",
        "Mon-Fri 09:00-17:00",
        "mon – fri: 9 – 17",
        "Weekdays from 9am to 5pm",
        "Mon, Tue, Wed, Thurs and Fri 9.00-17.00",
        "Mondays until Thursdays 9am till 5 pm; Friday 9-17.",
    ],
)
def test_hours_are_understood_as_people_write_them(text: str) -> None:
    assert hours(text).spans == WORKDAYS


def test_days_may_differ_and_have_a_break() -> None:
    found = hours("Mon-Thu 9:00-12:30 and 13:30-18:00, Sat to Mon 20:00-24:00, Fri 12am-12pm").spans
    assert found[0] == ((540, 750), (810, 1080), (1200, 1440))
    assert (found[4], found[5], found[6]) == (((0, 720),), ((1200, 1440),), ((1200, 1440),))
    assert hours("daily 8-20").spans == dict.fromkeys(range(7), ((480, 1200),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whenever the shop is open",
        "Mon-Fri",
        "9:00-17:00",
        "Mon-Fri 9:00-17:00 except at Easter",
        "Mon-Fri 17:00-9:00",
        "Mon-Fri 9:00-25:00",
        "Mon-Fri 9:70-17:00",
        "Mon-Fri 0am-5pm",
        "Mon-Fri 9:00-12:00 and 11:00-17:00",
        "Mo-Fr 9-17",
        "Monkey 9-17",
    ],
)
def test_hours_that_are_not_wholly_understood_are_only_quoted(text: str) -> None:
    assert read_office_hours(text, LONDON) is None


# 2026-05-04 is a Monday. London is an hour ahead of UTC then.
@pytest.mark.parametrize(
    ("now", "here", "changes_at"),
    [
        ("2026-05-04T07:59", False, "2026-05-04T09:00"),
        ("2026-05-04T08:00", True, "2026-05-04T17:00"),
        ("2026-05-04T15:59", True, "2026-05-04T17:00"),
        ("2026-05-04T16:00", False, "2026-05-05T09:00"),
        ("2026-05-08T20:00", False, "2026-05-11T09:00"),
        ("2026-12-24T18:00", False, "2026-12-29T09:00"),
        ("2026-12-25T10:00", False, "2026-12-29T09:00"),
        # The clocks go forward on 2026-03-29.
        ("2026-03-27T18:00", False, "2026-03-30T09:00"),
        ("2026-03-30T08:00", True, "2026-03-30T17:00"),
    ],
)
def test_somebody_is_there_in_office_hours_and_else_on_the_next_open_day(now: str, here: bool, changes_at: str) -> None:
    office = hours("Mon-Fri 9:00-17:00", date(2026, 12, 25), date(2026, 12, 28))
    presence = office.look(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert presence is not None
    assert presence.here is here
    assert presence.changes_at == datetime.fromisoformat(changes_at).replace(tzinfo=LONDON)


def test_an_office_that_is_closed_for_good_promises_nothing() -> None:
    first = date(2026, 5, 4)
    office = hours("Mon 9-17", *(first + timedelta(days=day) for day in range(90)))
    assert office.look(datetime(2026, 5, 4, 12, tzinfo=UTC)) is None


@given(minutes=st.integers(0, 2 * 365 * 24 * 60))
def test_what_is_promised_is_to_come_and_true(minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    office = hours("Mon-Thu 9:00-12:00 and 13:00-17:00, Fri 9:00-15:00")
    presence = office.look(now)
    assert presence is not None
    assert presence.changes_at > now
    after = office.look(presence.changes_at)
    assert after is not None
    assert after.here is not presence.here


def test_days_and_times_are_said_as_people_say_them() -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    days = [write_next_day(now + timedelta(days=ahead), now, LONDON) for ahead in (0, 1, 2, 6, 7)]
    assert days == ["today", "tomorrow", "on Wednesday", "on Sunday", "on Monday 11 May"]
    assert write_next_day(datetime(2026, 5, 4, 23, 30, tzinfo=UTC), now, LONDON) == "tomorrow"
    assert write_time(datetime(2026, 5, 4, 9, 5, tzinfo=UTC)) == "9:05"
    zones = ("Europe/London", "America/New_York", "UTC", "Etc/GMT+3")
    assert [name_zone(ZoneInfo(zone)) for zone in zones] == ["London time", "New York time", "UTC", "Etc/GMT+3"]
