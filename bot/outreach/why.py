"""Answers "why was this person written to, or not?" from what was decided and what would be decided now.

It must not write anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bot.clock import Clock
from bot.errors import NotFound
from bot.outreach.persons import Persons
from bot.outreach.planner import find_suppressed, list_improvements
from bot.retention.policy import Policy
from bot.retention.winback.eligibility import find_bar
from bot.retention.winback.person import Lapsed
from bot.retention.winback.review import review
from bot.retention.winback.telling import explain_rule, tell_touch, write_moment
from bot.retention.winback.touches import Touch, TouchKind
from bot.storage.lapsed import Record
from bot.storage.unit_of_work import Database, UnitOfWork

_NUMBER = re.compile(r"#[0-9]{1,9}")


class CustomerNotFound(NotFound):
    """There is no such customer."""


class Why:
    """Explains what was decided about a person."""

    def __init__(self, database: Database, policy: Policy, persons: Persons, clock: Clock) -> None:
        self._database = database
        self._policy = policy
        self._persons = persons
        self._clock = clock

    def explain(self, customer: str) -> tuple[str, ...]:
        """Return, line by line, why a customer was and will be written to, or not; `customer` is the id they have in
        the company's own system, or `#` and the number they have here.

        Raises:
            CustomerNotFound: when there is none.
        """
        now = self._clock()
        with self._database.read() as work:
            record = self._find(work, customer)
            suppressed = bool(find_suppressed(work, self._persons, {record.customer.id: record}))
            improvements = list_improvements(work, now)
        left_at = self._persons.find_leaving(record)
        version = f"By policy version {self._policy.version}."
        if left_at is None or left_at > now:
            planned = "nothing is planned for them" if left_at is None else f"they leave on {left_at:%Y-%m-%d}"
            return f"{customer} has not left: {planned}.", version
        person = self._persons.describe(record, left_at, suppressed=suppressed)
        found = review(person, self._policy, improvements, now)
        touches = {touch.key: touch for touch in person.touches}
        told = (
            *self._describe(customer, person, now),
            *self._tell(list(touches.values()), record, person, now, "Until now:"),
            *self._tell([t for t in found.touches if touches.get(t.key) != t], None, person, now, "To be decided now:"),
        )
        return *told, *self._find_bars(person), version

    def _find(self, work: UnitOfWork, customer: str) -> Record:
        if _NUMBER.fullmatch(customer):
            found = work.customers.find(int(customer[1:]))
        else:
            found = work.customers.find_by_external_id(customer)
        if found is None:
            raise CustomerNotFound(
                f"There is no customer {customer!r}: give the id from your own system, or # and their number here."
            )
        return work.lapsed.read([found.id])[found.id]

    def _describe(self, customer: str, person: Lapsed, now: datetime) -> Iterator[str]:
        why = person.leading.title.lower() if person.leading else "a reason they never gave"
        yield f"{customer} left on {write_moment(person.left_at, person.zone, now)} ({person.zone}) over {why}."

    def _tell(
        self, touches: list[Touch], record: Record | None, person: Lapsed, now: datetime, head: str
    ) -> Iterator[str]:
        if not touches:
            return
        place = str(person.zone).rpartition("/")[2].replace("_", " ")
        versions = {row.key: row.policy_version for row in record.touches} if record else {}
        yield head
        for touch in touches:
            by = f" Policy version {versions[touch.key]}." if touch.key in versions else ""
            yield f"  {tell_touch(touch, person.zone, place, now)}{by}"

    def _find_bars(self, person: Lapsed) -> Iterator[str]:
        """Say what keeps each kind of message from them now."""
        bars: dict[str, list[TouchKind]] = {}
        # Who has not come back is not thanked, which nobody asks about.
        kinds = [kind for kind in TouchKind if kind is not TouchKind.THANKS or person.returned_at is not None]
        for kind in kinds:
            bar = find_bar(person, kind, self._policy.winback)
            if bar is not None:
                bars.setdefault(bar, []).append(kind)
        for bar, barred in bars.items():
            whole = len(barred) == len(kinds)
            what = "Nothing" if whole else "No " + " or ".join(kind.value.replace("_", "-") for kind in barred)
            yield f"{what} is sent, because {explain_rule(bar)} ({bar})."
