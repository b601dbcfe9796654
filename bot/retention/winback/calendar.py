"""When a person may be written to, by their own clock.

It must not know what is written.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.retention.winback.rules import WinbackRules

_WEEK = 7


def is_open(moment: datetime, zone: tzinfo, rules: WinbackRules) -> bool:
    """Tell whether somebody in this zone may be written to at this moment."""
    local = moment.astimezone(zone)
    return local.weekday() not in rules.quiet_days and rules.opens <= local.time() < rules.closes


def find_opening(moment: datetime, zone: tzinfo, rules: WinbackRules) -> datetime:
    """Return the first moment from this one on, in UTC, at which somebody in this zone may be written to."""
    if is_open(moment, zone, rules):
        return moment.astimezone(UTC)
    local = moment.astimezone(zone)
    first = 0 if local.time() < rules.opens else 1
    for ahead in range(first, first + _WEEK + 1):
        opening = _at(local + timedelta(days=ahead), rules.opens, zone)
        # Where clocks jump over the opening, or a whole day is left out, the day is passed over.
        if opening >= moment and is_open(opening, zone, rules):
            return opening
    raise ValueError("a policy with seven quiet days lets nobody be written to")


def _at(day: datetime, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day.date(), clock, zone).astimezone(UTC)
