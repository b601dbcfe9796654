"""When a person answers: reads office hours as people write them, and tells whether somebody is there, or when next.

It must not guess: hours it does not wholly understand are not understood, and are only quoted.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from bot.retention.dates import write_day

DAYS_AHEAD = 60
"""How far ahead an open day is looked for."""
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?\b"
_DASH = r"\s*(?:[-–—]|\b(?:to|till|until)\b)\s*"
_COMMA = r"\s*(?:[,;&]|\band\b)\s*"
_DAYS = rf"every ?day\b|daily\b|weekdays\b|{_DAY}(?:{_DASH}{_DAY})?(?:{_COMMA}{_DAY}(?:{_DASH}{_DAY})?)*"
_TIME = r"\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]m\b)?"
_SPAN = rf"{_TIME}{_DASH}{_TIME}"
_PART = rf"({_DAYS})\s*[,:]?\s*(?:from\s+)?({_SPAN}(?:{_COMMA}{_SPAN})*)"
_WHOLE = re.compile(rf"\s*{_PART}(?:{_COMMA}{_PART})*\s*\.?\s*", re.IGNORECASE)
_EVERY = {"every": range(7), "daily": range(7), "weekd": range(5)}
_MIDNIGHT = 24 * 60

Span = tuple[int, int]
"""From and to, in minutes since midnight."""


@dataclass(frozen=True)
class Presence:
    """Whether somebody is there, and until or from when, by the clocks in the company's zone."""

    here: bool
    changes_at: datetime


@dataclass(frozen=True)
class OfficeHours:
    """The hours of each weekday (Monday is 0) by the clocks in `zone`, and the days on which nobody is there."""

    spans: dict[int, tuple[Span, ...]]
    zone: tzinfo
    closed: frozenset[date] = field(default_factory=frozenset)

    def look(self, now: datetime) -> Presence | None:
        """Return whether somebody is there at this moment; None where nobody comes within two months."""
        local = now.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        for begin, end in self._on(local.date()):
            if begin <= minute < end:
                return Presence(True, self._at(local.date(), end))
            if minute < begin:
                return Presence(False, self._at(local.date(), begin))
        for ahead in range(1, DAYS_AHEAD):
            day = local.date() + timedelta(days=ahead)
            if spans := self._on(day):
                return Presence(False, self._at(day, spans[0][0]))
        return None

    def _on(self, day: date) -> tuple[Span, ...]:
        return () if day in self.closed else self.spans.get(day.weekday(), ())

    def _at(self, day: date, minute: int) -> datetime:
        days, minute = divmod(minute, _MIDNIGHT)
        return datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), self.zone)


def read_office_hours(text: str, zone: tzinfo, closed: Collection[date] = ()) -> OfficeHours | None:
    """Return what "Mon-Fri 9:00-17:00" or "Monday to Friday, 9am to 5pm" means, or None for any other words."""
    if not _WHOLE.fullmatch(text):
        return None
    spans: dict[int, list[Span]] = {}
    for days, times in re.findall(_PART, text, re.IGNORECASE):
        found = [_read_span(span) for span in re.findall(_SPAN, times, re.IGNORECASE)]
        for day in _read_days(days.lower()):
            spans.setdefault(day, []).extend(span for span in found if span)
        if None in found:
            return None
    ordered = {day: tuple(sorted(found)) for day, found in spans.items()}
    if any(later[0] < earlier[1] for found in ordered.values() for earlier, later in pairwise(found)):
        return None
    return OfficeHours(ordered, zone, frozenset(closed))


def name_zone(zone: tzinfo) -> str:
    """Return how people call the clocks of a zone: "London time", "UTC"."""
    name = str(zone)
    return f"{name.rpartition('/')[2].replace('_', ' ')} time" if "/" in name and not name.startswith("Etc/") else name


def write_time(moment: datetime) -> str:
    """Return a time of day: "9:00"."""
    return f"{moment.hour}:{moment.minute:02}"


def write_next_day(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """Return the day of a moment to come as people say it: "today", "tomorrow", "on Monday", "on Monday 4 January"."""
    ahead = (moment.astimezone(zone).date() - now.astimezone(zone).date()).days
    if ahead < 2:
        return ("today", "tomorrow")[ahead]
    day = write_day(moment, zone, now)
    return f"on {day.split()[0] if ahead < len(_WEEK) else day}"


def _read_days(text: str) -> list[int]:
    if text[:5] in _EVERY:
        return list(_EVERY[text[:5]])
    days: list[int] = []
    for part in re.split(_COMMA, text):
        ends = [_WEEK.index(day[:3]) for day in re.findall(_DAY, part)]
        # "Saturday to Monday" goes over the end of the week.
        days += [(ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1)]
    return days


def _read_span(text: str) -> Span | None:
    """Return from and to, or None where that is no time of one day."""
    begin, end = (_read_minutes(one) for one in re.split(_DASH, text.lower()))
    return (begin, end) if begin is not None and end is not None and begin < end else None


def _read_minutes(text: str) -> int | None:
    hour, minute, half = re.fullmatch(r"(\d+)[:.]?(\d{2})?\s*([ap]m)?\s*", text).groups()  # type: ignore[union-attr]
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= _MIDNIGHT else None
