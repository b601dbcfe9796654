"""The invented people of the demo shop, as `customers.yml` describes them. It writes nothing down."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import FarewellError
from bot.retention.offers import GrantState
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchAnswer, TouchKind

FILE = Path(__file__).with_name("customers.yml")
NOW = "now"
"""In place of a time zone: one in which it is daytime now."""
SKIP = "skip"


class PeopleBroken(FarewellError):
    """The file of invented customers cannot be read."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Heard(_Part):
    """What somebody has had from us, on which day after they left, what they said to it, and what became of the
    offer in it."""

    kind: TouchKind
    day: int
    answer: TouchAnswer | None = None
    words: str | None = None
    offer: GrantState | None = None
    improvement: str | None = None


class Back(_Part):
    """They came back: how many days ago, and what they paid."""

    days: int
    amount: Decimal


class Persona(_Part):
    """Who somebody is, why they left, and what has become of them; `customers.yml` explains each field."""

    name: str
    reason: Reason | None = None
    says: str | None = None
    taps: str | None = None
    probe: str = SKIP
    kept: str = SKIP
    likelihood: int | None = None
    offer: bool = False
    days: int | None = None
    zone: str | None = None
    place: str | None = None
    plan: str = "The Roaster’s Choice"
    monthly: Decimal = Decimal("39.00")
    consent: Literal["email", "phone", "refused", "none"] = "email"
    end: Literal["left", "saved", "skipped", "abandoned", "opted_out", "sensitive", "handoff"] = "left"
    flagged: bool = False
    disputed: bool = False
    heard: tuple[Heard, ...] = ()
    back: Back | None = None
    bought: tuple[tuple[int, Decimal], ...] = ()
    hears: TouchKind | Literal["nothing"]

    @property
    def is_interviewed(self) -> bool:
        """Tell whether they were in a conversation with us when they left."""
        return bool(self.says or self.taps) or self.end == "skipped"

    @property
    def subscribes(self) -> bool:
        """Tell whether they paid every month; others buy now and then."""
        return self.days is not None


class Repair(_Part):
    """Something that was put right so many days ago."""

    id: str
    days: int
    what: str
    reasons: tuple[Reason, ...]
    place: str | None = None
    feature: str | None = None
    product: str | None = None


class People(_Part):
    """All of it."""

    improvements: tuple[Repair, ...]
    customers: tuple[Persona, ...]


def read_people(path: Path = FILE) -> People:
    """Return everybody in the file.

    Raises:
        PeopleBroken: when it cannot be read.
    """
    try:
        return People.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise PeopleBroken(f"{path} cannot be used: {error}") from error
