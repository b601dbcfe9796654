"""Invents what happens to customers by itself, and in the very minute in which something is due to them.

It must not know the rules. The shares are inventions: a real year has fewer surprises.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.outreach.simulation.happenings import Happening, What
from bot.outreach.simulation.people import Customer, choose_places, choose_zone
from bot.retention.policy import Policy

LIVES = {
    What.OPT_OUT: 0.04,
    What.SUPPRESS: 0.03,
    What.FLAG: 0.04,
    What.COMPLAINT: 0.05,
    What.MOVE: 0.1,
    What.HANDOFF_START: 0.08,
    What.SAID: 0.15,
}
"""To so many customers it happens once."""
BLOCKED, UNBLOCKED, WITHDRAWN, GRANTED = 0.08, 0.6, 0.06, 0.15
"""Likewise, of each channel; of those who block us so many change their minds."""
AT_ONCE, SOON, SOON_DAYS = 0.15, 0.6, 75
"""Of what happens to somebody so much happens in the moment of leaving; of the rest so much within so many days."""
COINCIDENCE = 0.06
"""So often something happens in the very minute in which a customer is looked at."""
LEAVES_AGAIN = 0.3
DAY = 86_400
COINCIDENCES = (
    *(What.OPT_OUT, What.COMPLAINT, What.RETURN, What.FLAG, What.SUPPRESS),
    *(What.BLOCK, What.CONSENT, What.HANDOFF_START, What.MOVE, What.SAID) * 3,
)

Later = Iterator[tuple[datetime, Happening]]


def live(customer: Customer, policy: Policy, end: datetime) -> Later:
    """Return what happens to somebody from their first leaving until the end, whatever we do."""
    random, start = customer.random, customer.person.left_at

    def draw() -> datetime:
        if random.random() < AT_ONCE:
            return start
        soon = random.random() < SOON
        return _move_on(customer, start, SOON_DAYS * DAY if soon else (end - start).total_seconds())

    for what, share in LIVES.items():
        if random.random() < share:
            yield from follow(customer, policy, what, draw())
    for contact in customer.person.contacts:
        if random.random() < BLOCKED:
            yield from follow(customer, policy, What.BLOCK, draw(), contact.channel.value)
        if random.random() < (WITHDRAWN if contact.consent else GRANTED):
            yield draw(), Happening(What.CONSENT, contact.channel, granted=not contact.consent)


def return_unasked(customer: Customer, end: datetime) -> Later:
    """Return when somebody who has just left comes back by themselves, if they do."""
    random, start = customer.random, customer.person.left_at
    if random.random() < 0.25 * customer.warmth * ((end - start) / timedelta(days=365)):
        yield _move_on(customer, start, (end - start).total_seconds()), Happening(What.RETURN)


def coincide(customer: Customer, policy: Policy, moment: datetime, now: datetime) -> Later:
    """Return what happens in the very minute in which somebody will be looked at, seldom anything."""
    random = customer.random
    if random.random() >= COINCIDENCE:
        return
    at = max(now, moment + timedelta(seconds=random.choice((-30, -1, 0, 0, 0, 0, 1, 20))))
    yield from follow(customer, policy, random.choice(COINCIDENCES), at)


def follow(customer: Customer, policy: Policy, what: What, at: datetime, channel: str | None = None) -> Later:
    """Return a happening, and what it brings about later."""
    random, contacts = customer.random, customer.person.contacts
    if what in (What.BLOCK, What.CONSENT):
        if not contacts:
            return
        meant = next((one for one in contacts if one.channel == channel), None) or random.choice(contacts)
        yield at, Happening(what, meant.channel, granted=not meant.consent if what is What.CONSENT else None)
        if what is What.BLOCK and random.random() < UNBLOCKED:
            yield _move_on(customer, at, 30 * DAY), Happening(What.UNBLOCK, meant.channel)
    elif what is What.MOVE:
        yield at, Happening(what, timezone=choose_zone(random), places=choose_places(random, policy))
    else:
        yield at, Happening(what)
    if what is What.HANDOFF_START and random.random() < 0.95:
        yield at + timedelta(seconds=random.randrange(60, 5 * DAY)), Happening(What.HANDOFF_END)
    if what is What.SAID and random.random() < 0.2:
        yield from follow(customer, policy, What.HANDOFF_START, at + timedelta(seconds=random.randrange(600)))


def stay(customer: Customer, now: datetime) -> Later:
    """Return when somebody who has come back leaves again, if they do."""
    if customer.random.random() < LEAVES_AGAIN:
        yield now + timedelta(days=customer.random.expovariate(1 / 60) + 1), Happening(What.LEAVE)


def _move_on(customer: Customer, start: datetime, seconds: float) -> datetime:
    return start + timedelta(seconds=customer.random.randrange(max(1, int(seconds))))
