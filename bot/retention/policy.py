"""The business rules as data: tiers of value, what is offered for which reason, where we are, and how we win back.

It must not read a file, nor decide about one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.retention.endings import FAILURES_OF_OURS
from bot.retention.offers import OfferKind, OfferTerms
from bot.retention.reasons import Reason
from bot.retention.winback.rules import WinbackRules

EVERY = "every"
"""Stands for all tiers that have no row of their own."""

ALLOWED_KINDS: Mapping[Reason, tuple[OfferKind, ...]] = {
    **dict.fromkeys(Reason, ()),
    **dict.fromkeys(FAILURES_OF_OURS, (OfferKind.FIX, OfferKind.CALL, OfferKind.GESTURE)),
    Reason.TRUST_PRIVACY: (OfferKind.CALL,),
    Reason.PRICE: (OfferKind.DISCOUNT, OfferKind.SMALLER_PLAN, OfferKind.PAUSE),
    Reason.RELOCATION: (OfferKind.PLACE,),
    Reason.NO_LONGER_NEEDED: (OfferKind.PAUSE, OfferKind.SMALLER_PLAN),
}
"""What may be offered to somebody who leaves for a reason. No policy can widen it: a discount is for those alone who
leave over the price, and nobody who needs something we do not have is held by an offer."""


@dataclass(frozen=True)
class Tier:
    """People who pay at least `floor` a month; both amounts are in minor units. An offer worth money that is worth less
    than `min_worth` to them is not made."""

    name: str
    floor: int
    min_worth: int


@dataclass(frozen=True)
class Place:
    """A place we serve, and the names of those from which it can be reached."""

    name: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """All of it. `tiers` stand with the most valuable one first; `save_offers` has, for each reason for which something
    is offered, the terms by the name of a tier, or `EVERY`."""

    version: int
    currency: str
    tiers: tuple[Tier, ...]
    unknown_value_tier: str
    save_offers: Mapping[Reason, Mapping[str, OfferTerms]]
    winback: WinbackRules
    places: tuple[Place, ...] = ()
    personal_attention: frozenset[str] = field(default_factory=frozenset)
    """Names of the tiers whose customers are handed to staff when they leave over a failure of ours."""

    def find_tier(self, monthly_value: int | None, currency: str | None) -> Tier | None:
        """Return the tier of somebody who pays so much a month; None where that is less than any tier asks. What is
        paid in another currency counts as unknown."""
        if monthly_value is None or (currency or self.currency) != self.currency:
            return next(tier for tier in self.tiers if tier.name == self.unknown_value_tier)
        return next((tier for tier in self.tiers if monthly_value >= tier.floor), None)

    def find_terms(self, reason: Reason, tier: Tier | None) -> tuple[str, OfferTerms] | None:
        """Return the rule's name and what it offers to somebody who is about to leave; None where the policy has
        nothing for that reason and tier."""
        return _find_row("save_offers", self.save_offers, reason, tier)

    def find_winback_terms(self, reason: Reason, tier: Tier | None) -> tuple[str, OfferTerms] | None:
        """Return the rule's name and what it offers to somebody who has left; None where there is nothing for that
        reason and tier."""
        return _find_row("winback.offers", self.winback.offers, reason, tier)


def _find_row(
    table: str, offers: Mapping[Reason, Mapping[str, OfferTerms]], reason: Reason, tier: Tier | None
) -> tuple[str, OfferTerms] | None:
    rows = offers.get(reason, {})
    for name in (tier.name if tier else EVERY, EVERY):
        if name in rows:
            return f"{table}.{reason.value}.{name}", rows[name]
    return None
