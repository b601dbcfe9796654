"""What a company's own system may say of a customer, value by value: texts, addresses, currencies, zones and times.

It checks form. Whether the company said it at all is checked before.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from bot.retention.addresses import read_address
from bot.retention.money import is_currency

_FIRST_YEAR = 1900


def check_text(text: str, allowed: str = "") -> str:
    """Return the text; raises `ValueError` where it has control characters or half ones, which nothing can store."""
    if text.isprintable():
        return text
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in allowed for character in text):
        raise ValueError("control characters have no place here")
    return text


def _check_email(text: str) -> str:
    address = read_address(text)
    if address is None or len(address) != len(text):
        raise ValueError("this is no e-mail address")
    return address


def _check_currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError("write the currency's code, like EUR")
    return code


@cache
def _list_zones() -> set[str]:
    return available_timezones()  # It looks through all files of the time zones.


def _check_timezone(name: str) -> str:
    if name not in _list_zones():
        raise ValueError("write the IANA name of the time zone, like Europe/London")
    return name


def _read_moment(value: Any) -> Any:
    problem = "write a date (2024-03-01), a time with its zone, or seconds since 1970"
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise ValueError(problem)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        in_range = date(_FIRST_YEAR, 1, 1) <= moment.date() < date.max
    except (ValueError, OverflowError, OSError):
        raise ValueError(problem) from None
    if not in_range:
        raise ValueError(problem)
    return moment.astimezone(UTC)


Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(check_text)]
Email = Annotated[str, AfterValidator(_check_email)]
Currency = Annotated[str, AfterValidator(_check_currency)]
TimeZone = Annotated[str, AfterValidator(_check_timezone)]
Moment = Annotated[datetime, BeforeValidator(_read_moment)]
"""A date, a date with time, or seconds since 1970; without a zone it is UTC."""
