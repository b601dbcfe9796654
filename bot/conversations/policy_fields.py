"""The fields of a policy file: what each is called, and which values it takes by itself.

It must not know which values fit together.
"""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr
from pydantic_core import PydanticCustomError

from bot.retention.channels import Channel
from bot.retention.offers import OfferKind, OfferTerms
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind

UNKNOWN = "unknown"
"""Stands, among the plans, for those who never said why they left."""
WRITABLE_CHANNELS = (Channel.TELEGRAM, Channel.EMAIL, Channel.PHONE)
"""Where somebody can be written to who has left; a page they have closed is not among them."""
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class Day(StrEnum):
    """A day of the week, as a policy writes it."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


def _read_none(value: object) -> object:
    return {} if value == "none" else value


def _read_no_steps(value: object) -> object:
    return () if value == "none" else value


def _read_time(value: object) -> time:
    read = _TIME_OF_DAY.fullmatch(value) if isinstance(value, str) else None
    if read is None:
        raise PydanticCustomError("time_of_day", "use a time of day")
    return time(int(read[1]), int(read[2]))


def _read_leading(value: object) -> object:
    # A key that is empty is no way to say `unknown`.
    return None if value == UNKNOWN else "nothing" if value is None else value


Name = Annotated[StrictStr, Field(min_length=1, max_length=60)]
TierName = Annotated[StrictStr, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
"""It becomes part of the name of a rule, which is kept with every offer made by it."""
Amount = Annotated[StrictInt, Field(ge=1, le=100_000_000)]
Percent = Annotated[StrictInt, Field(ge=0, le=100)]
TimeOfDay = Annotated[time, BeforeValidator(_read_time)]


class Fields(BaseModel):
    """A group of fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class TierFields(Fields):
    """A row of `tiers`."""

    floor: Annotated[StrictInt, Field(ge=0, le=100_000_000, alias="from")]
    min_worth: Amount


class PlaceFields(Fields):
    """An item of `places`."""

    name: Name
    near: tuple[Name, ...] = ()


class OfferFields(Fields):
    """A row of offers."""

    kind: OfferKind
    days: Annotated[StrictInt, Field(ge=1, le=365)]
    worth: Amount | None = None
    percent: Annotated[StrictInt, Field(ge=1, le=100)] | None = None
    months: Annotated[StrictInt, Field(ge=1, le=24)] | None = None
    plan: Name | None = None

    @property
    def terms(self) -> OfferTerms:
        """The offer, as the rules know it."""
        return OfferTerms(**self.model_dump())


Rows = Annotated[dict[Name, OfferFields], BeforeValidator(_read_none)]
"""Offers by the name of a tier; `none` is no row."""


class WindowFields(Fields):
    """The hours in which people are written to."""

    opens: Annotated[TimeOfDay, Field(alias="from")]
    closes: Annotated[TimeOfDay, Field(alias="to")]


class CapFields(Fields):
    """How many touches within how many days."""

    touches: Annotated[StrictInt, Field(ge=1, le=30)]
    days: Annotated[StrictInt, Field(ge=1, le=365)]


class StepFields(Fields):
    """A touch of a plan."""

    touch: TouchKind
    day: Annotated[StrictInt, Field(ge=1, le=730)]


Leading = Annotated[Reason | None, BeforeValidator(_read_leading)]
Steps = Annotated[tuple[StepFields, ...], BeforeValidator(_read_no_steps)]


class BudgetFields(Fields):
    """What an offer may cost at most."""

    of_first_life_percent: Percent
    of_second_life_percent: Percent


class ValuingFields(Fields):
    """What the value of a customer is reckoned by."""

    margin_percent: Annotated[StrictInt, Field(ge=1, le=100)]
    default_months: Annotated[StrictInt, Field(ge=1, le=120)]
    second_life_percent: Percent


class WinbackFields(Fields):
    """All of `winback`."""

    window: WindowFields
    quiet_days: tuple[Day, ...]
    cap: CapFields
    attempts: Annotated[StrictInt, Field(ge=1, le=100)]
    cooldown_days: Annotated[StrictInt, Field(ge=1, le=365)]
    pause_hours: Annotated[StrictInt, Field(ge=1, le=168)]
    holdout_percent: Annotated[StrictInt, Field(ge=0, le=50)]
    lapsed_after_days: Annotated[StrictInt, Field(ge=7, le=3650)]
    reminder_days: Annotated[StrictInt, Field(ge=1, le=90)]
    again_within_days: Annotated[StrictInt, Field(ge=1, le=3650)]
    thank_returned: StrictBool = False
    channels: tuple[Channel, ...]
    plans: dict[Leading, Steps]
    offers: dict[Reason, Rows]
    budget: BudgetFields
    valuing: ValuingFields


class PolicyFields(Fields):
    """All of a policy file."""

    version: Annotated[StrictInt, Field(ge=1, le=2_000_000_000)]
    currency: Annotated[StrictStr, Field(pattern=r"^[A-Z]{3}$")]
    tiers: Annotated[dict[TierName, TierFields], Field(min_length=1)]
    unknown_value_tier: Name
    save_offers: dict[Reason, Rows]
    winback: WinbackFields
    places: tuple[PlaceFields, ...] = ()
    personal_attention: tuple[Name, ...] = ()
