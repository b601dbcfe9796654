"""What can be offered to somebody who leaves, and what becomes of an offer.

It must not decide who gets one: that is policy.
"""

from __future__ import annotations

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


class GrantState(StrEnum):
    """Where an offer to one person stands. `requested`: accepted by somebody we do not know, so staff confirm it."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REQUESTED = "requested"
    DECLINED = "declined"
    REFUSED = "refused"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
