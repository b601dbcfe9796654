"""The invented people of the demo shop: one whom the chat does not know, and one who is signed in.

Their conversations are trials and count in no number; the token itself says so, wherever it is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.conversations.identity import sign_token

if TYPE_CHECKING:
    from bot.settings import Settings

_DEMO_CUSTOMER = re.compile(r"ada-[0-9a-f]{8}")


@dataclass(frozen=True)
class Shopper:
    """Whose account the demo page shows."""

    name: str
    price: str

    @property
    def first_name(self) -> str:
        """How the page greets them."""
        return self.name.split()[0]

    @property
    def initials(self) -> str:
        """What stands in place of a picture."""
        return "".join(word[0] for word in self.name.split())


ROSA = Shopper("Rosa Hartley", "€24.00 every two weeks")
ADA = Shopper("Ada Lindholm", "€39.00 a month")


def sign_demo_customer(settings: Settings, customer: str, now: datetime) -> str:
    """Return a token for the Ada of this name; empty where somebody else is meant, or none can be signed."""
    if settings.customer_token_secret is None or not _DEMO_CUSTOMER.fullmatch(customer):
        return ""
    claims = {
        "sub": f"demo-{customer}",
        "name": ADA.name,
        "email": f"{customer}@demo.example",
        "plan": "The Roaster’s Choice",
        "monthly_value": "39.00",
        "currency": "EUR",
        "place": "Ashbourne",
        "timezone": "Europe/London",
        "joined_at": "2024-03-01",
        "trial": True,
    }
    return sign_token(settings.customer_token_secret.get_secret_value(), claims, now)
