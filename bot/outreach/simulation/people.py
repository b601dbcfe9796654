"""Invents customers who have left: where they live, why they left, what they pay, and where we may write to them.

It must not know what happens to them later. The shares are inventions, chosen so that everything occurs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.retention.channels import Channel
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.winback.person import Contact, Lapsed

NEVER_TALKED, SENSITIVE, UNKNOWN_VALUE, OTHER_CURRENCY, SECOND_REASON, THIRD_REASON = 0.3, 0.04, 0.06, 0.03, 0.35, 0.1
PLACES = ("Ashford", "Brookhaven", "Castlemere", "Dunwick", "Eastvale", "Fairmont")
"""Invented places, for policies that name none."""

REASONS = {
    Reason.PRICE: 22,
    Reason.NO_LONGER_NEEDED: 12,
    Reason.MISSING_FEATURES: 10,
    Reason.PRODUCT_QUALITY: 9,
    Reason.COMPETITOR: 9,
    Reason.TECHNICAL_RELIABILITY: 7,
    Reason.CUSTOMER_SERVICE: 7,
    Reason.POOR_FIT_EXPECTATIONS: 6,
    Reason.DELIVERY_FULFILMENT: 5,
    Reason.BILLING_ACCOUNT: 4,
    Reason.RELOCATION: 4,
    Reason.OTHER_UNCLEAR: 3,
    Reason.TRUST_PRIVACY: 2,
}
ADDRESSES = {Channel.EMAIL: 0.85, Channel.WEB: 0.4, Channel.TELEGRAM: 0.35, Channel.PHONE: 0.3}
CONSENTS: tuple[tuple[bool | None, int], ...] = ((True, 55), (False, 25), (None, 20))
ZONES = {
    **dict.fromkeys(("Europe/Berlin", "Europe/Lisbon", "Europe/London", "America/New_York"), 10),
    **dict.fromkeys(("America/Los_Angeles", "America/Chicago", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo"), 6),
    **dict.fromkeys(("Australia/Sydney", "Africa/Lagos", "Asia/Singapore", "Europe/Helsinki", "UTC"), 4),
    # Half and three quarters of an hour, clocks that change by half an hour or at odd dates, and both ends of the day.
    **dict.fromkeys(("Asia/Kathmandu", "Australia/Adelaide", "America/St_Johns", "Asia/Tehran", "Asia/Yangon"), 2),
    **dict.fromkeys(("Pacific/Chatham", "Australia/Lord_Howe", "Pacific/Marquesas", "Pacific/Kiritimati"), 2),
    **dict.fromkeys(("Pacific/Auckland", "America/Santiago", "Africa/Casablanca", "Africa/Cairo", "Asia/Beirut"), 2),
    **dict.fromkeys(("Pacific/Pago_Pago", "Africa/Johannesburg", "America/Havana", "Asia/Gaza"), 2),
}


@dataclass
class Customer:
    """An invented customer: what the rules know of them (`person`), and what only the world knows. `warmth`, from 0 to
    1, is how readily they come back. `monthly` is in minor units. `known`: they have left, so that we know of them.
    `redeemed_at` is when they last took an offer."""

    name: str
    random: Random
    person: Lapsed
    timezone: str
    tier: str | None
    warmth: float
    monthly: int
    known: bool = False
    look_at: datetime | None = None
    returned_at: datetime | None = None
    redeemed_at: datetime | None = None


def invent_customer(name: str, seed: int, policy: Policy, start: datetime, days: int) -> Customer:
    """Return somebody who leaves within so many days. The same name and seed give the same customer."""
    random = Random(f"{seed}/{name}")  # noqa: S311  # Nothing secret: the same seed has to give the same year.
    timezone = choose_zone(random)
    monthly = round(random.lognormvariate(7.7, 0.7))
    foreign = "USD" if policy.currency == "EUR" else "EUR"
    person = Lapsed(
        left_at=start + timedelta(seconds=random.randrange(days * 86_400)),
        zone=ZoneInfo(timezone),
        contacts=_invent_contacts(random),
        monthly_value=None if random.random() < UNKNOWN_VALUE else monthly,
        currency=foreign if random.random() < OTHER_CURRENCY else policy.currency,
        holdout=random.random() * 100 < policy.winback.holdout,
        home=random.choice(list_places(policy)),
        places=choose_places(random, policy),
    )
    tier = policy.find_tier(person.monthly_value, person.currency)
    customer = Customer(name, random, person, timezone, tier.name if tier else None, 0, monthly)
    tell_why(customer)
    return customer


def tell_why(customer: Customer) -> None:
    """Let somebody leave for reasons of this time, or without a word."""
    random = customer.random
    talked = random.random() >= NEVER_TALKED
    reasons = _choose_reasons(random) if talked else ()
    likelihood = random.randint(0, 10) if talked and random.random() < 0.8 else None
    sensitive = customer.person.sensitive or (talked and random.random() < SENSITIVE)
    customer.warmth = (random.random() + (5 if likelihood is None else likelihood) / 10) / 2
    customer.person = replace(customer.person, reasons=reasons, likelihood=likelihood, sensitive=sensitive)


def leave_again(customer: Customer, now: datetime, again_within_days: int) -> None:
    """Let somebody who came back leave once more. What they said of us before holds on."""
    redeemed = customer.redeemed_at
    soon = redeemed is not None and now - redeemed <= timedelta(days=again_within_days)
    person = customer.person
    customer.person = replace(
        person, left_at=now, leaving=person.leaving + 1, returned=False, left_for_offer=soon, last_said_at=None
    )
    tell_why(customer)


def choose_zone(random: Random) -> str:
    """Return a time zone's IANA name."""
    return random.choices(list(ZONES), list(ZONES.values()))[0]


def list_places(policy: Policy) -> tuple[str, ...]:
    """Return where the company is: the policy's places, or invented ones."""
    return tuple(place.name for place in policy.places) or PLACES


def choose_places(random: Random, policy: Policy) -> tuple[str, ...]:
    """Return the places near somebody's home: none, or one."""
    return (random.choice(list_places(policy)),) if random.random() < 0.5 else ()


def _choose_reasons(random: Random) -> tuple[Reason, ...]:
    wanted = 1 + (random.random() < SECOND_REASON) + (random.random() < THIRD_REASON)
    chosen: list[Reason] = []
    for reason in random.choices(list(REASONS), list(REASONS.values()), k=wanted):
        if reason not in chosen and (not chosen or Reason.OTHER_UNCLEAR not in (reason, *chosen)):
            chosen.append(reason)
    return tuple(chosen)


def _invent_contacts(random: Random) -> tuple[Contact, ...]:
    answers, weights = zip(*CONSENTS, strict=True)
    return tuple(
        Contact(channel, random.choices(answers, weights)[0])
        for channel, share in ADDRESSES.items()
        if random.random() < share
    )
