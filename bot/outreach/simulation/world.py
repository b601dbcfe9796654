"""Runs a year on a virtual clock: looks at each invented customer when the real rules say so, and whenever something
has happened to them.

It must not decide whom to write to: that is asked of the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random

from bot.outreach.simulation.happenings import Happening, What, happen
from bot.outreach.simulation.lines import (
    Line,
    write_customer,
    write_happening,
    write_improvement,
    write_policy,
    write_touch,
)
from bot.outreach.simulation.lives import coincide, live, return_unasked, stay
from bot.outreach.simulation.people import REASONS, Customer, invent_customer, leave_again, list_places
from bot.outreach.simulation.reactions import react
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.winback.person import Improvement, Lapsed
from bot.retention.winback.review import Review, review
from bot.retention.winback.touches import Touch, TouchState

FAILED, UNKNOWN, ARRIVED = 0.025, 0.02, 0.5
"""So many touches do not leave; of so many nobody can tell, and of those so many have arrived."""
MONTH = timedelta(days=30)
IMPROVEMENTS = timedelta(days=24)
"""The company puts something right about so often."""

Reviewing = Callable[[Lapsed, Policy, Sequence[Improvement], datetime], Review]


class World:
    """All that happens within so many days. Iterate once over `run`; then `revenue` is what those who came back have
    paid since, in minor units. The same arguments give the same lines."""

    def __init__(
        self, policy: Policy, customers: int, days: int, seed: int, start: datetime, reviewing: Reviewing = review
    ) -> None:
        policy = replace(policy, winback=replace(policy.winback, thank_returned=False))
        self._policy, self._start, self._end = policy, start, start + timedelta(days=days)
        self._reviewing, self._seed = reviewing, seed
        self._improvements: list[Improvement] = []
        self._customers: list[Customer] = []
        self._heap: list[tuple[datetime, int, Customer | Improvement, Happening | None]] = []
        self._pushed = 0
        self.revenue = 0
        for improvement in self._invent_improvements():
            self._push(improvement.told_at, improvement)
        for number in range(1, customers + 1):
            customer = invent_customer(f"c{number}", seed, policy, start, days)
            self._push(customer.person.left_at, customer, Happening(What.LEAVE))

    def run(self) -> Iterator[Line]:
        """Return the lines of the events in order of time, the policy first."""
        yield write_policy(self._policy, self._start)
        while self._heap and self._heap[0][0] < self._end:
            now, _, whom, happening = heappop(self._heap)
            if isinstance(whom, Improvement):
                yield from self._tell(whom)
            elif happening is None:
                if whom.look_at == now:
                    yield from self._look(whom, now)
            else:
                yield from self._change(whom, happening, now)
        for customer in self._customers:
            self._cash(customer, self._end)

    def _tell(self, improvement: Improvement) -> Iterator[Line]:
        self._improvements.append(improvement)
        yield write_improvement(improvement)
        for customer in self._customers:
            self._look_at(customer, improvement.told_at)

    def _change(self, customer: Customer, happening: Happening, now: datetime) -> Iterator[Line]:
        if happening.what is What.LEAVE:
            yield from self._leave(customer, now)
            return
        changed = happen(customer.person, happening, now)
        if changed is None:
            return
        customer.person = changed
        if happening.what is What.MOVE and happening.timezone:
            customer.timezone = happening.timezone
        if happening.what is What.REDEEM:
            customer.redeemed_at = now
        if happening.what is What.RETURN:
            customer.returned_at = now
            self._plan(customer, stay(customer, now))
        if happening.what is not What.SAID:
            yield write_happening(customer, happening, now)
        self._look_at(customer, now)

    def _leave(self, customer: Customer, now: datetime) -> Iterator[Line]:
        if customer.person.returned:
            self._cash(customer, now)
            leave_again(customer, now, self._policy.winback.again_within_days)
        elif customer.known:
            return
        else:
            customer.known = True
            self._customers.append(customer)
            self._plan(customer, live(customer, self._policy, self._end))
        yield write_customer(customer)
        self._plan(customer, return_unasked(customer, self._end))
        self._look_at(customer, now)

    def _look(self, customer: Customer, now: datetime) -> Iterator[Line]:
        """Do what the rules say, as often as there is something to be sent now."""
        customer.look_at = None
        while True:
            found = self._reviewing(customer.person, self._policy, self._improvements, now)
            yield from self._take(customer, found.touches, now)
            claimed = next((touch for touch in found.touches if touch.state is TouchState.CLAIMED), None)
            if claimed is None:
                break
            yield from self._take(customer, [self._send(customer, claimed, now)], now)
        if found.look_at is not None:
            if found.look_at <= now:
                raise RuntimeError(f"{customer.name} is to be looked at again at {found.look_at}, which is no later")
            # What happens in the same second comes first as often as it comes second.
            surprises = list(coincide(customer, self._policy, found.look_at, now))
            first = customer.random.random() < 0.5
            self._plan(customer, surprises if first else ())
            self._look_at(customer, found.look_at)
            self._plan(customer, () if first else surprises)

    def _take(self, customer: Customer, touches: Sequence[Touch], now: datetime) -> Iterator[Line]:
        kept = {touch.key: touch for touch in customer.person.touches}
        for touch in touches:
            before = kept.get(touch.key)
            kept[touch.key] = touch
            if touch.state is not TouchState.CLAIMED and (before is None or before.state is not touch.state):
                yield write_touch(customer, touch, now)
        customer.person = replace(customer.person, touches=tuple(kept.values()))

    def _send(self, customer: Customer, touch: Touch, now: datetime) -> Touch:
        """Send a touch, or fail to, and let the customer react to what arrives."""
        draw = customer.random.random()
        if draw < FAILED:
            return replace(touch, state=TouchState.FAILED, because="not_sent", changed_at=now)
        unknown = draw < FAILED + UNKNOWN
        if not unknown or customer.random.random() < ARRIVED:
            self._plan(customer, react(customer, touch, self._policy, now))
        return replace(touch, state=TouchState.UNKNOWN if unknown else TouchState.SENT, changed_at=now)

    def _cash(self, customer: Customer, until: datetime) -> None:
        """Add up what somebody has paid since they came back: a month in advance, every thirty days."""
        if customer.returned_at is not None:
            self.revenue += customer.monthly * (1 + (until - customer.returned_at) // MONTH)
            customer.returned_at = None

    def _look_at(self, customer: Customer, moment: datetime) -> None:
        customer.look_at = moment
        self._push(moment, customer)

    def _plan(self, customer: Customer, later: Iterable[tuple[datetime, Happening]]) -> None:
        for moment, happening in later:
            self._push(moment, customer, happening)

    def _push(self, moment: datetime, whom: Customer | Improvement, happening: Happening | None = None) -> None:
        self._pushed += 1
        heappush(self._heap, (moment, self._pushed, whom, happening))

    def _invent_improvements(self) -> Iterator[Improvement]:
        random = Random(f"{self._seed}/improvements")  # noqa: S311  # Nothing secret.
        at = self._start
        while (at := at + timedelta(seconds=random.randrange(2 * int(IMPROVEMENTS.total_seconds())))) < self._end:
            reasons = set(random.choices(list(REASONS), k=random.choice((1, 1, 2))))
            local = random.random() < 0.35
            if local and random.random() < 0.7:
                reasons.add(Reason.RELOCATION)
            place = random.choice(list_places(self._policy)) if local else None
            yield Improvement(f"improvement-{self._pushed + 1}", frozenset(reasons), at, place)
