"""Says what is wrong with one field of a policy by itself, and what is allowed there.

It must not look at several fields together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.conversations.policy_fields import (
    UNKNOWN,
    WRITABLE_CHANNELS,
    BudgetFields,
    CapFields,
    Day,
    Fields,
    OfferFields,
    PlaceFields,
    PolicyFields,
    StepFields,
    TierFields,
    ValuingFields,
    WinbackFields,
    WindowFields,
)
from bot.conversations.policy_lines import FieldPath, describe
from bot.retention.offers import OfferKind
from bot.retention.policy import ALLOWED_KINDS
from bot.retention.reasons import Reason
from bot.retention.winback.plan import REGULAR
from bot.retention.winback.rules import ALLOWED_OFFERS, ALLOWED_TOUCHES
from bot.retention.winback.touches import TouchKind

NO_PAGE = "a page cannot be written to once it is closed"


def list_plannable(leading: Reason | None) -> list[TouchKind]:
    """Return the touches that a plan may have for somebody who left for this reason."""
    return [kind for kind in REGULAR if kind in ALLOWED_TOUCHES[leading]]


def explain(detail: Any) -> tuple[FieldPath, str]:
    """Return where a mistake is, and what was found there and what is allowed; `detail` is Pydantic's."""
    path: FieldPath = tuple(part for part in detail["loc"] if part != "[key]")
    found = describe(detail["input"])
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing" if path == ("winback",):
            return path, "is missing: it says how you win back; copy it from the policy.yml that comes with Farewell."
        case "missing":
            return path, "is missing."
        case "extra_forbidden":
            return path, f"is not a field here; use {', '.join(_list_fields(path))}."
        case "enum":
            allowed = ", ".join(_list_names(path) if detail["loc"][-1] == "[key]" else _list_values(path))
            return path, f"{found} is not allowed; use {allowed or 'none'}."
        case "greater_than_equal":
            return path, f"{found} is too small; use {context['ge']} or more."
        case "less_than_equal":
            return path, f"{found} is too large; use {context['le']} at most."
        case "string_pattern_mismatch" if path[0] == "tiers":
            return path, f"{found} is no name of a tier; use small letters, digits, _ and -, 40 at most."
        case "string_pattern_mismatch":
            return path, f"{found} is no currency; use its three capital letters, like EUR."
        case "time_of_day":
            return path, f'{found} is not allowed; use a time of day, like "09:00".'
        case "int_type":
            return path, f"{found} is not allowed; use a whole number."
        case "string_type":
            return path, f"{found} is not allowed; use a text."
        case "dict_type" | "model_type" | "model_attributes_type":
            return (
                path,
                f"{found} is not allowed; use {'none, or a row for each tier' if _is_table(path) else 'fields'}.",
            )
        case "tuple_type":
            steps = path[:2] == ("winback", "plans") and len(path) == 3
            return path, f"{found} is not allowed; use {'none, or a list of touches' if steps else 'a list'}."
        case _:
            return path, f"{found}: {detail['msg'][:1].lower()}{detail['msg'][1:]}."


def _is_table(path: FieldPath) -> bool:
    """Tell whether offers to people who leave for one reason stand here."""
    return path[:-1] in (("save_offers",), ("winback", "offers"))


def _list_names(path: FieldPath) -> Iterable[str]:
    return [*Reason, UNKNOWN] if path[:2] == ("winback", "plans") else list(Reason)


def _list_values(path: FieldPath) -> Iterable[str]:
    match path:
        case ("save_offers", str(reason), *_) if reason in set(Reason):
            return ALLOWED_KINDS[Reason(reason)]
        case ("winback", "offers", str(reason), *_) if reason in set(Reason):
            return ALLOWED_OFFERS[Reason(reason)]
        case ("winback", "plans", str(leading), *_) if leading in {*Reason, UNKNOWN}:
            return list_plannable(None if leading == UNKNOWN else Reason(leading))
        case ("winback", "plans", *_):
            return REGULAR
        case ("winback", "channels", *_):
            return WRITABLE_CHANNELS
        case ("winback", "quiet_days", *_):
            return list(Day)
    return list(OfferKind)


def _list_fields(path: FieldPath) -> list[str]:
    model: type[Fields] = PolicyFields
    match path[:-1]:
        case ("tiers", _):
            model = TierFields
        case ("places", _):
            model = PlaceFields
        case ("save_offers", _, _) | ("winback", "offers", _, _):
            model = OfferFields
        case ("winback",):
            model = WinbackFields
        case ("winback", "plans", _, _):
            model = StepFields
        case ("winback", group):
            groups: dict[str, type[Fields]] = {
                "window": WindowFields,
                "cap": CapFields,
                "budget": BudgetFields,
                "valuing": ValuingFields,
            }
            model = groups.get(str(group), WinbackFields)
    return [field.alias or name for name, field in model.model_fields.items()]
