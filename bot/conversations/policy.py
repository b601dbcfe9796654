"""Reads policy.yml and checks all of it, so that every mistake is told at once, each with its line.

It must not decide about anybody: that is done by the rules, which are handed what is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from bot.conversations.policy_fields import Day, OfferFields, PlaceFields, PolicyFields, TierFields, WinbackFields
from bot.conversations.policy_lines import FieldPath, Lines, describe
from bot.errors import FarewellError
from bot.retention.offers import OfferKind, OfferTerms
from bot.retention.policy import ALLOWED_KINDS, EVERY, Place, Policy, Tier
from bot.retention.reasons import Reason
from bot.retention.winback.rules import Budget, Step, Valuing, WinbackRules

POLICY_FILE = Path(__file__).resolve().parents[2] / "policy.yml"


class PolicyError(FarewellError):
    """The policy cannot be used; the message has one line for every mistake in it."""


def load_policy(path: Path = POLICY_FILE) -> Policy:
    """Return the policy in a file.

    Raises:
        PolicyError: when it cannot be read, or with every mistake in it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PolicyError(f"{path} was not found: it says what may be offered; restore it (docs/policy.md).") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path} cannot be read: {error}") from None
    return parse_policy(text, path.name)


def parse_policy(text: str, file: str = "policy.yml") -> Policy:
    """Return the policy written in this text; `file` is its name in messages.

    Raises:
        PolicyError: with every mistake in it.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"{file} line {line}: this is not valid YAML ({error.problem}).") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PolicyError(f"{file}: this is not valid YAML ({error}).") from None
    if node is None or not isinstance(content, dict):
        raise PolicyError(f"{file} line 1: write the policy as fields, beginning with `version: 1` (docs/policy.md).")
    lines = Lines(file, node)
    mistakes = list(lines.find_repeated())
    try:
        read = PolicyFields.model_validate(content)
    except ValidationError as error:
        mistakes += [lines.say(*_explain(detail)) for detail in error.errors(include_url=False)]
        raise PolicyError("\n".join(mistakes)) from None
    mistakes += [lines.say(path, what) for path, what in _find_contradictions(read)]
    if mistakes:
        raise PolicyError("\n".join(mistakes))
    return _build(read)


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
        channels=read.channels,
        plans={leading: tuple(Step(step.touch, step.day) for step in steps) for leading, steps in read.plans.items()},
        offers={reason: _build_rows(rows) for reason, rows in read.offers.items() if rows},
        budget=Budget(read.budget.of_first_life_percent, read.budget.of_second_life_percent),
        valuing=Valuing(read.valuing.margin_percent, read.valuing.default_months, read.valuing.second_life_percent),
    )


def _build_rows(rows: dict[str, OfferFields]) -> dict[str, OfferTerms]:
    return {name: offer.terms for name, offer in rows.items()}


def _explain(detail: Any) -> tuple[FieldPath, str]:
    """Return where a mistake is, and what was found there and what is allowed."""
    path: FieldPath = tuple(part for part in detail["loc"] if part != "[key]")
    found = describe(detail["input"])
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return path, "is missing."
        case "extra_forbidden":
            return path, f"is not a field here; use {', '.join(_list_fields(path))}."
        case "enum":
            allowed = list(Reason) if detail["loc"][-1] == "[key]" else _list_kinds(path)
            return path, f"{found} is not allowed; use {', '.join(allowed) or 'none'}."
        case "greater_than_equal":
            return path, f"{found} is too small; use {context['ge']} or more."
        case "less_than_equal":
            return path, f"{found} is too large; use {context['le']} at most."
        case "string_pattern_mismatch":
            return path, f"{found} is no currency; use its three capital letters, like EUR."
        case "int_type":
            return path, f"{found} is not allowed; use a whole number."
        case "string_type":
            return path, f"{found} is not allowed; use a text."
        case "dict_type" | "model_type":
            rows = "none, or a row for each tier" if path[:1] == ("save_offers",) and len(path) == 2 else "fields"
            return path, f"{found} is not allowed; use {rows}."
        case "tuple_type":
            return path, f"{found} is not allowed; use a list."
        case _:
            return path, f"{found}: {detail['msg'][:1].lower()}{detail['msg'][1:]}."


def _list_kinds(path: FieldPath) -> list[OfferKind]:
    reason = path[1] if len(path) > 1 and path[0] == "save_offers" else None
    return list(ALLOWED_KINDS[Reason(reason)] if reason in set(Reason) else OfferKind)


def _list_fields(path: FieldPath) -> list[str]:
    model: type[BaseModel] = PolicyFields
    match path[:-1]:
        case ("tiers", _):
            model = TierFields
        case ("places", _):
            model = PlaceFields
        case ("save_offers", _, _):
            model = OfferFields
    return [field.alias or name for name, field in model.model_fields.items()]


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
    for reason, rows in policy.save_offers.items():
        for name, offer in rows.items():
            where: FieldPath = ("save_offers", reason.value, name)
            if name != EVERY and name not in policy.tiers:
                yield where, f"{name!r} is none of the tiers; use {tiers} or {EVERY}."
                continue
            misfits = list(_find_misfits(reason, where, offer))
            yield from misfits or _find_worthless(policy, rows, where, name, offer)


def _find_misfits(reason: Reason, where: FieldPath, offer: OfferFields) -> Iterator[tuple[FieldPath, str]]:
    allowed = ALLOWED_KINDS[reason]
    if offer.kind not in allowed:
        if not allowed:
            yield where, f"nothing is offered to people who leave for this reason; write `{reason.value}: none`."
        else:
            why = " (a discount is for price alone)" if offer.kind is OfferKind.DISCOUNT else ""
            yield (*where, "kind"), f"{offer.kind.value!r} is not allowed{why}; use {', '.join(allowed)}."
        return
    needed, possible = _FIELDS[offer.kind]
    given = {name for name in ("worth", "percent", "months", "plan") if getattr(offer, name) is not None}
    for name in sorted(needed - given):
        yield (*where, name), f"is missing: {_PURPOSE[name]} ({offer.kind.value})."
    for name in sorted(given - needed - possible):
        has = ", ".join(sorted(needed | possible)) or "no other field but days"
        yield (*where, name), f"is not for {offer.kind.value}; that has {has}."


def _find_worthless(
    policy: PolicyFields, rows: dict[str, OfferFields], where: FieldPath, name: str, offer: OfferFields
) -> Iterator[tuple[FieldPath, str]]:
    if not offer.kind.is_worth_money:
        return
    terms = offer.terms
    reached = [name] if name != EVERY else [tier for tier in policy.tiers if tier not in rows]
    for tier_name in reached:
        tier = policy.tiers[tier_name]
        worth = terms.value(tier.floor)
        if worth < tier.min_worth:
            yield (
                where,
                (
                    f"is worth only {worth} to a customer who pays {tier.floor} a month, less than min_worth "
                    f"{tier.min_worth} of tier {tier_name}; offer more, or raise `from`."
                ),
            )


_FIELDS: dict[OfferKind, tuple[set[str], set[str]]] = {
    OfferKind.DISCOUNT: ({"percent", "months"}, set()),
    OfferKind.SMALLER_PLAN: ({"plan", "worth"}, set()),
    OfferKind.PAUSE: ({"months"}, set()),
    OfferKind.GESTURE: ({"worth"}, set()),
    OfferKind.FIX: (set(), set()),
    OfferKind.CALL: (set(), set()),
    OfferKind.PLACE: (set(), set()),
}
"""The fields that an offer of a kind needs, and those it may have, beside `kind` and `days`."""
_PURPOSE = {
    "percent": "say how much less is paid, in percent",
    "months": "say for how many months",
    "plan": "say what the plan is called",
    "worth": "say what it is worth in all, in minor units (a year's saving for a smaller plan)",
}
