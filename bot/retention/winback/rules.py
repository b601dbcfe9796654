"""The business rules of winning back as data: plans by reason, the limits of contact, and what an offer may cost.

It must not read a file, nor decide about one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from bot.retention.channels import Channel
from bot.retention.endings import FAILURES_OF_OURS
from bot.retention.offers import OfferKind, OfferTerms
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind

FIRST_DAY, LAST_DAY = 7, 30
"""Between these days after leaving the first touch falls, for everybody who gets a check-in."""
GENTLE_DAY = 90
"""The earliest day on which somebody who no longer needed us hears from us."""
EAGER, RELUCTANT = 8, 2
"""From this likelihood to return on the first touch comes on the first day; up to this one only announcements do."""

ALLOWED_TOUCHES: Mapping[Reason | None, frozenset[TouchKind]] = {
    None: frozenset({TouchKind.CHECK_IN}),
    **dict.fromkeys(
        sorted(FAILURES_OF_OURS),
        frozenset({TouchKind.CHECK_IN, TouchKind.WELCOME_BACK, TouchKind.ANNOUNCEMENT}),
    ),
    Reason.PRICE: frozenset({TouchKind.CHECK_IN, TouchKind.WELCOME_BACK, TouchKind.ANNOUNCEMENT, TouchKind.REMINDER}),
    Reason.BILLING_ACCOUNT: frozenset({TouchKind.CHECK_IN}),
    Reason.TRUST_PRIVACY: frozenset({TouchKind.CHECK_IN, TouchKind.WELCOME_BACK}),
    Reason.MISSING_FEATURES: frozenset({TouchKind.CHECK_IN, TouchKind.ANNOUNCEMENT}),
    Reason.COMPETITOR: frozenset({TouchKind.CHECK_IN, TouchKind.ANNOUNCEMENT}),
    Reason.RELOCATION: frozenset({TouchKind.ANNOUNCEMENT}),
    Reason.NO_LONGER_NEEDED: frozenset({TouchKind.WELCOME_BACK}),
    Reason.POOR_FIT_EXPECTATIONS: frozenset(),
    Reason.OTHER_UNCLEAR: frozenset({TouchKind.CHECK_IN}),
}
"""What somebody may hear who left for a leading reason; None: they never said why. No policy can widen it. Only who
left over the price is reminded of an offer: a gesture is no bargain to hurry for. Thanks are for everybody who is back,
whatever they had left for."""

ALLOWED_OFFERS: Mapping[Reason, tuple[OfferKind, ...]] = {
    **dict.fromkeys(Reason, ()),
    **dict.fromkeys(FAILURES_OF_OURS - {Reason.BILLING_ACCOUNT, Reason.TRUST_PRIVACY}, (OfferKind.GESTURE,)),
    Reason.PRICE: (OfferKind.DISCOUNT, OfferKind.SMALLER_PLAN, OfferKind.GESTURE),
}
"""What a welcome-back touch may offer. A discount is for those alone who left over the price."""


@dataclass(frozen=True)
class Step:
    """A touch of a plan, so many days after leaving at the earliest."""

    kind: TouchKind
    day: int


@dataclass(frozen=True)
class Budget:
    """What an offer may cost at most: shares, in percent, of what a person has brought in until now, and of what they
    are expected to bring in if they return."""

    of_first_life: int
    of_second_life: int


@dataclass(frozen=True)
class Valuing:
    """What the value of a customer is reckoned by. `margin` is the share of a price that is left to the company, in
    percent; `default_months` is how long a subscription is expected to last while too few have ended to know;
    `second_life` is how long a second one lasts, in percent of a first."""

    margin: int
    default_months: int
    second_life: int


@dataclass(frozen=True)
class WinbackRules:
    """All of it. Touches are sent from `opens` until before `closes` by the person's own clock, on no day of
    `quiet_days` (Monday is 0); at most `cap` of any kind within `cap_days`, `attempts` in all after one leaving, and
    one in `cooldown_days`. `holdout` percent are left alone to see what would have happened anyway. `plans` has None
    for those who never said why. After the last word of a conversation nothing is sent for `pause_hours`. A reminder
    comes `reminder_days` before its offer's deadline."""

    opens: time
    closes: time
    quiet_days: frozenset[int]
    cap: int
    cap_days: int
    attempts: int
    cooldown_days: int
    pause_hours: int
    holdout: int
    lapsed_after_days: int
    reminder_days: int
    again_within_days: int
    """Who leaves again so soon after redeeming an offer gets no other one."""
    thank_returned: bool
    """Whether somebody who came back after hearing from us is thanked, once."""
    channels: tuple[Channel, ...]
    """The preferred one first; on others nobody is written to."""
    plans: Mapping[Reason | None, tuple[Step, ...]]
    offers: Mapping[Reason, Mapping[str, OfferTerms]]
    budget: Budget
    valuing: Valuing
