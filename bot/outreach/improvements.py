"""Improvements: what was put right, exactly who would be told of it and when, and who would not and why.

It must not tell anybody: it is written down, and those whom it concerns are looked at.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from bot.clock import Clock
from bot.conversations.announcements import AnnouncementCopy
from bot.conversations.customer_fields import check_text
from bot.conversations.stories import StoryService
from bot.errors import FarewellError
from bot.outreach.persons import Persons
from bot.outreach.planner import describe_improvement, find_suppressed, list_improvements
from bot.retention.channels import Channel
from bot.retention.facts import make_key
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.winback.eligibility import choose_channel, find_bar, find_hold, find_mismatch
from bot.retention.winback.person import Improvement, Lapsed
from bot.retention.winback.review import review
from bot.retention.winback.rules import ALLOWED_TOUCHES
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.lapsed import Record
from bot.storage.tables import RecordedImprovement
from bot.storage.unit_of_work import Database, UnitOfWork

OPERATOR = "cli"
LONGEST_WHAT, LONGEST_ABOUT = 300, 200
AT_ONCE = 1_000


class ImprovementUnfit(FarewellError):
    """The improvement cannot be recorded; the message says why and what to do."""


@dataclass(frozen=True)
class Recipient:
    """Somebody who would be told. `name` is their name or the id they have; `at` is the earliest moment, by the clocks
    in `zone`; `reason` is the one of theirs that was answered; `words` are what they will read."""

    customer_id: int
    name: str
    reason: Reason
    channel: Channel
    at: datetime
    zone: tzinfo
    words: str


@dataclass
class Preview:
    """What recording an improvement comes to. `kept` counts by rule those who left over it and would not hear of it
    now; `concerned` are the ids of all whom it is meant for, whether they may be written to or not."""

    recipients: list[Recipient] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    concerned: list[int] = field(default_factory=list)


class ImprovementService:
    """Previews and records improvements."""

    def __init__(
        self,
        database: Database,
        policy: Policy,
        persons: Persons,
        stories: StoryService,
        copy: AnnouncementCopy,
        clock: Clock,
    ) -> None:
        self._database = database
        self._policy = policy
        self._persons = persons
        self._stories = stories
        self._copy = copy
        self._clock = clock

    def draft(
        self,
        what: str,
        reasons: list[Reason],
        place: str | None = None,
        product: str | None = None,
        feature: str | None = None,
    ) -> RecordedImprovement:
        """Return an improvement that is not recorded yet, with the place written as it is known.

        Raises:
            ImprovementUnfit: when something is empty, too long or unreadable, or nobody could ever be meant.
        """
        told = list(dict.fromkeys(reasons))
        if not told:
            raise ImprovementUnfit("Name the reason that it answers, such as --reason technical_reliability.")
        if not any(TouchKind.ANNOUNCEMENT in ALLOWED_TOUCHES[reason] for reason in told):
            allowed = ", ".join(r.value for r in Reason if TouchKind.ANNOUNCEMENT in ALLOWED_TOUCHES[r])
            raise ImprovementUnfit(
                f"Nobody who left over {' or '.join(reason.value for reason in told)} is told such news "
                f"(docs/winback.md); the reasons for it are {allowed}."
            )
        if place is None and told == [Reason.RELOCATION]:
            raise ImprovementUnfit("Who moved away is only told of a place near them: name it with --place.")
        return RecordedImprovement(
            id=str(uuid.uuid4()),
            what=_check("--what", what, LONGEST_WHAT),
            reasons=[reason.value for reason in told],
            place=None if place is None else self._find_place(_check("--place", place, LONGEST_ABOUT)),
            product=None if product is None else _check_name("--product", product),
            feature=None if feature is None else _check_name("--feature", feature),
            told_at=self._clock(),
            recorded_by=OPERATOR,
        )

    def preview(self, draft: RecordedImprovement) -> Preview:
        """Return who would be told of it, in the order in which they are known, and who would not."""
        found = Preview()
        with self._database.read() as work:
            earlier = list_improvements(work, self._clock())
            for record, suppressed in self._list_records(work, draft):
                told = self._judge(found, record, describe_improvement(draft), earlier, suppressed=suppressed)
                if told is not None:
                    found.recipients.append(self._describe(work, record, draft, *told))
        return found

    def record(self, draft: RecordedImprovement, preview: Preview) -> None:
        """Write it down and have all whom it concerns looked at; audited by the name of who recorded it."""
        now = self._clock()
        with self._database.write() as work:
            draft.told_at = now
            work.improvements.add(draft)
            work.touches.look_again(preview.concerned, now)
            work.audit.record(
                draft.recorded_by,
                "improvement.recorded",
                now,
                subject=draft.id,
                reasons=draft.reasons,
                concerned=len(preview.concerned),
                to_be_told=len(preview.recipients),
            )
            work.commit()

    def _list_records(self, work: UnitOfWork, draft: RecordedImprovement) -> Iterator[tuple[Record, bool]]:
        ids = work.improvements.list_concerned([Reason(value) for value in draft.reasons])
        for start in range(0, len(ids), AT_ONCE):
            # Nothing of a product may be recorded yet, so that purchases would not be read.
            records = work.lapsed.read(ids[start : start + AT_ONCE], bought=draft.product is not None)
            suppressed = find_suppressed(work, self._persons, records)
            for customer_id, record in records.items():
                yield record, customer_id in suppressed

    def _judge(
        self,
        found: Preview,
        record: Record,
        improvement: Improvement,
        earlier: list[Improvement],
        *,
        suppressed: bool,
    ) -> tuple[Lapsed, Channel, datetime] | None:
        """Count somebody in, and return them with where and when they would be told, if they would be."""
        now, rules = self._clock(), self._policy.winback
        left_at = self._persons.find_leaving(record)
        if left_at is None or left_at > now:
            return None
        person = self._persons.describe(record, left_at, suppressed=suppressed)
        if improvement.reasons.isdisjoint(person.reasons):
            return None
        mismatch = find_mismatch(improvement, person)
        if mismatch is not None:
            found.kept[mismatch] += 1
            return None
        found.concerned.append(record.customer.id)
        bar = find_bar(person, TouchKind.ANNOUNCEMENT, rules)
        if bar is not None:
            found.kept[bar] += 1
            return None
        reviewed = review(person, self._policy, [*earlier, improvement], now)
        touch = next((one for one in reviewed.touches if one.improvement == improvement.id), None)
        channel = choose_channel(person, rules)
        if touch is None or touch.state is TouchState.SKIPPED or channel is None:
            found.kept[touch.because if touch else "late.announcement"] += 1
            return None
        hold = find_hold(person, rules, now)
        at = max(touch.due_at, hold.until) if hold else max(touch.due_at, now)
        return person, channel, at

    def _describe(
        self,
        work: UnitOfWork,
        record: Record,
        draft: RecordedImprovement,
        person: Lapsed,
        channel: Channel,
        at: datetime,
    ) -> Recipient:
        customer = record.customer
        story = self._stories.imagine(work, customer.id, draft, at)
        return Recipient(
            customer_id=customer.id,
            name=customer.external_id or f"#{customer.id}",
            reason=next(reason for reason in person.reasons if reason.value in draft.reasons),
            channel=channel,
            at=at,
            zone=person.zone,
            words=self._copy.write(story, at),
        )

    def _find_place(self, name: str) -> str:
        """Return the place as it is written in the policy, or where customers are with it."""
        with self._database.read() as work:
            known = dict.fromkeys([*(place.name for place in self._policy.places), *work.improvements.list_places()])
        for place in known:
            if place.casefold() == name.casefold():
                return place
        some = ", ".join(list(known)[:10]) or "none is known yet"
        raise ImprovementUnfit(
            f"No customer is with {name!r}, and it is no place of the policy, so nobody could be told: "
            f"write it as your own system does ({some}), or leave --place out."
        )


def _check(option: str, text: str, longest: int) -> str:
    """Return the text in one line."""
    try:
        kept = " ".join(check_text(text, allowed="\t\n\r").split())
    except ValueError as error:
        raise ImprovementUnfit(f"{option}: {error}.") from None
    if not any(sign.isalnum() for sign in kept):
        raise ImprovementUnfit(f"{option} is empty: write it in words that a customer understands.")
    if len(kept) > longest:
        raise ImprovementUnfit(f"{option} has {len(kept)} characters; a message has room for {longest}.")
    return kept


def _check_name(option: str, text: str) -> str:
    kept = _check(option, text, LONGEST_ABOUT)
    if not make_key(kept):
        raise ImprovementUnfit(f"{option}: {kept!r} names nothing; write the name of it.")
    return kept
