"""Finds offers in a policy that cannot be meant: for the wrong reason, without what they need, or worthless.

It must not know when an offer is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.conversations.policy_fields import OfferFields, TierFields
from bot.conversations.policy_lines import FieldPath
from bot.retention.offers import OfferKind
from bot.retention.policy import EVERY
from bot.retention.reasons import Reason

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


def find_unfit_rows(
    table: FieldPath,
    offers: Mapping[Reason, Mapping[str, OfferFields]],
    allowed: Mapping[Reason, tuple[OfferKind, ...]],
    tiers: Mapping[str, TierFields],
) -> Iterator[tuple[FieldPath, str]]:
    """Find what is wrong in a table of offers by reason and tier; `allowed` is what a reason may have."""
    for reason, rows in offers.items():
        for name, offer in rows.items():
            where: FieldPath = (*table, reason.value, name)
            if name != EVERY and name not in tiers:
                yield where, f"{name!r} is none of the tiers; use {', '.join(tiers)} or {EVERY}."
                continue
            misfits = list(_find_misfits(reason, allowed[reason], where, offer))
            yield from misfits or _find_worthless(tiers, rows, where, name, offer)


def _find_misfits(
    reason: Reason, allowed: tuple[OfferKind, ...], where: FieldPath, offer: OfferFields
) -> Iterator[tuple[FieldPath, str]]:
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
    tiers: Mapping[str, TierFields], rows: Mapping[str, OfferFields], where: FieldPath, name: str, offer: OfferFields
) -> Iterator[tuple[FieldPath, str]]:
    if not offer.kind.is_worth_money:
        return
    reached = [name] if name != EVERY else [tier for tier in tiers if tier not in rows]
    for tier_name in reached:
        tier = tiers[tier_name]
        worth = offer.terms.value(tier.floor)
        if worth < tier.min_worth:
            yield (
                where,
                (
                    f"is worth only {worth} to a customer who pays {tier.floor} a month, less than min_worth "
                    f"{tier.min_worth} of tier {tier_name}; offer more, or raise `from`."
                ),
            )
