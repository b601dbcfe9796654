"""Writes what happens as the lines of events.jsonl; each is a mapping that JSON can hold, with times in UTC.

It must not decide anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.outreach.simulation.happenings import ANSWERS, Happening, What
from bot.outreach.simulation.people import Customer
from bot.retention.policy import Policy
from bot.retention.winback.person import Improvement
from bot.retention.winback.rules import FIRST_DAY, LAST_DAY
from bot.retention.winback.touches import Touch, WelcomeBackOffer

Line = Mapping[str, Any]
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def write_policy(policy: Policy, at: datetime) -> Line:
    """Return the first line: what is promised of all touches."""
    rules = policy.winback
    return {
        "type": "policy",
        "at": write_time(at),
        "window": [f"{clock:%H:%M}" for clock in (rules.opens, rules.closes)],
        "quiet_days": [WEEK[day] for day in sorted(rules.quiet_days)],
        "cap": {"n": rules.cap, "days": rules.cap_days},
        "attempts": rules.attempts,
        "first_within_days": [FIRST_DAY, LAST_DAY],
        "min_worth": {tier.name: tier.min_worth for tier in policy.tiers},
        "currency": policy.currency,
    }


def write_customer(customer: Customer) -> Line:
    """Return the line of a leaving: how things stand with somebody at that moment."""
    person = customer.person
    return {
        "type": "customer",
        "customer": customer.name,
        "at": write_time(person.left_at),
        "timezone": customer.timezone,
        "reasons": [reason.value for reason in person.reasons],
        "tier": customer.tier,
        "sensitive": person.sensitive,
        "consents": {contact.channel.value: contact.consent is True for contact in person.contacts},
        "holdout": person.holdout,
    }


def write_happening(customer: Customer, happening: Happening, at: datetime) -> Line:
    """Return the line of a change."""
    line: dict[str, Any] = {"type": happening.what.value, "customer": customer.name, "at": write_time(at)}
    if happening.channel is not None:
        line["channel"] = happening.channel.value
    if happening.what is What.CONSENT:
        line["granted"] = happening.granted
    if happening.what is What.MOVE:
        line["timezone"] = happening.timezone
    if happening.what in ANSWERS:
        line["offer"] = name_offer(customer, happening.offer)
    return line


def write_touch(customer: Customer, touch: Touch, at: datetime) -> Line:
    """Return the line of a touch that is in a new state."""
    return {
        "type": "touch",
        "touch": f"{customer.name}/{touch.key}",
        "customer": customer.name,
        "at": write_time(at),
        "kind": touch.kind.value,
        "channel": touch.channel.value if touch.channel else None,
        "state": touch.state.value,
        "rule": touch.because,
        "improvement": touch.improvement,
        "offer": _write_offer(customer, touch.offer) if touch.offer else None,
    }


def write_improvement(improvement: Improvement) -> Line:
    """Return the line of something that was put right."""
    return {
        "type": "improvement",
        "at": write_time(improvement.told_at),
        "id": improvement.id,
        "reasons": sorted(reason.value for reason in improvement.reasons),
        "place": improvement.place,
    }


def name_offer(customer: Customer, offer_id: str | None) -> str:
    """Return the name of an offer that no other customer's has."""
    return f"{customer.name}/{offer_id}"


def write_time(moment: datetime) -> str:
    """Return a moment as the events have it."""
    return moment.astimezone(UTC).isoformat()


def _write_offer(customer: Customer, offer: WelcomeBackOffer) -> Line:
    return {
        "id": name_offer(customer, offer.id),
        "kind": offer.kind.value,
        "worth": offer.worth,
        "deadline": write_time(offer.deadline),
    }
