"""What can happen to an invented customer, and what it changes in what the rules know of them.

It must not decide when something happens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.retention.channels import Channel
from bot.retention.winback.person import Contact, Lapsed
from bot.retention.winback.touches import OfferAnswer, Touch, TouchKind, WelcomeBackOffer


class What(StrEnum):
    """The values are those of the events, but for the last two: `said` is seen by nobody, `leave` is a new customer
    line."""

    OPT_OUT = "opt_out"
    RETURN = "return"
    SUPPRESS = "suppress"
    FLAG = "flag"
    COMPLAINT = "complaint"
    HANDOFF_START = "handoff_start"
    HANDOFF_END = "handoff_end"
    BLOCK = "block"
    UNBLOCK = "unblock"
    CONSENT = "consent"
    MOVE = "move"
    ACCEPT = "accept"
    DECLINE = "decline"
    REDEEM = "redeem"
    SAID = "said"
    LEAVE = "leave"


ANSWERS = {
    What.ACCEPT: OfferAnswer.ACCEPTED,
    What.DECLINE: OfferAnswer.DECLINED,
    What.REDEEM: OfferAnswer.REDEEMED,
}


@dataclass(frozen=True)
class Happening:
    """Something that happens; what goes with it depends on what it is."""

    what: What
    channel: Channel | None = None
    granted: bool | None = None
    timezone: str | None = None
    places: tuple[str, ...] = ()
    offer: str | None = None


def happen(person: Lapsed, happening: Happening, now: datetime) -> Lapsed | None:
    """Return the person afterwards; None where it cannot happen to them now, such as blocking us a second time."""
    match happening.what:
        case What.ACCEPT | What.DECLINE | What.REDEEM:
            return _answer(person, happening, now)
        case What.BLOCK | What.UNBLOCK | What.CONSENT:
            return _change_contact(person, happening)
        case What.MOVE if happening.timezone:
            changed = replace(person, zone=ZoneInfo(happening.timezone), places=happening.places)
        case What.OPT_OUT:
            changed = replace(person, opted_out=True, last_said_at=now)
        case What.RETURN:
            changed = replace(person, returned=True)
        case What.SUPPRESS:
            changed = replace(person, contacts=tuple(replace(one, suppressed=True) for one in person.contacts))
        case What.FLAG:
            changed = replace(person, flagged=True)
        case What.COMPLAINT:
            changed = replace(person, disputed=True)
        case What.HANDOFF_START:
            changed = replace(person, waits_for_staff=True)
        case What.HANDOFF_END:
            changed = replace(person, waits_for_staff=False)
        case What.SAID:
            return replace(person, last_said_at=now)
        case _:
            return None
    return None if changed == person else changed


def find_offer(person: Lapsed, offer_id: str | None) -> tuple[Touch, WelcomeBackOffer] | None:
    """Return the touch that made an offer, and the offer."""
    for touch in person.touches:
        if touch.kind is TouchKind.WELCOME_BACK and touch.offer is not None and touch.offer.id == offer_id:
            return touch, touch.offer
    return None


def _change_contact(person: Lapsed, happening: Happening) -> Lapsed | None:
    def change(contact: Contact) -> Contact:
        if contact.channel is not happening.channel:
            return contact
        if happening.what is What.CONSENT:
            return replace(contact, consent=happening.granted)
        return replace(contact, reachable=happening.what is What.UNBLOCK)

    contacts = tuple(change(contact) for contact in person.contacts)
    return None if contacts == person.contacts else replace(person, contacts=contacts)


def _answer(person: Lapsed, happening: Happening, now: datetime) -> Lapsed | None:
    """Take an answer to an offer of this leaving, unless it has lapsed or was answered; after an acceptance it can only
    be redeemed. A code is good once."""
    found = find_offer(person, happening.offer)
    if found is None or person.returned:
        return None
    made, offer = found
    if made.leaving != person.leaving or now > offer.deadline:
        return None
    if offer.answer not in (None, OfferAnswer.ACCEPTED) or (offer.answer and happening.what is not What.REDEEM):
        return None
    answered = replace(made, offer=replace(offer, answer=ANSWERS[happening.what]))
    touches = tuple(answered if touch is made else touch for touch in person.touches)
    return replace(person, touches=touches)
