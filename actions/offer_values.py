"""An offer in words: what it is worth, until when, and its code, as responses name them.

It must not know which response that is.
"""

from __future__ import annotations

from datetime import datetime

from bot.conversations.offers import Offer
from bot.retention.dates import write_day
from bot.retention.money import write_amount


def write_offer(offer: Offer, now: datetime) -> dict[str, str]:
    """Return what responses can say about an offer, by the names of their placeholders."""
    months = offer.months or 0
    return {
        "worth": write_amount(offer.worth, offer.currency) if offer.currency else "",
        "deadline": write_day(offer.deadline, offer.zone, now),
        "percent": str(offer.percent or ""),
        "months": f"{months} months" if months != 1 else "one month",
        "plan": offer.plan or "",
        "place": offer.place or "",
        "code": offer.code or "",
    }
