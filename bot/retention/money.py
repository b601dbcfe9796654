"""Amounts of money: from what people write to whole minor units, and back.

It must not round: an amount that does not come out even is refused.
"""

from __future__ import annotations

import re
from decimal import Decimal

# ISO 4217: how many decimals a currency has, where it is not two.
_DECIMALS = dict.fromkeys(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,3})?")
LARGEST = 2**31 - 1
"""Minor units that can be stored."""
_CURRENCY = re.compile(r"[A-Z]{3}")


class NotAnAmount(ValueError):
    """This is no amount of money."""


def is_currency(code: str) -> bool:
    """Tell whether this has the form of a currency's code (ISO 4217)."""
    return _CURRENCY.fullmatch(code) is not None


def to_minor_units(amount: str | int | float, currency: str) -> int:
    """Return an amount in whole minor units: "39.00" in EUR is 3900, in JPY it is refused.

    Raises:
        NotAnAmount: when it is negative, no decimal number, finer than the currency, or too large to be true.
    """
    written = str(amount)
    if not _AMOUNT.fullmatch(written):
        raise NotAnAmount("write it as a decimal number with a point, like 39.00")
    units = Decimal(written).scaleb(count_decimals(currency))
    if units != units.to_integral_value():
        raise NotAnAmount(f"it has more decimals than {currency}")
    if units > LARGEST:
        raise NotAnAmount("it is too large")
    return int(units)


def write_amount(units: int, currency: str) -> str:
    """Return minor units as a person reads them: 3900 in EUR is "39.00 EUR"."""
    decimals = count_decimals(currency)
    return f"{Decimal(units).scaleb(-decimals):.{decimals}f} {currency}"


def count_decimals(currency: str) -> int:
    """Return how many decimals a currency has; two for one that is not known."""
    return _DECIMALS.get(currency, 2)
