"""Reads policy.yml and checks all of it, so that every mistake is told at once, each with its line.

It must not decide about anybody: that is done by the rules, which are handed what is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from bot.conversations.policy_fields import Day, OfferFields, PolicyFields, WinbackFields
from bot.conversations.policy_lines import FieldPath
from bot.conversations.policy_mistakes import explain
from bot.conversations.policy_offers import find_unfit_rows
from bot.conversations.policy_text import PolicyError, take_apart
from bot.conversations.policy_winback import find_winback_mistakes
from bot.retention.offers import OfferTerms
from bot.retention.policy import ALLOWED_KINDS, EVERY, Place, Policy, Tier
from bot.retention.reasons import Reason
from bot.retention.winback.rules import Budget, Step, Valuing, WinbackRules

__all__ = ["POLICY_FILE", "PolicyError", "judge", "load_policy", "parse_policy", "read_policy"]

POLICY_FILE = Path(__file__).resolve().parents[2] / "policy.yml"


def load_policy(path: Path = POLICY_FILE) -> Policy:
    """Return the policy in a file; which one is in force, only `policy_versions` knows.

    Raises:
        PolicyError: when it cannot be read, or with every mistake in it.
    """
    return parse_policy(read_policy(path), path.name)


def read_policy(path: Path) -> str:
    """Return the text of a file, word for word.

    Raises:
        PolicyError: when it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise PolicyError(f"{path} was not found: the business rules should stand there (docs/policy.md).") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path} cannot be read: {error}") from None


def parse_policy(text: str, file: str = "policy.yml") -> Policy:
    """Return the policy written in this text; `file` is its name in messages.

    Raises:
        PolicyError: with every mistake in it.
    """
    content, lines = take_apart(text, file)
    policy, found = judge(content)
    mistakes = [*lines.find_repeated(), *(lines.say(path, what) for path, what in found)]
    if policy is None or mistakes:
        raise PolicyError("\n".join(mistakes))
    return policy


def judge(content: object) -> tuple[Policy | None, list[tuple[FieldPath, str]]]:
    """Return the policy that these fields make, or None and what is wrong with which of them."""
    try:
        read = PolicyFields.model_validate(content)
    except ValidationError as error:
        return None, [explain(detail) for detail in error.errors(include_url=False)]
    mistakes = list(_find_contradictions(read))
    return (None, mistakes) if mistakes else (_build(read), [])


def _build(read: PolicyFields) -> Policy:
    tiers = [Tier(name, tier.floor, tier.min_worth) for name, tier in read.tiers.items()]
    return Policy(
        version=read.version,
        currency=read.currency,
        tiers=tuple(sorted(tiers, key=lambda tier: -tier.floor)),
        unknown_value_tier=read.unknown_value_tier,
        save_offers={reason: _build_rows(rows) for reason, rows in read.save_offers.items() if rows},
        winback=_build_winback(read.winback),
        places=tuple(Place(place.name, place.near) for place in read.places),
        personal_attention=frozenset(read.personal_attention),
    )


def _build_winback(read: WinbackFields) -> WinbackRules:
    return WinbackRules(
        opens=read.window.opens,
        closes=read.window.closes,
        quiet_days=frozenset(list(Day).index(day) for day in read.quiet_days),
        cap=read.cap.touches,
        cap_days=read.cap.days,
        attempts=read.attempts,
        cooldown_days=read.cooldown_days,
        pause_hours=read.pause_hours,
        holdout=read.holdout_percent,
        lapsed_after_days=read.lapsed_after_days,
        reminder_days=read.reminder_days,
        again_within_days=read.again_within_days,
        thank_returned=read.thank_returned,
        channels=read.channels,
        plans={leading: tuple(Step(step.touch, step.day) for step in steps) for leading, steps in read.plans.items()},
        offers={reason: _build_rows(rows) for reason, rows in read.offers.items() if rows},
        budget=Budget(read.budget.of_first_life_percent, read.budget.of_second_life_percent),
        valuing=Valuing(read.valuing.margin_percent, read.valuing.default_months, read.valuing.second_life_percent),
    )


def _build_rows(rows: dict[str, OfferFields]) -> dict[str, OfferTerms]:
    return {name: offer.terms for name, offer in rows.items()}


def _find_contradictions(policy: PolicyFields) -> Iterator[tuple[FieldPath, str]]:
    """Find what is well written and cannot be meant."""
    tiers = ", ".join(policy.tiers)
    if EVERY in policy.tiers:
        yield ("tiers", EVERY), f"a tier cannot be called {EVERY!r}: that stands for all of them."
    floors = [tier.floor for tier in policy.tiers.values()]
    for name, tier in policy.tiers.items():
        if floors.count(tier.floor) > 1:
            yield ("tiers", name, "from"), f"{tier.floor} is where another tier begins too; use different amounts."
    if policy.unknown_value_tier not in policy.tiers:
        yield ("unknown_value_tier",), f"{policy.unknown_value_tier!r} is none of the tiers; use {tiers}."
    for number, name in enumerate(policy.personal_attention):
        if name not in policy.tiers:
            yield ("personal_attention", number), f"{name!r} is none of the tiers; use {tiers}."
    for reason in Reason:
        if reason not in policy.save_offers:
            yield ("save_offers", reason.value), "is missing; write `none` where nothing is to be offered."
    yield from find_unfit_rows(("save_offers",), policy.save_offers, ALLOWED_KINDS, policy.tiers)
    yield from find_winback_mistakes(policy)
