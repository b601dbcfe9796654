"""Says who of the invented customers hears what from us next, and when. It must not write anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.clock import Clock
from bot.outreach.persons import Persons
from bot.outreach.planner import find_suppressed, list_improvements
from bot.retention.channels import Channel
from bot.retention.policy import Policy
from bot.retention.winback.review import review
from bot.retention.winback.telling import write_moment
from bot.retention.winback.touches import Touch, TouchKind, TouchState
from bot.storage.unit_of_work import Database

_NAMES = {
    TouchKind.CHECK_IN: "check-in",
    TouchKind.WELCOME_BACK: "welcome back",
    TouchKind.REMINDER: "reminder of the offer",
    TouchKind.ANNOUNCEMENT: "news of what was put right",
    TouchKind.THANKS: "thanks",
}


@dataclass(frozen=True)
class Prospect:
    """What somebody hears next. `at` is None where it is now. `for_staff`: once staff, who talk to them, are done."""

    external_id: str
    name: str
    kind: TouchKind
    channel: Channel | None
    at: datetime | None
    zone: tzinfo
    for_staff: bool = False


@dataclass(frozen=True)
class Outlook:
    """Looks ahead, by the rules that decide in earnest."""

    database: Database
    policy: Policy
    persons: Persons
    clock: Clock

    def foresee(self, customer_ids: Iterable[int]) -> list[Prospect]:
        """Return what each of these hears next; those who hear nothing are left out."""
        now, found = self.clock(), []
        with self.database.read() as work:
            records = work.lapsed.read(list(customer_ids))
            suppressed = find_suppressed(work, self.persons, records)
            improvements = list_improvements(work, now)
            names = {number: one.name for number in records if (one := work.customers.find(number)) is not None}
        for customer_id, record in records.items():
            left_at = self.persons.find_leaving(record)
            if left_at is None or left_at > now:
                continue
            person = self.persons.describe(record, left_at, suppressed=customer_id in suppressed)
            decided = review(person, self.policy, improvements, now)
            touch = _find_next([*person.touches, *decided.touches])
            if touch is not None:
                is_now = touch.state is TouchState.CLAIMED
                at = None if is_now else touch.due_at
                who = record.customer.external_id or f"#{customer_id}"
                for_staff = touch.because == "hold.handoff"
                name = names[customer_id] or ""
                found.append(Prospect(who, name, touch.kind, touch.channel, at, person.zone, for_staff))
        return found


def _find_next(touches: Sequence[Touch]) -> Touch | None:
    """Return what is sent next of all that is planned; what was decided last stands behind what it was before."""
    newest = {touch.key: touch for touch in touches}
    waiting = [one for one in newest.values() if one.state is TouchState.CLAIMED or one.state.is_open]
    return min(waiting, key=lambda one: (one.state is not TouchState.CLAIMED, one.due_at), default=None)


def write_prospects(prospects: Sequence[Prospect], now: datetime) -> Iterable[str]:
    """Yield a line for each, in columns."""
    longest = max((len(one.name) for one in prospects), default=0)
    for one in prospects:
        way = "by phone, by your staff" if one.channel is Channel.PHONE else f"by {one.channel or 'no channel'}"
        place = str(one.zone).rpartition("/")[2].replace("_", " ")
        when = "" if one.at is None else f", {write_moment(one.at, one.zone, now)} in {place}"
        when = ", once your staff have handed them back" if one.for_staff else when
        yield f"  {one.external_id}  {one.name:<{longest}}  {_NAMES[one.kind]}, {way}{when}"
