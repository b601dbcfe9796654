"""What a customer token may say, claim by claim. It checks form; who signed it is checked before."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.conversations.customer_fields import Currency, Email, Moment, Text, TimeZone
from bot.retention.money import NotAnAmount, to_minor_units

_LAST_SECOND = 253_402_300_799  # The end of the year 9999.

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
    email: Email | None = None
    plan: Text | None = None
    monthly_value: str | int | float | None = None
    currency: Currency | None = None
    place: Text | None = None
    timezone: TimeZone | None = None
    joined_at: Moment | None = None
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
