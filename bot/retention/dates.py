"""Writes days as people say them.

It must not know what a day is for.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June")
_MONTHS += ("July", "August", "September", "October", "November", "December")


def write_day(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """Return the day of a moment by the clocks in `zone`: "Sunday 6 December", with the year if it is another one."""
    local = moment.astimezone(zone)
    written = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    return written if local.year == now.astimezone(zone).year else f"{written} {local.year}"


def write_when(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """Return when something was, by the clocks in `zone`, as a sentence begins with it: "In May", "In May 2025" in
    another year, "Earlier this month"."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if (local.year, local.month) == (today.year, today.month):
        return "Earlier this month"
    month = _MONTHS[local.month - 1]
    return f"In {month}" if local.year == today.year else f"In {month} {local.year}"


def find_zone(*names: str | None) -> tzinfo:
    """Return the first of these time zones (IANA names) that exists, or UTC."""
    return next((zone for name in names if name and (zone := _read_zone(name))), ZoneInfo("UTC"))


def _read_zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
