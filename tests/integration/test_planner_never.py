"""Whatever is written down about somebody, in whatever order, the planner claims nothing that must never be sent."""

from __future__ import annotations

import operator
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select

from bot.outreach.planner import Claimed
from bot.retention.channels import Channel
from bot.retention.reasons import BillingReason, Reason
from bot.retention.winback.rules import ALLOWED_TOUCHES
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import (
    Conversation,
    Customer,
    ExitInterview,
    Mode,
    Outcome,
    PlannedTouch,
    RecordedImprovement,
    Return,
)
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.integration.test_planner import POLICY, Company

RULES = POLICY.winback
DAY = timedelta(days=1)
TALK = "talk"
SELDOM = st.sampled_from([False] * 5 + [True])


class AnyRecord(RuleBasedStateMachine):
    """One customer of whom anything may be written down."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "farewell.db")
        self.database = Database(f"sqlite:///{self.folder}/farewell.db")
        self.clock = FixedClock()
        self.company = Company(self.database, self.clock)
        self.heard: list[datetime] = []
        self.told: set[str | None] = set()

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    @initialize(reason=st.none() | st.sampled_from(BillingReason), zone=st.sampled_from(["Asia/Tokyo", "UTC"]))
    def leave(self, reason: BillingReason | None, zone: str) -> None:
        self.id = self.company.add("ana", reason=reason, timezone=zone)
        with self.database.write() as work:
            now = self.clock.now
            work.conversations.add(
                Conversation(
                    id=TALK,
                    channel=Channel.WEB,
                    customer_id=self.id,
                    created_at=now,
                    last_message_at=now - 2 * DAY,
                    heard_at=now - 2 * DAY,
                )
            )
            work.commit()

    @rule(hours=st.integers(1, 1000), state=st.sampled_from([TouchState.SENT, TouchState.UNKNOWN, TouchState.FAILED]))
    def time_passes(self, hours: int, state: TouchState) -> None:
        end = self.clock.now + timedelta(hours=hours)
        while (due := self.company._find_next()) is not None and due <= end:
            self.clock.now = max(self.clock.now, due)
            for claimed in self.company.planner.tick().claimed:
                self.judge(claimed)
                self.company.planner.settle(claimed.touch_id, state)
                if state is not TouchState.FAILED:
                    self.heard.append(self.clock.now)
                    self.told.add(claimed.touch.improvement)
        self.clock.now = end

    @rule(hours=st.integers(200, 1000))
    def much_time_passes(self, hours: int) -> None:
        self.time_passes(hours, TouchState.SENT)

    @rule(days=st.integers(-12, 20), really=SELDOM)
    def the_day_of_leaving_is_put_right(self, days: int, *, really: bool) -> None:
        if not really:
            return
        self.company.change(lambda customer: setattr(customer, "cancelled_at", self.clock.now + days * DAY))

    @rule(consent=st.sampled_from([True] * 6 + [False, None]), reachable=SELDOM.map(operator.not_))
    def consent_or_reach_changes(self, consent: bool | None, reachable: bool) -> None:
        def change(customer: Customer) -> None:
            customer.contact_points[0].consent, customer.contact_points[0].reachable = consent, reachable

        self.company.change(change)

    @rule(marked=SELDOM, mark=st.sampled_from(["flagged_at", "disputed_at"]))
    def staff_mark_them_or_take_it_back(self, marked: bool, mark: str) -> None:
        self.company.change(lambda customer: setattr(customer, mark, self.clock.now if marked else None))

    @rule(staff=SELDOM, says=st.booleans())
    def the_conversation_goes_on(self, staff: bool, says: bool) -> None:
        with self.database.write() as work:
            talk = work.conversations.get(TALK)
            talk.mode = Mode.STAFF if staff else Mode.BOT
            if says:
                talk.heard_at = self.clock.now
            work.commit()
        self.company.change(lambda customer: None)

    @rule(
        outcome=st.sampled_from([Outcome.LEFT, Outcome.LEFT, Outcome.LEFT, Outcome.SAVED, Outcome.SKIPPED, None]),
        reason=st.none() | st.sampled_from(Reason),
        sensitive=st.sampled_from([False] * 19 + [True]),
    )
    def they_are_interviewed(self, outcome: Outcome | None, reason: Reason | None, sensitive: bool) -> None:
        now = self.clock.now
        with self.database.write() as work:
            work.interviews.add(
                ExitInterview(
                    customer_id=self.id,
                    started_at=now,
                    finished_at=now if outcome else None,
                    outcome=outcome,
                    leading_reason=reason,
                    sensitive=sensitive,
                )
            )
            work.commit()
        self.company.change(lambda customer: None)

    @rule(really=SELDOM)
    def they_come_back(self, *, really: bool) -> None:
        if not really:
            return
        with self.database.write() as work:
            if work.session.scalar(select(Return.id).where(Return.at == self.clock.now)) is None:
                work.session.add(Return(customer_id=self.id, at=self.clock.now))
            work.commit()
        self.company.change(lambda customer: None)

    @rule(reasons=st.lists(st.sampled_from(Reason), min_size=1, max_size=4, unique=True))
    def something_is_put_right(self, reasons: list[Reason]) -> None:
        with self.database.write() as work:
            improvement = RecordedImprovement(
                id=f"{self.clock.now.timestamp()} {len(self.told)} {','.join(reasons)}"[:36],
                what="-",
                reasons=[reason.value for reason in reasons],
                told_at=self.clock.now,
                recorded_by="Robin",
            )
            work.session.merge(improvement)
            work.commit()
        self.company.change(lambda customer: None)

    def judge(self, claimed: Claimed) -> None:
        """Judge a touch at the moment of sending by what the database says."""
        now, touch = self.clock.now, claimed.touch
        with self.database.read() as work:
            customer = work.customers.find(self.id)
            assert customer is not None
            point = customer.contact_points[0]
            talk = work.conversations.get(TALK)
            interviews = list(work.session.scalars(select(ExitInterview).order_by(ExitInterview.id)))
            returns = list(work.session.scalars(select(Return.at)))
            rows = list(work.session.scalars(select(PlannedTouch)))
        local = now.astimezone(ZoneInfo(customer.timezone or "UTC"))
        assert RULES.opens <= local.time() < RULES.closes
        assert local.weekday() not in RULES.quiet_days
        assert (point.consent, point.reachable, touch.channel) == (True, True, Channel.EMAIL)
        assert (customer.flagged_at, customer.disputed_at, talk.mode) == (None, None, Mode.BOT)
        assert talk.heard_at is not None
        assert now - talk.heard_at >= timedelta(hours=RULES.pause_hours)
        assert not any(interview.sensitive for interview in interviews)
        assert customer.cancelled_at is not None
        back = [at for at in returns if at >= customer.cancelled_at]
        if touch.kind is TouchKind.THANKS:
            assert 1 * DAY <= now - min(back) <= 14 * DAY
            assert sum(row.kind is TouchKind.THANKS and row.planned_at >= min(back) for row in rows) == 1
        else:
            assert back == []
            assert now - customer.cancelled_at >= 7 * DAY
        if touch.kind is TouchKind.CHECK_IN:
            assert now - customer.cancelled_at <= 30 * DAY
        assert all(now - at >= RULES.cooldown_days * DAY for at in self.heard)
        assert sum(now - at <= RULES.cap_days * DAY for at in self.heard) < RULES.cap
        assert touch.improvement is None or touch.improvement not in self.told
        assert sum(row.state is TouchState.CLAIMED for row in rows) == 1
        ended = [it for it in interviews if it.outcome is not None]
        assert not ended or ended[-1].outcome is not Outcome.SAVED or now - customer.cancelled_at > 7 * DAY
        since = max(returns, default=None)
        why = [it.leading_reason for it in interviews if it.leading_reason and (not since or it.started_at > since)]
        if why and touch.kind is not TouchKind.THANKS:
            assert touch.kind in ALLOWED_TOUCHES[why[-1]]


@pytest.mark.timeout(300)
def test_the_planner_never_claims_what_must_not_be_sent(sqlite_template: Path) -> None:
    AnyRecord.template = sqlite_template
    machine = AnyRecord.TestCase
    machine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
    machine().runTest()
