"""People who have left and to whom we write first, for tests: why they left, what is offered or told, and the touch."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversations.consents import EXIT_INTERVIEW
from bot.retention.channels import Channel
from bot.retention.interview import Question
from bot.retention.leading import ReasonSource
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import (
    AnswerState,
    ContactPoint,
    Conversation,
    Customer,
    EndedBy,
    ExitInterview,
    InterviewAnswer,
    OfferGrant,
    Outcome,
    PlannedTouch,
    RecordedImprovement,
    StatedReason,
)
from bot.storage.unit_of_work import Database, UnitOfWork


@dataclass
class Leaver:
    """Somebody who has left, and what a touch to them is about. `words` are their own on why, `tapped` what they
    tapped instead; without a `reason` they were never interviewed. `known`: to the company's own system."""

    reason: Reason | None = None
    words: str | None = None
    tapped: str | None = None
    days_ago: int = 21
    known: bool = True
    channel: Channel = Channel.EMAIL

    def leave(self, database: Database, now: datetime) -> int:
        """Keep them as a customer whose exit interview has ended, and return their id."""
        name, left_at = uuid.uuid4().hex[:8], now - timedelta(days=self.days_ago)
        with database.write() as work:
            customer = Customer(
                external_id=name if self.known else None,
                monthly_value=3900,
                currency="EUR",
                cancelled_at=left_at,
                created_at=left_at,
            )
            customer.contact_points.append(
                ContactPoint(
                    channel=self.channel,
                    address=f"{name}@example.org",
                    consent=True,
                    consent_source=EXIT_INTERVIEW,
                    consent_at=left_at,
                    reachable=True,
                    created_at=left_at,
                )
            )
            work.customers.add(customer)
            if self.reason is not None:
                self._interview(work, customer.id, self.reason, left_at)
            work.commit()
            return customer.id

    def _interview(self, work: UnitOfWork, customer_id: int, reason: Reason, left_at: datetime) -> None:
        conversation = Conversation(
            id=str(uuid.uuid4()),
            channel=Channel.WEB,
            customer_id=customer_id,
            created_at=left_at,
            last_message_at=left_at,
        )
        work.conversations.add(conversation)
        said = self.words or self.tapped or "It's too expensive"
        interview = ExitInterview(
            conversation_id=conversation.id,
            customer_id=customer_id,
            started_at=left_at,
            finished_at=left_at,
            outcome=Outcome.LEFT,
            ended_by=EndedBy.FINISHED,
            leading_reason=reason,
        )
        work.interviews.add(interview)
        answer = InterviewAnswer(
            question=Question.REASON.value, state=AnswerState.ANSWERED, text=said, answered_at=left_at
        )
        work.interviews.add_answer(interview, answer)
        source = ReasonSource.INFERRED if self.words else ReasonSource.TAPPED
        stated = StatedReason(label=reason, source=source, score=0.9, words=said, stated_at=left_at)
        work.interviews.add_reason(interview, stated)

    def add_touch(
        self,
        database: Database,
        now: datetime,
        customer_id: int,
        kind: TouchKind,
        *,
        offer: OfferKind | None = None,
        days: int = 30,
        improvement: str | None = None,
        place: str | None = None,
        conversation_id: str | None = None,
    ) -> str:
        """Plan and claim a touch, and return its id."""
        with database.write() as work:
            touch = PlannedTouch(
                id=str(uuid.uuid4()),
                customer_id=customer_id,
                key=uuid.uuid4().hex,
                kind=kind,
                state=TouchState.CLAIMED,
                channel=self.channel,
                wanted_at=now,
                due_at=now,
                planned_at=now,
                changed_at=now,
                rule="winback.plans.test.1",
                because="winback.plans.test.1",
                policy_version=1,
                conversation_id=conversation_id,
            )
            if offer is not None:
                touch.grant_id = self._grant(work, customer_id, offer, now, days)
            if improvement is not None:
                touch.improvement_id = _record(work, improvement, place, self.reason, now)
            work.session.add(touch)
            work.commit()
            return touch.id

    def _grant(self, work: UnitOfWork, customer_id: int, kind: OfferKind, now: datetime, days: int) -> int:
        is_discount = kind is OfferKind.DISCOUNT
        grant = OfferGrant(
            customer_id=customer_id,
            offer="welcome_back",
            kind=kind,
            reason=self.reason or Reason.PRICE,
            worth=3120,
            currency="EUR",
            details={
                "percent": 20 if is_discount else None,
                "months": 4 if is_discount else None,
                "plan": "Basic" if kind is OfferKind.SMALLER_PLAN else None,
                "timezone": "Europe/Lisbon",
            },
            state=GrantState.PROPOSED,
            rule="winback.offers.price.middle",
            policy_version=1,
            offered_at=now,
            deadline=now + timedelta(days=days),
        )
        work.offers.add(grant)
        return grant.id


def _record(work: UnitOfWork, what: str, place: str | None, reason: Reason | None, now: datetime) -> str:
    recorded = RecordedImprovement(
        id=str(uuid.uuid4()),
        what=what,
        reasons=[reason.value] if reason else [],
        place=place,
        told_at=now,
        recorded_by="Robin",
    )
    work.session.add(recorded)
    work.session.flush()
    return recorded.id
