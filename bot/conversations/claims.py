"""What a customer token may say, claim by claim. It checks form; who signed it is checked before."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.retention.addresses import read_address
from bot.retention.money import NotAnAmount, is_currency, to_minor_units

_LAST_SECOND = 253_402_300_799  # The end of the year 9999.
_FIRST_YEAR = 1900


def _check_text(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
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
    """Take a date, a date with time, or seconds since 1970; without a zone it is UTC."""
    problem = "write a date (2024-03-01), a time with its zone, or seconds since 1970"
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise ValueError(problem)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(problem) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not date(_FIRST_YEAR, 1, 1) <= moment.date() < date.max:
        raise ValueError(problem)
    return moment.astimezone(UTC)


Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_check_text)]
Seconds = Annotated[int | float, Field(ge=0, le=_LAST_SECOND, allow_inf_nan=False)]


class Claims(BaseModel):
    """The claims of a customer token. Only `sub` and `exp` must be there; what is absent or null says nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    sub: Text
    exp: Seconds
    iat: Seconds | None = None
    nbf: Seconds | None = None
    iss: Any = None
    jti: Any = None
    aud: Literal["farewell"] | None = None
    name: Text | None = None
    email: Annotated[str, AfterValidator(_check_email)] | None = None
    plan: Text | None = None
    monthly_value: str | int | float | None = None
    currency: Annotated[str, AfterValidator(_check_currency)] | None = None
    place: Text | None = None
    timezone: Annotated[str, AfterValidator(_check_timezone)] | None = None
    joined_at: Annotated[datetime | None, BeforeValidator(_read_moment)] = None
    trial: bool = False

    @property
    def minor_units(self) -> int | None:
        """What they pay a month, in minor units of the currency."""
        if self.monthly_value is None or self.currency is None:
            return None
        return to_minor_units(self.monthly_value, self.currency)

    @model_validator(mode="after")
    def _check_value(self) -> Self:
        if self.monthly_value is not None and self.currency is None:
            raise ValueError("monthly_value needs a currency beside it")
        try:
            _ = self.minor_units
        except NotAnAmount as error:
            raise ValueError(f"monthly_value: {error}") from None
        return self
