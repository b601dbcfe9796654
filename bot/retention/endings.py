"""What an interview closes with: an apology only for a failure of ours, and the ending that fits the reason.

It must not decide about offers or later messages.
"""

from __future__ import annotations

from enum import StrEnum

from bot.retention.reasons import Reason

FAILURES_OF_OURS = frozenset(
    {
        Reason.PRODUCT_QUALITY,
        Reason.TECHNICAL_RELIABILITY,
        Reason.DELIVERY_FULFILMENT,
        Reason.CUSTOMER_SERVICE,
        Reason.BILLING_ACCOUNT,
        Reason.TRUST_PRIVACY,
    }
)


class Ending(StrEnum):
    """The kind of farewell."""

    ORDINARY = "ordinary"
    AFTER_APOLOGY = "after_apology"
    ANGRY = "angry"
    PERSONAL = "personal"
    MOVED = "moved"
    LIFE_CHANGE = "life_change"
    POOR_FIT = "poor_fit"
    UNANSWERED = "unanswered"


def owes_apology(leading: Reason | None, certain: bool) -> bool:
    """Tell whether the person leaves over something we got wrong. One for the wrong thing is worse than none."""
    return certain and leading in FAILURES_OF_OURS


def choose_ending(
    leading: Reason | None, *, certain: bool = True, answered: bool = True, angry: bool = False, personal: bool = False
) -> Ending:
    """Return the farewell for somebody who leaves for this reason, or did not say why, or (`answered`) said nothing.

    `angry`: in hard words. Where the failure is ours, a person is at hand for them; for `personal` attention one comes
    unasked.
    """
    if personal:
        return Ending.PERSONAL
    if not answered:
        return Ending.UNANSWERED
    if owes_apology(leading, certain):
        return Ending.ANGRY if angry else Ending.AFTER_APOLOGY
    if not certain:
        return Ending.ORDINARY
    match leading:
        case Reason.RELOCATION:
            return Ending.MOVED
        case Reason.NO_LONGER_NEEDED:
            return Ending.LIFE_CHANGE
        case Reason.POOR_FIT_EXPECTATIONS:
            return Ending.POOR_FIT
        case _:
            return Ending.ORDINARY
