"""Reads policy.yml and checks all of it, so that every mistake is told at once, each with its line.

It must not decide about anybody: that is done by the rules, which are handed what is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from bot.conversations.policy_lines import FieldPath, Lines, describe
from bot.errors import FarewellError
from bot.retention.offers import OfferKind, OfferTerms
from bot.retention.policy import ALLOWED_KINDS, EVERY, Place, Policy, Tier
from bot.retention.reasons import Reason

POLICY_FILE = Path(__file__).resolve().parents[2] / "policy.yml"
Name = Annotated[StrictStr, Field(min_length=1, max_length=60)]
Amount = Annotated[StrictInt, Field(ge=1, le=100_000_000)]


class PolicyError(FarewellError):
    """The policy cannot be used; the message has one line for every mistake in it."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class _Tier(_Model):
    floor: Annotated[StrictInt, Field(ge=0, le=100_000_000, alias="from")]
    min_worth: Amount


class _Place(_Model):
    name: Name
    near: tuple[Name, ...] = ()


class _Offer(_Model):
    kind: OfferKind
    days: Annotated[StrictInt, Field(ge=1, le=365)]
    worth: Amount | None = None
    percent: Annotated[StrictInt, Field(ge=1, le=100)] | None = None
    months: Annotated[StrictInt, Field(ge=1, le=24)] | None = None
    plan: Name | None = None


def _read_none(value: object) -> object:
    return {} if value == "none" else value


class _Policy(_Model):
    version: Annotated[StrictInt, Field(ge=1)]
    currency: Annotated[StrictStr, Field(pattern=r"^[A-Z]{3}$")]
    tiers: Annotated[dict[Name, _Tier], Field(min_length=1)]
    unknown_value_tier: Name
    save_offers: dict[Reason, Annotated[dict[Name, _Offer], BeforeValidator(_read_none)]]
    places: tuple[_Place, ...] = ()
    personal_attention: tuple[Name, ...] = ()


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
        read = _Policy.model_validate(content)
    except ValidationError as error:
        mistakes += [lines.say(*_explain(detail)) for detail in error.errors(include_url=False)]
        raise PolicyError("\n".join(mistakes)) from None
    mistakes += [lines.say(path, what) for path, what in _find_contradictions(read)]
    if mistakes:
        raise PolicyError("\n".join(mistakes))
    return _build(read)


def _build(read: _Policy) -> Policy:
    tiers = [Tier(name, tier.floor, tier.min_worth) for name, tier in read.tiers.items()]
    return Policy(
        version=read.version,
        currency=read.currency,
        tiers=tuple(sorted(tiers, key=lambda tier: -tier.floor)),
        unknown_value_tier=read.unknown_value_tier,
        save_offers={reason: _build_rows(rows) for reason, rows in read.save_offers.items() if rows},
        places=tuple(Place(place.name, place.near) for place in read.places),
        personal_attention=frozenset(read.personal_attention),
    )


def _build_rows(rows: dict[str, _Offer]) -> dict[str, OfferTerms]:
    return {name: OfferTerms(**offer.model_dump()) for name, offer in rows.items()}


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
    model: type[BaseModel] = _Policy
    match path[:-1]:
        case ("tiers", _):
            model = _Tier
        case ("places", _):
            model = _Place
        case ("save_offers", _, _):
            model = _Offer
    return [field.alias or name for name, field in model.model_fields.items()]


def _find_contradictions(policy: _Policy) -> Iterator[tuple[FieldPath, str]]:
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


def _find_misfits(reason: Reason, where: FieldPath, offer: _Offer) -> Iterator[tuple[FieldPath, str]]:
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
    policy: _Policy, rows: dict[str, _Offer], where: FieldPath, name: str, offer: _Offer
) -> Iterator[tuple[FieldPath, str]]:
    if not offer.kind.is_worth_money:
        return
    terms = OfferTerms(**offer.model_dump())
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
