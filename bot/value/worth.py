"""What each of many customers is worth, and by which way that was reckoned.

It must not read or write: it is what is handed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bot.value.subscriptions import Flags, Floats

LARGEST = 2.0**53
"""Above this a number with a point is no longer exact, and no company has so many cents."""

Amounts = NDArray[np.int64]


class Basis(StrEnum):
    """By what somebody's worth was reckoned. `subscription_default`: too few subscriptions have ended to draw a curve;
    `purchases_so_far`: too few have bought again to know what is to be expected. Values are stored."""

    SUBSCRIPTION = "subscription"
    SUBSCRIPTION_DEFAULT = "subscription_default"
    PURCHASES = "purchases"
    PURCHASES_SO_FAR = "purchases_so_far"


@dataclass(frozen=True)
class Worths:
    """What many customers are worth, in minor units of the policy's currency, as margin. `monthly` is what they pay a
    month, 0 where they have no subscription; `has_left` tells of whom it holds that they are gone."""

    basis: Basis
    ids: Amounts
    monthly: Floats
    has_left: Flags
    so_far: Amounts
    remaining: Amounts
    second_life: Amounts


def to_amounts(units: Floats) -> Amounts:
    """Return whole minor units, never below 0 and never more than was reckoned."""
    return np.floor(np.clip(np.nan_to_num(units, nan=0.0), 0.0, LARGEST)).astype(np.int64)
