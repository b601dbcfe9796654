"""Chooses the offer of a welcome-back touch, or none, and says which rule decided.

It must not offer less than is worth somebody's while, nor more than they are worth.
"""

from __future__ import annotations

from datetime import UTC, datetime

from bot.retention.policy import Policy
from bot.retention.save_offer import end_of_day
from bot.retention.winback.person import Lapsed, Worth
from bot.retention.winback.rules import ALLOWED_OFFERS, Valuing
from bot.retention.winback.touches import WelcomeBackOffer


def choose_welcome_back_offer(
    person: Lapsed, policy: Policy, offer_id: str, now: datetime
) -> tuple[WelcomeBackOffer | None, str]:
    """Return what to offer somebody to come back, and the rule that decided. `offer_id` names it from now on."""
    leading = person.leading
    if leading is None:
        return None, "offer.no_reason"
    if person.left_for_offer:
        return None, "offer.left_for_the_last_one"
    tier = policy.find_tier(person.monthly_value, person.currency)
    found = policy.find_winback_terms(leading, tier)
    if found is None:
        return None, "offer.none"
    rule, terms = found
    if terms.kind not in ALLOWED_OFFERS[leading]:
        return None, "offer.kind_not_for_this_reason"
    # Of somebody whose value we do not know, the least that people of their tier pay is taken.
    known = person.monthly_value is not None and (person.currency or policy.currency) == policy.currency
    monthly = (person.monthly_value or 0) if known else (tier.floor if tier else 0)
    worth = terms.value(monthly)
    if terms.kind.is_worth_money:
        if tier is None or worth < max(tier.min_worth, 1):
            return None, "offer.worth_too_little"
        if worth > limit_offer(person.worth or estimate_worth(monthly, policy.winback.valuing), policy):
            return None, "offer.above_budget"
    deadline = end_of_day(now, terms.days, person.zone).astimezone(UTC)
    return WelcomeBackOffer(offer_id, terms.kind, worth, deadline, rule), rule


def limit_offer(worth: Worth, policy: Policy) -> int:
    """Return what an offer to somebody may cost at most, in minor units: the smaller one of a share of what they have
    brought in and a share of what they are expected to bring in after a return."""
    budget = policy.winback.budget
    return min(worth.so_far * budget.of_first_life, worth.second_life * budget.of_second_life) // 100


def estimate_worth(monthly_value: int, valuing: Valuing) -> Worth:
    """Return what somebody is worth of whom only the price of a month is known: margin times the months a subscription
    is expected to last, and the share of it that a second life is."""
    first = monthly_value * valuing.margin * valuing.default_months // 100
    return Worth(so_far=first, second_life=first * valuing.second_life // 100)
