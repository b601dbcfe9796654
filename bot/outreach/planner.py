"""Looks at everybody whose time has come, decides by the rules, and writes down what was decided.

It must not send anything, nor hold a rule of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.conversations.letter_book import Verdict
from bot.outreach.persons import Persons
from bot.retention.facts import make_key
from bot.retention.offers import GrantState
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.winback.eligibility import LOOK_AGAIN
from bot.retention.winback.person import Improvement, Lapsed
from bot.retention.winback.plan import NEWS_DAYS
from bot.retention.winback.review import Review, check, drop_open, review
from bot.retention.winback.rules import FIRST_DAY
from bot.retention.winback.touches import Touch, TouchKind, TouchState
from bot.storage.lapsed import Record
from bot.storage.tables import OfferGrant, RecordedImprovement
from bot.storage.unit_of_work import Database, UnitOfWork

log = structlog.get_logger(__name__)

AT_ONCE = 1_000
"""So many people are looked at in one transaction, so that nobody who waits for a reply waits for it."""


@dataclass(frozen=True)
class Claimed:
    """A touch that is to be sent now."""

    touch_id: str
    customer_id: int
    touch: Touch


@dataclass(frozen=True)
class Tick:
    """What came of looking once at all that was due."""

    looked_at: int
    claimed: tuple[Claimed, ...]


class Planner:
    """Plans touches and claims those that are to be sent."""

    def __init__(self, database: Database, policy: Policy, persons: Persons, clock: Clock) -> None:
        self._database = database
        self._policy = policy
        self._persons = persons
        self._clock = clock

    def tick(self, at_most: int = AT_ONCE) -> Tick:
        """Look at those who are due, the first thousand of them, or `at_most` so many; call it again until nobody was
        looked at. What it costs grows with those who are due, not with all customers."""
        now = self._clock()
        with self._database.write() as work:
            ids = work.lapsed.list_due(now, min(at_most, AT_ONCE))
            claimed = self._look(work, ids, now) if ids else []
            work.commit()
        return Tick(len(ids), tuple(claimed))

    def ask(self, work: UnitOfWork, touch_ids: Collection[str], now: datetime) -> dict[str, Verdict | None]:
        """Return what keeps each of these claimed touches from leaving at this moment, or None where it may leave."""
        touches = work.touches.list_by_id(touch_ids)
        improvements = list_improvements(work, now)
        records = _read(work, {touch.customer_id for touch in touches}, improvements)
        suppressed = find_suppressed(work, self._persons, records)
        found: dict[str, Verdict | None] = {}
        for touch in touches:
            record = records[touch.customer_id]
            left_at = self._persons.find_leaving(record)
            if left_at is None or left_at > now:
                found[touch.id] = Verdict("barred.not_left", None)
                continue
            person = self._persons.describe(record, left_at, suppressed=touch.customer_id in suppressed)
            decided = check(person, touch.key, self._policy, improvements, now)
            if decided.state is TouchState.CLAIMED:
                found[touch.id] = None
            else:
                found[touch.id] = Verdict(decided.because, decided.due_at if decided.state is TouchState.HELD else None)
        return found

    def settle(self, touch_id: str, state: TouchState) -> None:
        """Write down what became of a claimed touch, and have the person looked at again."""
        now = self._clock()
        with self._database.write() as work:
            if work.lapsed.settle(touch_id, state, now):
                work.commit()

    def _look(self, work: UnitOfWork, ids: list[int], now: datetime) -> list[Claimed]:
        improvements = list_improvements(work, now)
        records = _read(work, ids, improvements)
        suppressed = find_suppressed(work, self._persons, records)
        looks: dict[int, datetime | None] = {}
        added: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        claimed: list[Claimed] = []
        for customer_id, record in records.items():
            if any(twin.customer.id == one.customer_id for twin in record.twins for one in claimed):
                # The same person is being written to under another name.
                looks[customer_id] = now + LOOK_AGAIN
                continue
            try:
                person, found = self._review(record, improvements, now, suppressed=customer_id in suppressed)
            except Exception:
                # One record that nobody thought of must not keep everybody else waiting.
                log.exception("outreach.review_failed", customer=customer_id)
                looks[customer_id] = now + timedelta(days=1)
                continue
            # Clocks and rules may make a moment that is not later; looking again at once would never end.
            looks[customer_id] = found.look_at and max(found.look_at, now + timedelta(seconds=1))
            known = {row.key: row for row in record.touches}
            for touch in found.touches:
                row = known.get(touch.key)
                touch_id = row.id if row else str(uuid.uuid4())
                values = self._write(touch) | {"id": touch_id}
                if touch.state is TouchState.CLAIMED:
                    claimed.append(Claimed(touch_id, customer_id, touch))
                    values["grant_id"] = self._grant(work, touch, person, record, now)
                if row is None:
                    added.append(values | {"customer_id": customer_id, "key": touch.key, "planned_at": now})
                else:
                    changed.append(values)
        work.lapsed.add_touches(added)
        work.lapsed.change_touches(changed)
        work.lapsed.set_looks(looks)
        return claimed

    def _review(
        self, record: Record, improvements: list[Improvement], now: datetime, *, suppressed: bool
    ) -> tuple[Lapsed, Review]:
        left_at = self._persons.find_leaving(record)
        if left_at is not None and left_at <= now:
            person = self._persons.describe(record, left_at, suppressed=suppressed)
            return person, review(person, self._policy, improvements, now)
        person = self._persons.describe(record, left_at or now, suppressed=suppressed)
        return person, Review(tuple(drop_open(person, "barred.not_left", now)), left_at)

    def _write(self, touch: Touch) -> dict[str, Any]:
        return {
            "kind": touch.kind,
            "state": touch.state,
            "channel": touch.channel,
            "wanted_at": touch.wanted_at,
            "due_at": touch.due_at,
            "changed_at": touch.changed_at,
            "rule": touch.rule,
            "because": touch.because,
            "policy_version": self._policy.version,
            "improvement_id": touch.improvement,
            "grant_id": None,
        }

    def _grant(self, work: UnitOfWork, touch: Touch, person: Lapsed, record: Record, now: datetime) -> int | None:
        """Write the offer of a claimed touch down, which then stands until its deadline."""
        offer, reason = touch.offer, person.leading
        if offer is not None and touch.kind is TouchKind.REMINDER:
            return next((row.grant_id for row in record.touches if row.key == offer.id), None)
        if offer is None or reason is None or touch.kind is not TouchKind.WELCOME_BACK:
            return None
        terms = self._policy.winback.offers[reason][offer.rule.rpartition(".")[2]]
        details = {"percent": terms.percent, "months": terms.months, "plan": terms.plan, "timezone": str(person.zone)}
        return work.lapsed.add_grant(
            OfferGrant(
                customer_id=record.customer.id,
                offer=offer.rule,
                kind=offer.kind,
                reason=reason,
                worth=offer.worth,
                currency=self._policy.currency,
                details={name: value for name, value in details.items() if value is not None},
                state=GrantState.PROPOSED,
                rule=offer.rule,
                policy_version=self._policy.version,
                offered_at=now,
                deadline=offer.deadline,
            )
        )


def _read(work: UnitOfWork, ids: Collection[int], improvements: Collection[Improvement]) -> dict[int, Record]:
    """Read no more than what is still news makes necessary."""
    named = any(improvement.feature is not None for improvement in improvements)
    bought = any(improvement.product is not None for improvement in improvements)
    return work.lapsed.read(ids, named=named, bought=bought)


def find_suppressed(work: UnitOfWork, persons: Persons, records: Mapping[int, Record]) -> set[int]:
    """Return the ids of those of whom anything is suppressed: whoever asked us to stop at one address means all."""
    hashes = {customer_id: persons.hash_contacts(record) for customer_id, record in records.items()}
    found = work.lapsed.find_suppressed({one for known in hashes.values() for one in known})
    return {customer_id for customer_id, known in hashes.items() if not found.isdisjoint(known)}


def list_improvements(work: UnitOfWork, now: datetime) -> list[Improvement]:
    """Return what was put right not long ago, as the rules know it."""
    since = now - timedelta(days=NEWS_DAYS + FIRST_DAY)
    return [describe_improvement(row) for row in work.lapsed.list_improvements(since)]


def describe_improvement(row: RecordedImprovement) -> Improvement:
    """Return something that was put right as the rules know it."""
    return Improvement(
        id=row.id,
        reasons=frozenset(map(Reason, row.reasons)),
        told_at=row.told_at,
        place=row.place,
        feature=make_key(row.feature) if row.feature else None,
        product=make_key(row.product) if row.product else None,
    )
