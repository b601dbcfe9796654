"""Who may not be written to: bars, which end what was planned, and holds, which keep it for later.

It must not plan anything. Every answer is the name of the rule that decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.retention.channels import Channel
from bot.retention.facts import covers
from bot.retention.reasons import Reason
from bot.retention.winback.calendar import find_opening
from bot.retention.winback.person import Contact, Improvement, Lapsed
from bot.retention.winback.rules import ALLOWED_TOUCHES, RELUCTANT, WinbackRules
from bot.retention.winback.touches import OfferAnswer, Touch, TouchKind, TouchState

LOOK_AGAIN = timedelta(hours=6)
"""After so long it is looked again whether staff are done or a touch has left, should nobody have told."""
SPAN = timedelta(seconds=1)
"""Two touches exactly the days apart that the policy names still fall within them."""


@dataclass(frozen=True)
class Hold:
    """A touch is kept until a moment, by a rule."""

    until: datetime
    rule: str


def find_bar(person: Lapsed, kind: TouchKind, rules: WinbackRules) -> str | None:
    """Return the rule by which somebody must not get a touch of this kind, or None."""
    return next(_find_bars(person, kind, rules), None)


def choose_channel(person: Lapsed, rules: WinbackRules) -> Channel | None:
    """Return the preferred channel of those on which the person agreed to hear from us and can be reached."""
    usable = {contact.channel for contact in person.contacts if _is_usable(contact)}
    return next((channel for channel in rules.channels if channel in usable), None)


def find_hold(person: Lapsed, rules: WinbackRules, now: datetime) -> Hold | None:
    """Return what keeps any touch from being sent now, and until when; of several rules the one that keeps it
    longest."""
    holds = list(_find_holds(person, rules, now))
    latest = max(holds, key=lambda hold: hold.until, default=None)
    opening = find_opening(latest.until if latest else now, person.zone, rules)
    if latest is not None:
        return Hold(opening, latest.rule)
    return Hold(opening, "hold.window") if opening > now else None


def concerns(improvement: Improvement, person: Lapsed) -> bool:
    """Tell whether this was put right for somebody who left over it, after they had left."""
    if improvement.told_at < person.left_at or improvement.reasons.isdisjoint(person.reasons):
        return False
    return find_mismatch(improvement, person) is None


def find_mismatch(improvement: Improvement, person: Lapsed) -> str | None:
    """Return the rule by which this is not meant for somebody who left over what it answers, or None. Who moved away is
    only told of a place near them; of any other place hear those who were with it, of a feature those who named it, of
    a product those who had it. Nobody hears of what they never asked for."""
    if person.leading is Reason.RELOCATION:
        if Reason.RELOCATION not in improvement.reasons or improvement.place not in person.places:
            return "improvement.other_place"
    elif improvement.place is not None and improvement.place != person.home:
        return "improvement.other_place"
    if improvement.feature is not None and not any(covers(named, improvement.feature) for named in person.features):
        return "improvement.other_feature"
    if improvement.product is not None and improvement.product not in person.products:
        return "improvement.other_product"
    return None


def list_since_leaving(person: Lapsed) -> list[Touch]:
    """Return the touches that belong to this leaving, not to an earlier one."""
    return [touch for touch in person.touches if touch.leaving == person.leaving]


def find_answer(person: Lapsed, answers: Iterable[OfferAnswer]) -> bool:
    """Tell whether an offer made since they left was answered in one of these ways."""
    wanted = set(answers)
    return any(touch.offer is not None and touch.offer.answer in wanted for touch in list_since_leaving(person))


def _find_bars(person: Lapsed, kind: TouchKind, rules: WinbackRules) -> Iterator[str]:
    if person.opted_out:
        yield "barred.opted_out"
    if any(contact.suppressed for contact in person.contacts):
        yield "barred.suppressed"
    if person.sensitive:
        yield "barred.sensitive"
    if person.flagged:
        yield "barred.flagged"
    if person.disputed:
        yield "barred.disputed"
    if kind is TouchKind.THANKS:
        yield from _find_bars_of_thanks(person, rules)
    else:
        yield from _find_bars_of_winning_back(person, kind)
    if sum(touch.state.counts for touch in list_since_leaving(person)) >= rules.attempts:
        yield "barred.attempts"
    if choose_channel(person, rules) is None:
        agreed = any(contact.consent and contact.channel in rules.channels for contact in person.contacts)
        yield "barred.unreachable" if agreed else "barred.no_consent"


def _find_bars_of_thanks(person: Lapsed, rules: WinbackRules) -> Iterator[str]:
    """Find what bars thanks: they are for somebody who came back after they had heard from us."""
    heard = [touch.changed_at for touch in list_since_leaving(person) if touch.state.counts]
    if person.returned_at is None or not any(at < person.returned_at for at in heard):
        yield "barred.not_returned"
    if not rules.thank_returned:
        yield "barred.no_thanks"
    if person.holdout:
        yield "barred.holdout"


def _find_bars_of_winning_back(person: Lapsed, kind: TouchKind) -> Iterator[str]:
    if person.returned:
        yield "barred.returned"
    if kind not in ALLOWED_TOUCHES[person.leading]:
        yield f"barred.reason.{person.leading or 'unknown'}"
    if find_answer(person, (OfferAnswer.ACCEPTED, OfferAnswer.REDEEMED)):
        yield "barred.accepted"
    if kind is not TouchKind.ANNOUNCEMENT:
        yield from _find_bars_unasked(person)


def _find_bars_unasked(person: Lapsed) -> Iterator[str]:
    """Find what bars touches that nobody asked for; an announcement was asked for."""
    if find_answer(person, (OfferAnswer.DECLINED,)):
        yield "barred.declined"
    if person.at_rest:
        yield "barred.at_rest"
    if person.likelihood is not None and person.likelihood <= RELUCTANT:
        yield "barred.unlikely"
    if person.holdout:
        yield "barred.holdout"


def _is_usable(contact: Contact) -> bool:
    return contact.consent is True and contact.reachable and not contact.suppressed


def _find_holds(person: Lapsed, rules: WinbackRules, now: datetime) -> Iterator[Hold]:
    if any(touch.state is TouchState.CLAIMED for touch in person.touches):
        yield Hold(now + LOOK_AGAIN, "hold.claimed")
    if person.waits_for_staff:
        yield Hold(now + LOOK_AGAIN, "hold.handoff")
    if person.not_before is not None and person.not_before > now:
        yield Hold(person.not_before, "hold.asked_later")
    if person.last_said_at is not None:
        done = person.last_said_at + timedelta(hours=rules.pause_hours)
        if done > now:
            yield Hold(done, "hold.conversation")
    heard = sorted([*person.heard_elsewhere, *(touch.changed_at for touch in person.touches if touch.state.counts)])
    if heard:
        rested = heard[-1] + timedelta(days=rules.cooldown_days)
        if rested > now:
            yield Hold(rested, "hold.cooldown")
    if len(heard) >= rules.cap:
        free = heard[-rules.cap] + timedelta(days=rules.cap_days) + SPAN
        if free > now:
            yield Hold(free, "hold.cap")
