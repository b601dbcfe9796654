"""Whatever happens to somebody, in whatever order and however long a touch is on its way, nothing leaves that must
not, nothing leaves twice, and every touch ends."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select

from bot.conversations.announcer import Announcer
from bot.conversations.copy import GatewayCopy
from bot.conversations.handoff import HandoffService
from bot.conversations.letter_book import Gate, LetterBook, set_reachable
from bot.conversations.rasa import RasaReply
from bot.conversations.stories import StoryService
from bot.conversations.touches import TouchService, find_trigger
from bot.conversations.turn_book import TurnBook
from bot.retention.channels import Channel
from bot.retention.offers import GrantState
from bot.retention.reasons import BillingReason, Reason
from bot.retention.winback.rules import ALLOWED_TOUCHES
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import (
    Author,
    Conversation,
    ExitInterview,
    Letter,
    LetterKind,
    LetterState,
    Mode,
    Outcome,
    PlannedTouch,
    RecordedImprovement,
    Return,
    StaffUser,
)
from bot.storage.unit_of_work import Database
from tests.company import POLICY, SETTINGS, Company
from tests.conftest import FixedClock

RULES = POLICY.winback
DAY = timedelta(days=1)
TALK, ADDRESS = "talk", "ana@example.org"
SELDOM = st.sampled_from([False] * 5 + [True])
SAID = [RasaReply.model_validate({"text": "Hello.", "utter": "utter_check_in", "buttons": [], "metadata": {}})]


class Way(IntEnum):
    """How far a touch comes before everything stands still: an engine, a bot or a channel that is away."""

    CLAIMED, BEGUN, SAID, LEFT = range(4)


class Fate(StrEnum):
    """What becomes of a letter that leaves. `put_off`: it certainly has not left, and is tried again."""

    SENT, UNKNOWN, REFUSED, PUT_OFF, DIED = "sent", "unknown", "refused", "put_off", "died"


class What(StrEnum):
    """What may happen while a touch is on its way."""

    OPT_OUT, BLOCK, HANDOFF, HANDOFF_AND_BACK = "opt_out", "block", "handoff", "handoff_and_back"
    SAY, FLAG, MOVE, ACCEPT = "say", "flag", "move", "accept"


FATES = st.sampled_from([Fate.SENT, *Fate])


class AnyLife(RuleBasedStateMachine):
    """One customer to whom anything may happen."""

    template: ClassVar[Path]
    gate: ClassVar[Gate | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "farewell.db")
        self.database = database = Database(f"sqlite:///{self.folder}/farewell.db")
        self.clock = clock = FixedClock()
        self.company = Company(database, clock)
        self.touches = TouchService(database, Announcer(), clock)
        self.turns = TurnBook(database, GatewayCopy(SETTINGS), clock)
        self.letters = LetterBook(database, Channel.EMAIL, clock, self.gate or self.company.planner.ask)
        self.handoff = HandoffService(database, Announcer(), clock)
        self.stories = StoryService(database, clock)
        self.heard: list[datetime] = []
        self.told: set[str | None] = set()
        self.left: set[str | None] = set()
        self.is_broken = False

    def teardown(self) -> None:
        try:
            self.everything_comes_to_an_end()
        finally:
            self.database.close()
            shutil.rmtree(self.folder)

    def everything_comes_to_an_end(self) -> None:
        if self.is_broken or not hasattr(self, "id"):
            return
        self.staff_hand_back()
        self.time_passes(250 * 24, Fate.SENT)
        ended = {touch.state for touch in self.company.read_touches()}
        assert ended <= {TouchState.SENT, TouchState.SKIPPED, TouchState.FAILED, TouchState.UNKNOWN}
        with self.database.read() as work:
            states = set(work.session.scalars(select(Letter.state).where(Letter.kind == LetterKind.TOUCH)))
        assert not states & {LetterState.WAITING, LetterState.SENDING}

    @initialize(reason=st.none() | st.sampled_from(BillingReason), zone=st.sampled_from(["Asia/Tokyo", "UTC"]))
    def leave(self, reason: BillingReason | None, zone: str) -> None:
        self.id = self.company.add("ana", reason=reason, timezone=zone)
        now = self.clock.now
        with self.database.write() as work:
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
            self.robin = StaffUser(name="Robin", password_hash="-", created_at=now)
            work.staff.add(self.robin)
            work.commit()

    @rule(hours=st.integers(1, 700), fate=FATES)
    def time_passes(self, hours: int, fate: Fate) -> None:
        end = self.clock.now + timedelta(hours=hours)
        self.go_on(Way.LEFT, fate)
        while (due := self.company._find_next()) is not None and due <= end:
            self.clock.now = max(self.clock.now, due)
            self.company.planner.tick()
            self.go_on(Way.LEFT, fate)
        self.clock.now = end

    @rule(way=st.sampled_from([Way.CLAIMED, Way.BEGUN, Way.SAID, Way.SAID]), hours=st.sampled_from([0, 0, 1, 12, 40]))
    def what_comes_next_gets_stuck(self, way: Way, hours: int) -> None:
        for _ in range(4):
            due = self.company._find_next()
            if due is None:
                return
            self.clock.now = max(self.clock.now, due)
            if self.company.planner.tick().claimed:
                self.go_on(way, Fate.SENT)
                self.clock.now += timedelta(hours=hours)
                return

    @rule(way=st.sampled_from([Way.BEGUN, Way.SAID, Way.LEFT, Way.LEFT]), fate=FATES)
    def what_is_stuck_goes_on(self, way: Way, fate: Fate) -> None:
        self.go_on(way, fate)

    @rule(
        way=st.sampled_from([Way.BEGUN, Way.SAID, Way.SAID]),
        hours=st.sampled_from([0, 1, 12]),
        what=st.sampled_from(What),
    )
    def something_happens_on_the_way(self, way: Way, hours: int, what: What) -> None:
        self.what_comes_next_gets_stuck(way, hours)
        match what:
            case What.OPT_OUT:
                self.they_never_want_to_hear_of_us_again(really=True, last=True)
            case What.BLOCK:
                self.their_address_is_out_of_use_or_in_use_again(blocked=True)
            case What.HANDOFF:
                self.they_ask_for_a_human(really=True, last=True)
            case What.HANDOFF_AND_BACK:
                self.they_ask_for_a_human(really=True, last=True)
                self.staff_hand_back()
            case What.SAY:
                self.they_write_to_us(really=True, last=True)
            case What.FLAG:
                self.staff_mark_them_or_take_it_back(marked=True, mark="flagged_at")
            case What.MOVE:
                self.they_move("Asia/Tokyo")
            case What.ACCEPT:
                self.they_answer_the_offer(accepted=True)
        self.go_on(Way.LEFT, Fate.SENT)

    def go_on(self, way: Way, fate: Fate) -> None:
        """Let what is claimed come so far on its way, as the engine, the turn worker and the outbox do."""
        for touch in self.company.read_touches():
            if touch.state is not TouchState.CLAIMED:
                continue
            if way >= Way.BEGUN:
                self.touches.begin(touch.id)
            if way >= Way.SAID:
                self.answer(touch.id)
            if way >= Way.LEFT:
                self.let_leave(fate)

    def answer(self, touch_id: str) -> None:
        with self.database.read() as work:
            touch = work.touches.find(touch_id)
            trigger = find_trigger(work, touch) if touch is not None else None
        if touch is None or touch.conversation_id is None:
            return
        while (due := self.turns.look(touch.conversation_id).due) is not None:
            if due.for_staff:
                self.turns.silence(due.message_id)
                continue
            said = SAID if trigger is not None and due.message_id == trigger.id else []
            self.turns.complete(touch.conversation_id, due.message_id, said, for_staff=False)

    def let_leave(self, fate: Fate) -> None:
        envelope = self.letters.take_next(())
        if envelope is None:
            return
        touch = next(one for one in self.company.read_touches() if one.id == envelope.touch_id)
        assert (touch.state, envelope.kind) == (TouchState.CLAIMED, LetterKind.TOUCH)
        assert touch.id not in self.left, "it leaves a second time"
        self.is_broken = True
        self.judge(touch)
        self.is_broken = False
        if fate is Fate.PUT_OFF:
            self.letters.note_unsent(envelope.id, "busy")
            return
        self.left.add(touch.id)
        match fate:
            case Fate.SENT:
                self.letters.note_sent(envelope.id, "1")
            case Fate.UNKNOWN:
                self.letters.note_unknown(envelope.id, "cut off")
            case Fate.REFUSED:
                self.letters.note_refused(envelope.id, "no")
            case Fate.DIED:
                self.letters.recover()
        if fate is not Fate.REFUSED:
            self.heard.append(self.clock.now)
            self.told.add(touch.improvement_id)

    def list_talks(self) -> list[str]:
        with self.database.read() as work:
            query = select(Conversation.id).order_by(Conversation.created_at, Conversation.id)
            return list(work.session.scalars(query))

    @rule(days=st.integers(-12, 20), really=SELDOM)
    def the_day_of_leaving_is_put_right(self, days: int, *, really: bool) -> None:
        if not really:
            return
        self.company.change(lambda customer: setattr(customer, "cancelled_at", self.clock.now + days * DAY))

    @rule(consent=st.sampled_from([True] * 6 + [False, None]))
    def consent_changes(self, consent: bool | None) -> None:
        self.company.change(lambda customer: setattr(customer.contact_points[0], "consent", consent))

    @rule(blocked=SELDOM)
    def their_address_is_out_of_use_or_in_use_again(self, blocked: bool) -> None:
        with self.database.write() as work:
            set_reachable(work, Channel.EMAIL, ADDRESS, not blocked, self.clock.now)
            work.commit()

    @rule(zone=st.sampled_from(["Asia/Tokyo", "UTC", "America/Los_Angeles"]))
    def they_move(self, zone: str) -> None:
        self.company.change(lambda customer: setattr(customer, "timezone", zone))

    @rule(marked=SELDOM, mark=st.sampled_from(["flagged_at", "disputed_at"]))
    def staff_mark_them_or_take_it_back(self, marked: bool, mark: str) -> None:
        self.company.change(lambda customer: setattr(customer, mark, self.clock.now if marked else None))

    @rule(really=SELDOM, last=st.booleans())
    def they_write_to_us(self, *, really: bool, last: bool) -> None:
        if not really:
            return
        with self.database.write() as work:
            talk = work.conversations.get(self.list_talks()[-1 if last else 0], lock=True)
            work.conversations.add_message(talk, Author.CUSTOMER, "Hm.", self.clock.now)
            work.touches.look_again([self.id], self.clock.now)
            work.commit()

    @rule(really=SELDOM, last=st.booleans())
    def they_ask_for_a_human(self, *, really: bool, last: bool) -> None:
        if really:
            self.handoff.request(self.list_talks()[-1 if last else 0])

    @rule()
    def staff_hand_back(self) -> None:
        for talk in self.list_talks():
            self.handoff.hand_back(talk, self.robin)

    @rule(really=SELDOM, last=st.booleans())
    def they_never_want_to_hear_of_us_again(self, *, really: bool, last: bool) -> None:
        if really:
            self.company.opt_outs.opt_out(self.list_talks()[-1 if last else 0])

    @rule()
    def they_think_better_of_it(self) -> None:
        for talk in self.list_talks():
            self.company.opt_outs.lift(talk)

    @rule(accepted=st.booleans())
    def they_answer_the_offer(self, *, accepted: bool) -> None:
        for talk in self.list_talks():
            self.stories.settle_offer(talk, accepted=accepted)

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

    def judge(self, touch: PlannedTouch) -> None:
        """Judge a touch at the moment it leaves by what the database says."""
        now = self.clock.now
        with self.database.read() as work:
            customer = work.customers.find(self.id)
            assert customer is not None
            (point,) = customer.contact_points
            talks = list(work.session.scalars(select(Conversation)))
            interviews = list(work.session.scalars(select(ExitInterview).order_by(ExitInterview.id)))
            returns = list(work.session.scalars(select(Return.at)))
            rows = list(work.session.scalars(select(PlannedTouch)))
            grants = {grant.id: grant for grant in work.offers.list_of(self.id)}
            suppressed = work.suppressions.holds(self.company.opt_outs.hash_contact(Channel.EMAIL, ADDRESS))
        local = now.astimezone(ZoneInfo(customer.timezone or "UTC"))
        assert RULES.opens <= local.time() < RULES.closes
        assert local.weekday() not in RULES.quiet_days
        assert (point.consent, point.reachable, touch.channel) == (True, True, Channel.EMAIL)
        assert (customer.flagged_at, customer.disputed_at, suppressed) == (None, None, False)
        assert {(talk.mode, talk.handoff_requested_at, talk.opted_out_at) for talk in talks} == {(Mode.BOT, None, None)}
        assert now - max(talk.heard_at for talk in talks if talk.heard_at) >= timedelta(hours=RULES.pause_hours)
        assert not any(interview.sensitive for interview in interviews)
        assert customer.cancelled_at is not None
        back = [at for at in returns if at >= customer.cancelled_at]
        since = max((at for at in returns if at < customer.cancelled_at), default=None)
        answers = {grant.state for grant in grants.values() if since is None or grant.offered_at > since}
        if touch.kind is not TouchKind.THANKS:
            assert not answers & {GrantState.ACCEPTED, GrantState.REQUESTED, GrantState.REDEEMED}
        if touch.kind not in (TouchKind.THANKS, TouchKind.ANNOUNCEMENT):
            assert GrantState.DECLINED not in answers
        if touch.kind is TouchKind.REMINDER:
            assert touch.grant_id is not None
            assert now < grants[touch.grant_id].deadline
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
        assert touch.improvement_id is None or touch.improvement_id not in self.told
        assert sum(row.state is TouchState.CLAIMED for row in rows) == 1
        ended = [it for it in interviews if it.outcome is not None]
        assert not ended or ended[-1].outcome is not Outcome.SAVED or now - customer.cancelled_at > 7 * DAY
        since = max(returns, default=None)
        why = [it.leading_reason for it in interviews if it.leading_reason and (not since or it.started_at > since)]
        if why and touch.kind is not TouchKind.THANKS:
            assert touch.kind in ALLOWED_TOUCHES[why[-1]]


@pytest.mark.timeout(300)
def test_nothing_leaves_that_must_not_and_nothing_leaves_twice(sqlite_template: Path) -> None:
    AnyLife.template = sqlite_template
    machine = AnyLife.TestCase
    machine.settings = settings(max_examples=22, stateful_step_count=30, deadline=None)
    machine().runTest()
