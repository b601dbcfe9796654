"""Chooses the one save offer for somebody who is about to leave, or none, and says which rule decided.

It must not know who the person is, nor look at a clock: everything it goes by is handed to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from bot.retention.endings import FAILURES_OF_OURS
from bot.retention.offers import OfferKind, OfferTerms
from bot.retention.places import find_place
from bot.retention.policy import ALLOWED_KINDS, Policy
from bot.retention.reasons import Reason


@dataclass(frozen=True)
class Leaver:
    """What is known of somebody who leaves. `vouched`: the company's own site says who they are. `monthly_value` is in
    minor units. `had_offer`: they have been made one before, or in this conversation. `words` are what they said about
    why and where to; `home` is the place of ours they have been with; `zone` is where they live. `gone`: they left long
    ago, and we have written to them since."""

    leading: Reason | None
    certain: bool
    zone: tzinfo
    vouched: bool = False
    flagged: bool = False
    sensitive: bool = False
    opted_out: bool = False
    had_offer: bool = False
    monthly_value: int | None = None
    currency: str | None = None
    home: str | None = None
    words: tuple[str, ...] = ()
    gone: bool = False


@dataclass(frozen=True)
class SaveOffer:
    """An offer to one person. `worth` is in minor units of `currency`, 0 where it is worth no money; `deadline` is the
    last moment at which it can be taken. `rule` names the row of the policy it comes from. `place` is where they can go
    on, for an offer of that kind."""

    reason: Reason
    terms: OfferTerms
    rule: str
    worth: int
    currency: str
    deadline: datetime
    place: str | None = None


@dataclass(frozen=True)
class Decision:
    """An offer, or None; and why, as the rules that were looked at, the deciding one last."""

    offer: SaveOffer | None
    trace: tuple[str, ...]


def choose_save_offer(policy: Policy, leaver: Leaver, now: datetime) -> Decision:
    """Return what to offer to somebody who leaves."""
    rule = _find_bar(leaver)
    if rule is not None or leaver.leading is None:
        return Decision(None, (rule or "barred.no_reason",))
    trace = [f"reason.{leaver.leading.value}"]
    tier = policy.find_tier(leaver.monthly_value, leaver.currency)
    trace.append(f"tier.{tier.name}" if tier else "tier.none")
    found = policy.find_terms(leaver.leading, tier)
    if found is None:
        return Decision(None, (*trace, f"save_offers.{leaver.leading.value}.none"))
    rule, terms = found
    if terms.kind not in ALLOWED_KINDS[leaver.leading]:
        return Decision(None, (*trace, rule, "kind_not_for_this_reason"))
    place = find_place(policy.places, leaver.words, leaver.home) if terms.kind is OfferKind.PLACE else None
    if terms.kind is OfferKind.PLACE and place is None:
        return Decision(None, (*trace, rule, "no_place_near_new_home"))
    # Of somebody whose value we do not know, the least that people of their tier pay is taken.
    known = leaver.monthly_value is not None and (leaver.currency or policy.currency) == policy.currency
    worth = terms.value((leaver.monthly_value or 0) if known else (tier.floor if tier else 0))
    if terms.kind.is_worth_money and (tier is None or worth < max(tier.min_worth, 1)):
        return Decision(None, (*trace, rule, "worth_too_little"))
    offer = SaveOffer(
        reason=leaver.leading,
        terms=terms,
        rule=rule,
        worth=worth,
        currency=policy.currency,
        deadline=end_of_day(now, terms.days, leaver.zone),
        place=place.name if place else None,
    )
    return Decision(offer, (*trace, rule))


def needs_confirmation(kind: OfferKind, *, vouched: bool) -> bool:
    """Tell whether staff have to say yes as well: nobody gets money, or a place kept for somebody else, by saying who
    they are in a chat. A person who comes to look into it needs no proof."""
    return kind not in (OfferKind.FIX, OfferKind.CALL) and not vouched


def deserves_personal_attention(policy: Policy, leaver: Leaver) -> bool:
    """Tell whether staff should turn to somebody unasked: a valuable customer who leaves over a failure of ours.

    Who is flagged, spared or wants no messages is left in peace.
    """
    if not leaver.certain or leaver.leading not in FAILURES_OF_OURS or leaver.monthly_value is None:
        return False
    if leaver.flagged or leaver.sensitive or leaver.opted_out or not leaver.vouched:
        return False
    tier = policy.find_tier(leaver.monthly_value, leaver.currency)
    return tier is not None and tier.name in policy.personal_attention


def end_of_day(now: datetime, days: int, zone: tzinfo) -> datetime:
    """Return the last second of the day so many days after today, by the clocks in `zone`, as a time in that zone."""
    local = now.astimezone(zone)
    return datetime.combine(local.date() + timedelta(days=days), time(23, 59, 59), zone)


def _find_bar(leaver: Leaver) -> str | None:
    """Return the rule by which somebody gets no offer, whatever the policy has for others."""
    bars = {
        "barred.sensitive": leaver.sensitive,
        "barred.flagged": leaver.flagged,
        "barred.opted_out": leaver.opted_out,
        "barred.has_left": leaver.gone,
        "barred.had_offer_before": leaver.had_offer,
        "barred.reason_uncertain": leaver.leading is not None and not leaver.certain,
    }
    return next((rule for rule, holds in bars.items() if holds), None)
