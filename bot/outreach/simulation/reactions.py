"""Invents how customers react to a touch: better where it fits why they left.

It must not know the rules. What comes of it proves nothing about real people; only that promises are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.outreach.simulation.happenings import Happening, What
from bot.outreach.simulation.lives import Later, follow
from bot.outreach.simulation.people import Customer
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.winback.touches import Touch, TouchKind, WelcomeBackOffer

ANNOYED = {What.OPT_OUT: 0.015, What.COMPLAINT: 0.006, What.BLOCK: 0.012}
ANSWERS, RETURNS, ACCEPTS, DECLINES, REDEEMS = 0.18, 0.06, 0.3, 0.12, 0.75
FITS = {
    TouchKind.CHECK_IN: frozenset({Reason.CUSTOMER_SERVICE, Reason.BILLING_ACCOUNT, Reason.TRUST_PRIVACY}),
    TouchKind.WELCOME_BACK: frozenset({Reason.PRICE, Reason.NO_LONGER_NEEDED}),
    TouchKind.ANNOUNCEMENT: frozenset(Reason),
}
"""Why somebody has to have left for a touch of a kind to move them most."""


def react(customer: Customer, touch: Touch, policy: Policy, now: datetime) -> Later:
    """Return what somebody does who has got a touch just now: often nothing."""
    random = customer.random
    for what, share in ANNOYED.items():
        if random.random() < share:
            yield from follow(customer, policy, what, _soon(customer, now), touch.channel)
            return
    if random.random() < ANSWERS:
        yield from _talk(customer, policy, now)
    if touch.offer is not None:
        yield from _consider(customer, touch.offer, now)
    elif random.random() < RETURNS * customer.warmth * (4 if _fits(customer, touch) else 1):
        yield _soon(customer, now), Happening(What.RETURN)


def _fits(customer: Customer, touch: Touch) -> bool:
    return customer.person.leading in FITS.get(touch.kind, ())


def _talk(customer: Customer, policy: Policy, now: datetime) -> Later:
    """They write back, several times within the hour, now and then days later."""
    random = customer.random
    at = _soon(customer, now)
    for _ in range(random.randint(1, 4)):
        yield from follow(customer, policy, What.SAID, at)
        at += timedelta(seconds=random.randrange(20, 900))


def _consider(customer: Customer, offer: WelcomeBackOffer, now: datetime) -> Iterator[tuple[datetime, Happening]]:
    """They accept and redeem, some redeem at once, some decline, and some come too late or use the code twice."""
    random, draw = customer.random, customer.random.random()
    at = _soon(customer, now)
    if draw < DECLINES:
        yield at, Happening(What.DECLINE, offer=offer.id)
    elif draw < DECLINES + ACCEPTS * customer.warmth:
        if random.random() < 0.8:
            yield at, Happening(What.ACCEPT, offer=offer.id)
        if random.random() < REDEEMS:
            spent = at + timedelta(days=random.expovariate(1 / 6))
            yield spent, Happening(What.REDEEM, offer=offer.id)
            yield spent, Happening(What.RETURN)
            if random.random() < 0.2:
                yield spent + timedelta(days=random.random() * 20), Happening(What.REDEEM, offer=offer.id)


def _soon(customer: Customer, now: datetime) -> datetime:
    """Within the very minute, some hours, or days."""
    random = customer.random
    span = random.choice((60, 6 * 3600, 6 * 3600, 4 * 86_400))
    return now + timedelta(seconds=random.randrange(span))
