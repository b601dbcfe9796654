"""What can be offered to somebody who leaves, and what becomes of an offer.

It must not decide who gets one: that is policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OfferKind(StrEnum):
    """What an offer consists of. Values are stored and exported."""

    DISCOUNT = "discount"
    SMALLER_PLAN = "smaller_plan"
    PAUSE = "pause"
    FIX = "fix"
    CALL = "call"
    PLACE = "place"
    GESTURE = "gesture"

    @property
    def is_worth_money(self) -> bool:
        """Whether it costs the company money, so that it is granted only to a person we know."""
        return self in (OfferKind.DISCOUNT, OfferKind.SMALLER_PLAN, OfferKind.PAUSE, OfferKind.GESTURE)


@dataclass(frozen=True)
class OfferTerms:
    """What is offered. `worth` is in minor units, a year's saving where the plan is smaller; `percent` and `months` say
    how much less is paid for how long; `days` is how long the offer stands."""

    kind: OfferKind
    days: int
    worth: int | None = None
    percent: int | None = None
    months: int | None = None
    plan: str | None = None

    def value(self, monthly_value: int) -> int:
        """Return what it is worth, in minor units, to somebody who pays so much a month."""
        if self.worth is not None:
            return self.worth
        if self.months is None or not self.kind.is_worth_money:
            return 0
        percent = 100 if self.percent is None else self.percent
        return monthly_value * self.months * percent // 100


class GrantState(StrEnum):
    """Where an offer to one person stands. `requested`: accepted by somebody we do not know, so staff confirm it."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REQUESTED = "requested"
    DECLINED = "declined"
    REFUSED = "refused"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
