"""Whatever happens to somebody who has left, in whatever order, nothing that must never be sent is sent."""

from __future__ import annotations

import operator
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.retention.channels import Channel
from bot.retention.offers import OfferKind
from bot.retention.reasons import Reason
from bot.retention.winback.person import Contact, Improvement, Worth
from bot.retention.winback.rules import ALLOWED_TOUCHES
from bot.retention.winback.telling import explain_rule
from bot.retention.winback.touches import OfferAnswer, Touch, TouchKind, TouchState
from tests.lapsed import LEFT, POLICY, RULES, Life, somebody

ZONES = ["Europe/Lisbon", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe", "UTC"]
SELDOM = st.sampled_from([False] * 7 + [True])
"""So that nobody is barred by something most of the time, and much is sent that can be judged."""
SENDABLE = [Channel.TELEGRAM, Channel.EMAIL, Channel.PHONE]
contacts = st.lists(
    st.builds(
        Contact, st.sampled_from(Channel), st.sampled_from([True] * 5 + [False, None]), SELDOM.map(operator.not_)
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda contact: contact.channel,
).map(tuple)
MARKS = ["opted_out", "flagged", "sensitive", "disputed"]


class AnyLife(RuleBasedStateMachine):
    """One person to whom anything may happen; what is sent is judged at the moment of sending."""

    life: Life

    @initialize(
        reasons=st.lists(st.sampled_from(Reason), max_size=3, unique=True),
        contacts=contacts,
        holdout=SELDOM,
        likelihood=st.none() | st.integers(0, 10),
        monthly=st.none() | st.integers(0, 20_000),
        zone=st.sampled_from(ZONES),
        minutes=st.integers(0, 10_080),
    )
    def leave(self, reasons, contacts, holdout, likelihood, monthly, zone, minutes) -> None:  # type: ignore[no-untyped-def]
        left = LEFT + timedelta(minutes=minutes)
        facts = {"holdout": holdout, "likelihood": likelihood, "monthly_value": monthly, "contacts": contacts}
        person = somebody(*reasons, left_at=left, zone=ZoneInfo(zone), home="Porto", places=("Braga",), **facts)
        self.life = Life(person, now=left, look_at=left)
        self.judged = 0

    @rule(days=st.floats(0, 45))
    def time_passes(self, days: float) -> None:
        end = self.life.now + timedelta(days=days)
        while self.life.look_at is not None and self.life.look_at <= end:
            self.life.pass_days((max(self.life.look_at, self.life.now) - self.life.now) / timedelta(days=1))
            self.judge()
        self.life.pass_days(max((end - self.life.now) / timedelta(days=1), 0))
        self.judge()

    @rule(mark=st.sampled_from(MARKS), holds=SELDOM)
    def something_is_learnt(self, mark: str, holds: bool) -> None:
        self.life.change(**{mark: holds})

    @rule(told=st.sampled_from([True, True, False]))
    def they_come_back(self, told: bool) -> None:
        if not self.life.person.returned:
            self.life.change(returned=True, returned_at=self.life.now if told else None)

    @rule(waits=SELDOM)
    def staff_take_over_or_hand_back(self, waits: bool) -> None:
        self.life.change(waits_for_staff=waits)

    @rule()
    def they_say_something(self) -> None:
        self.life.change(last_said_at=self.life.now)

    @rule(contacts=contacts)
    def consent_or_reach_changes(self, contacts: tuple[Contact, ...]) -> None:
        self.life.change(contacts=contacts)

    @rule(zone=st.sampled_from(ZONES))
    def they_move(self, zone: str) -> None:
        self.life.change(zone=ZoneInfo(zone))

    @rule(reasons=st.lists(st.sampled_from(Reason), min_size=1, max_size=3, unique=True))
    def they_say_why(self, reasons: list[Reason]) -> None:
        self.life.change(reasons=tuple(reasons))

    @rule(worth=st.none() | st.builds(Worth, st.integers(0, 10**5), st.integers(0, 10**5)))
    def their_worth_is_reckoned(self, worth: Worth | None) -> None:
        self.life.change(worth=worth)

    @rule(
        reasons=st.frozensets(st.sampled_from(Reason), min_size=1, max_size=3),
        place=st.sampled_from([None, "Porto", "Braga", "Faro"]),
    )
    def something_is_put_right(self, reasons: frozenset[Reason], place: str | None) -> None:
        self.life.tell(Improvement(f"improvement {len(self.life.improvements)}", reasons, self.life.now, place))

    @rule()
    def what_they_left_over_is_put_right(self) -> None:
        reasons = frozenset(self.life.person.reasons) or frozenset(Reason)
        self.life.tell(Improvement(f"improvement {len(self.life.improvements)}", reasons, self.life.now))

    @rule(answer=st.sampled_from(OfferAnswer))
    def an_offer_is_answered(self, answer: OfferAnswer) -> None:
        if any(touch.kind is TouchKind.WELCOME_BACK and touch.offer for touch in self.life.person.touches):
            self.life.answer(answer)

    @rule(state=st.sampled_from([TouchState.SENT, TouchState.FAILED, TouchState.UNKNOWN]))
    def sending_goes_otherwise(self, state: TouchState) -> None:
        self.life.sending = state

    @rule()
    def they_leave_again(self) -> None:
        self.life.change(returned=False, returned_at=None, leaving=self.life.person.leaving + 1, left_at=self.life.now)

    @invariant()
    def judge(self) -> None:
        """Judge everything that was sent since last time. Nothing has happened to the person in between."""
        if not hasattr(self, "life"):
            return
        history = self.life.history
        for touch in history[self.judged :]:
            assert explain_rule(touch.because) != touch.because
            if touch.state in (TouchState.SENT, TouchState.FAILED, TouchState.UNKNOWN):
                self._judge_sent(touch)
        self.judged = len(history)

    def _judge_sent(self, touch: Touch) -> None:
        person, at = self.life.person, touch.changed_at
        local = at.astimezone(person.zone)
        assert RULES.opens <= local.time() < RULES.closes
        assert local.weekday() not in RULES.quiet_days
        assert not any(getattr(person, mark) for mark in [*MARKS, "waits_for_staff"])
        assert not any(contact.suppressed for contact in person.contacts)
        agreed = {contact.channel for contact in person.contacts if contact.consent and contact.reachable}
        assert touch.channel in agreed & set(SENDABLE)
        if touch.kind is TouchKind.THANKS:
            self._judge_thanks(touch)
        else:
            self._judge_fitting(touch)
        if person.last_said_at is not None:
            assert at - person.last_said_at >= timedelta(hours=RULES.pause_hours)
        self._judge_frequency(touch)
        self._judge_content(touch)

    def _judge_thanks(self, touch: Touch) -> None:
        person = self.life.person
        assert person.returned_at is not None
        assert timedelta(days=1) <= touch.changed_at - person.returned_at <= timedelta(days=14)
        before = [other for other in self.life.heard if other.leaving == person.leaving and other.key != touch.key]
        assert any(other.changed_at < person.returned_at for other in before)
        assert TouchKind.THANKS not in [other.kind for other in before]
        assert not person.holdout

    def _judge_fitting(self, touch: Touch) -> None:
        person, at = self.life.person, touch.changed_at
        assert not person.returned
        assert touch.kind in ALLOWED_TOUCHES[person.leading]
        if touch.kind is not TouchKind.ANNOUNCEMENT:
            assert not person.holdout
            assert person.likelihood is None or person.likelihood > 2
        day = (at - person.left_at) / timedelta(days=1)
        assert day >= (90 if person.leading is Reason.NO_LONGER_NEEDED else 7)
        if touch.kind is TouchKind.CHECK_IN:
            assert day <= 30

    def _judge_frequency(self, touch: Touch) -> None:
        heard = self.life.heard
        others = [other for other in heard if other.key != touch.key]
        assert all(touch.changed_at - other.changed_at >= timedelta(days=RULES.cooldown_days) for other in others)
        days = timedelta(days=RULES.cap_days)
        assert sum(touch.changed_at - other.changed_at <= days for other in heard) <= RULES.cap
        assert sum(other.leaving == touch.leaving for other in heard) <= RULES.attempts
        assert sum(other.key == touch.key for other in self.life.history if other.state is TouchState.CLAIMED) == 1

    def _judge_content(self, touch: Touch) -> None:
        person, offer = self.life.person, touch.offer
        if touch.kind is TouchKind.ANNOUNCEMENT:
            (told,) = [one for one in self.life.improvements if one.id == touch.improvement]
            assert told.reasons & set(person.reasons)
            assert told.told_at >= person.left_at
            assert told.place in ((None, "Porto") if person.leading is not Reason.RELOCATION else ("Braga",))
        if touch.kind is TouchKind.REMINDER:
            assert offer is not None
            assert offer.deadline - touch.changed_at >= timedelta(days=1)
            (made,) = [one.offer for one in person.touches if one.kind is TouchKind.WELCOME_BACK and one.offer == offer]
            assert made.answer is None
        if touch.kind is TouchKind.WELCOME_BACK and offer is not None:
            assert offer.kind is not OfferKind.DISCOUNT or person.leading is Reason.PRICE
            tier = POLICY.find_tier(person.monthly_value, person.currency)
            assert tier is not None
            assert offer.worth >= tier.min_worth
            if person.worth is not None:
                assert offer.worth * 100 <= person.worth.so_far * RULES.budget.of_first_life
                assert offer.worth * 100 <= person.worth.second_life * RULES.budget.of_second_life


TestNever = AnyLife.TestCase
TestNever.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
