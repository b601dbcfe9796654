"""Says in plain words what a policy comes to, and what another one would change.

It must not judge: what cannot be meant has been refused before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from bot.conversations.policy_fields import UNKNOWN, Day
from bot.retention.money import write_amount
from bot.retention.offers import OfferKind, OfferTerms
from bot.retention.policy import EVERY, Policy, Tier
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind
from bot.retention.winback.welcome_back_offer import estimate_worth, limit_offer

_DAYS = {
    Day.MON: "Mondays",
    Day.TUE: "Tuesdays",
    Day.WED: "Wednesdays",
    Day.THU: "Thursdays",
    Day.FRI: "Fridays",
    Day.SAT: "Saturdays",
    Day.SUN: "Sundays",
}
_TOUCHES = {TouchKind.CHECK_IN: "a check-in", TouchKind.WELCOME_BACK: "a welcome-back message"}
_NOTHING = "nothing"


@dataclass(frozen=True)
class Line:
    """One thing that a policy says, under a heading. `name` tells it from all others under that heading."""

    heading: str
    name: str
    what: str


def summarise(policy: Policy) -> Iterator[str]:
    """Return the policy in plain words, line by line."""
    yield f"Version {policy.version}, amounts in {policy.currency}"
    for heading, lines in groupby(list_lines(policy), key=lambda line: line.heading):
        yield f"\n{heading}"
        found = list(lines)
        width = max(len(line.name) for line in found)
        for line in found:
            yield f"  {line.name:{width}}  {line.what}"


def describe_changes(before: Policy, after: Policy) -> Iterator[str]:
    """Return in plain words what `after` changes, line by line; nothing where only numbers of versions differ."""
    old, new = ({(line.heading, line.name): line.what for line in list_lines(one)} for one in (before, after))
    if before.currency != after.currency:
        yield f"Currency: {before.currency} becomes {after.currency}"
    for key in [*old, *(key for key in new if key not in old)]:
        was, is_now = old.get(key, _NOTHING), new.get(key, _NOTHING)
        if was != is_now:
            yield f"{key[0]}, {key[1]}: {was} -> {is_now}"


def list_lines(policy: Policy) -> Iterator[Line]:
    """Return all that a policy says beside its version."""
    for tier in policy.tiers:
        floor, worth = (write_amount(amount, policy.currency) for amount in (tier.floor, tier.min_worth))
        attention = "; handed to staff after a failure of ours" if tier.name in policy.personal_attention else ""
        yield Line("Tiers", tier.name, f"from {floor} a month, offers worth {worth} or more{attention}")
    yield Line("Tiers", "not known", f"as {policy.unknown_value_tier}")
    yield from _list_offers("Save offers", policy.save_offers, policy)
    for place in policy.places:
        yield Line("Places", place.name, f"also for {', '.join(place.near)}" if place.near else "there alone")
    if not policy.places:
        yield Line("Places", "none", _NOTHING)
    for name, what in _list_limits(policy):
        yield Line("Winning back", name, what)
    for leading in (None, *Reason):
        steps = policy.winback.plans.get(leading, ())
        written = ", ".join(f"{_TOUCHES[step.kind]} on day {step.day}" for step in steps)
        yield Line("Who hears what", leading.value if leading else UNKNOWN, written or _NOTHING)
    yield from _list_offers("Welcome-back offers", policy.winback.offers, policy)


def find_remarks(policy: Policy) -> Iterator[str]:
    """Find what is allowed and yet may surprise: offers that those get only who have brought in more than we expect of
    people in their tier."""
    for reason, rows in policy.winback.offers.items():
        for name, terms in rows.items():
            for tier in _list_reached(policy, rows, name):
                limit = limit_offer(estimate_worth(tier.floor, policy.winback.valuing), policy)
                worth = terms.value(tier.floor)
                if terms.kind.is_worth_money and worth > limit:
                    most = write_amount(limit, policy.currency)
                    yield (
                        f"The welcome-back offer for {reason.value}, {tier.name}, is worth "
                        f"{write_amount(worth, policy.currency)} to somebody who pays "
                        f"{write_amount(tier.floor, policy.currency)} a month. `budget` allows {most} while we know no "
                        f"more of them, so only those get it who are worth more."
                    )


def _list_reached(policy: Policy, rows: Mapping[str, OfferTerms], name: str) -> list[Tier]:
    return [tier for tier in policy.tiers if tier.name == name or (name == EVERY and tier.name not in rows)]


def _list_limits(policy: Policy) -> Iterator[tuple[str, str]]:
    rules = policy.winback
    quiet = " and ".join(_DAYS[day] for number, day in enumerate(Day) if number in rules.quiet_days)
    never = f", never on {quiet}" if quiet else ""
    yield "when", f"from {rules.opens:%H:%M} to {rules.closes:%H:%M} by the person's own clock{never}"
    yield (
        "how often",
        f"{rules.cap} messages in {rules.cap_days} days at most, {rules.cooldown_days} days apart or more",
    )
    yield "in all", f"{rules.attempts} messages at most after somebody has left"
    yield "after a talk", f"silent for {rules.pause_hours} hours"
    yield "left alone", f"{rules.holdout} of a hundred people, to compare"
    yield "lapsed", f"who has bought nothing for {rules.lapsed_after_days} days"
    yield "reminder", f"{rules.reminder_days} days before an offer ends, once"
    yield "leaving again", f"no other offer within {rules.again_within_days} days of taking one"
    yield "coming back", "thanked once, from 1 to 14 days after" if rules.thank_returned else "not thanked"
    yield "where", "by " + ", else by ".join(channel.value for channel in rules.channels)
    first, second = rules.budget.of_first_life, rules.budget.of_second_life
    yield "offers cost", f"{first}% at most of what somebody has brought in, and {second}% of what they are expected to"
    valuing = rules.valuing
    yield (
        "value",
        f"{valuing.margin}% of a price; a subscription lasts {valuing.default_months} months until we know better, "
        f"a second one {valuing.second_life}% of a first",
    )


def _list_offers(heading: str, offers: Mapping[Reason, Mapping[str, OfferTerms]], policy: Policy) -> Iterator[Line]:
    for reason in Reason:
        rows = offers.get(reason, {})
        if not rows:
            yield Line(heading, reason.value, _NOTHING)
        for name, terms in rows.items():
            label = reason.value if name == EVERY else f"{reason.value}, {name}"
            yield Line(heading, label, f"{_write_offer(terms, policy.currency)}, for {terms.days} days")


def _write_offer(terms: OfferTerms, currency: str) -> str:
    match terms.kind:
        case OfferKind.DISCOUNT:
            return f"{terms.percent}% off for {terms.months} months"
        case OfferKind.PAUSE:
            return f"a pause of {terms.months} months"
        case OfferKind.SMALLER_PLAN:
            return f"the smaller plan {terms.plan}, saving {write_amount(terms.worth or 0, currency)} a year"
        case OfferKind.GESTURE:
            return f"a credit of {write_amount(terms.worth or 0, currency)}"
        case OfferKind.FIX:
            return "a person looks into it"
        case OfferKind.CALL:
            return "a person goes through it with them"
        case OfferKind.PLACE:
            return "the place near the new home"
