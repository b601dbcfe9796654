"""What staff tell of the calls they make in place of the bot: to those who agreed to hear from us by phone alone.

It must not decide whom to phone: the planner does, and its rules are asked again before a number is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.conversations.consents import write_consent
from bot.conversations.grants import accept, is_known
from bot.conversations.letter_book import Gate, Verdict
from bot.conversations.masking import mask
from bot.conversations.news import tell_offer
from bot.conversations.texts import normalise
from bot.conversations.touches import settle
from bot.errors import FarewellError
from bot.retention.channels import Channel
from bot.retention.dates import find_zone
from bot.retention.offers import GrantState
from bot.retention.save_offer import needs_confirmation
from bot.retention.winback.calendar import find_opening
from bot.retention.winback.rules import WinbackRules
from bot.retention.winback.touches import TouchAnswer, TouchState
from bot.storage.tables import Author, Conversation, Customer, OfferGrant, PlannedTouch, StaffUser
from bot.storage.touches import TOUCH_MARK
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.views.calls import MISSED, count_missed

log = structlog.get_logger()

TRIES = 3
"""So often it is tried to reach somebody."""
KEPT = timedelta(days=14)
"""After so long a call that nobody has made is given up."""
BY_STAFF = "phone"
"""The source of a no that somebody gave to staff on the phone."""
NOT_REACHED, NEVER_REACHED, NOT_CALLED = "hold.not_reached", "failed.not_reached", "failed.not_called"
AT_ONCE = 500


class NoCall(FarewellError):
    """There is no such call to make: somebody has made it, or it does not fit any more."""


class NoOffer(FarewellError):
    """There is no offer in this call that could be taken or declined: note what they said as another answer."""


class OfferOver(FarewellError):
    """This offer has ended, so it cannot be taken any more. Nothing was noted: choose another answer, such as that they
    may come back."""


class NotKnown(FarewellError):
    """Your system does not know this customer, or staff have flagged them, so nothing worth money is granted by phone.
    Nothing was noted: choose another answer, such as that they may come back."""


class CallService:
    """Keeps what came of calls. Every method is one transaction, audited, and does nothing the second time."""

    def __init__(
        self, database: Database, gate: Gate, rules: WinbackRules, clock: Clock, company_zone: str | None = None
    ) -> None:
        self._database = database
        self._gate = gate
        self._rules = rules
        self._clock = clock
        self._company_zone = company_zone

    def judge(self, touch_ids: Collection[str]) -> Mapping[str, Verdict | None]:
        """Return for each of these calls the rule that keeps it from being made now, or None."""
        with self._database.read() as work:
            return self._gate(work, touch_ids, self._clock()) if touch_ids else {}

    def note_reached(
        self,
        touch_id: str,
        staff_user: StaffUser,
        answer: TouchAnswer,
        note: str = "",
        ask_again_in: timedelta | None = None,
    ) -> str | None:
        """Note that somebody was reached and what they said, and return the code of the offer where they took one. The
        call becomes a conversation of its own, in which the note stands.

        Raises:
            NoCall: when this call is not to be made (any more).
            NoOffer, OfferOver, NotKnown: when the offer cannot be answered like that.
        """
        now = self._clock()
        with self._database.write() as work:
            touch, customer = _find(work, touch_id)
            grant = _answer_offer(work, touch, customer, answer, now)
            touch.answer, touch.answered_at, touch.words = answer, now, _clean(note)
            if ask_again_in is not None:
                customer.not_before = now + ask_again_in
            settle(work, touch, TouchState.SENT, now)
            conversation = _write_down(work, touch, staff_user, now)
            if grant is not None:
                tell_offer(work, conversation.id, grant, now)
            work.audit.record(staff_user.name, "call.reached", now, subject=touch_id, answer=answer.value)
            work.commit()
            return grant.code if grant is not None else None

    def note_missed(self, touch_id: str, staff_user: StaffUser) -> datetime | None:
        """Note that nobody took the call. It is tried again from the next day on, at most three times; return from when
        on, or None when that was the last time.

        Raises:
            NoCall: when this call is not to be made (any more).
        """
        now = self._clock()
        with self._database.write() as work:
            touch, customer = _find(work, touch_id)
            tries = count_missed(work.session, [touch_id]).get(touch_id, 0) + 1
            again = None
            if tries < TRIES:
                again = self._find_next_day(customer, now)
                settle(work, touch, TouchState.HELD, now, NOT_REACHED)
                touch.due_at = again
            else:
                settle(work, touch, TouchState.FAILED, now, NEVER_REACHED)
            work.audit.record(staff_user.name, MISSED, now, subject=touch_id, tries=tries)
            work.commit()
            return again

    def stop_calling(self, touch_id: str, staff_user: StaffUser) -> None:
        """Note that somebody does not want to be phoned again: their consent for every number is taken back, and they
        have heard from us for this time.

        Raises:
            NoCall: when this call is not to be made (any more).
        """
        now = self._clock()
        with self._database.write() as work:
            touch, customer = _find(work, touch_id)
            for point in customer.contact_points:
                if point.channel is Channel.PHONE and point.consent is not False:
                    write_consent(point, False, BY_STAFF, None, now)
            settle(work, touch, TouchState.SENT, now)
            work.audit.record(staff_user.name, "call.stopped", now, subject=touch_id)
            work.commit()

    def drop_stale(self) -> None:
        """Give up the calls that nobody has made for two weeks, and drop those that no longer fit."""
        now = self._clock()
        with self._database.read() as work:
            waiting = dict(work.touches.list_unbegun((Channel.PHONE,), AT_ONCE))
            # The rules read much, so they are asked while others may write.
            verdicts = self._gate(work, waiting, now) if waiting else {}
        ended = {one: verdict for one in waiting if (verdict := _judge_end(verdicts.get(one), now - waiting[one]))}
        if not ended:
            return
        with self._database.write() as work:
            for touch_id, (state, rule) in ended.items():
                touch = work.touches.lock(touch_id)
                if touch is not None:
                    settle(work, touch, state, now, rule)
            work.commit()
        log.info("calls.dropped", calls=len(ended))

    def _find_next_day(self, customer: Customer, now: datetime) -> datetime:
        """Return when the next day begins on which they may be phoned, by their own clock."""
        zone = find_zone(customer.timezone, self._company_zone)
        tomorrow = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return find_opening(tomorrow, zone, self._rules)


def _judge_end(verdict: Verdict | None, waited: timedelta) -> tuple[TouchState, str] | None:
    """Return how a call ends that nobody has made for so long, or None while it is still to be made."""
    if verdict is not None and verdict.until is None:
        return TouchState.SKIPPED, verdict.rule
    return (TouchState.FAILED, NOT_CALLED) if waited >= KEPT else None


def _find(work: UnitOfWork, touch_id: str) -> tuple[PlannedTouch, Customer]:
    touch = work.touches.lock(touch_id)
    if touch is None or touch.state is not TouchState.CLAIMED or touch.channel is not Channel.PHONE:
        raise NoCall
    customer = work.customers.find(touch.customer_id)
    if customer is None:
        raise NoCall
    return touch, customer


def _answer_offer(
    work: UnitOfWork, touch: PlannedTouch, customer: Customer, answer: TouchAnswer, now: datetime
) -> OfferGrant | None:
    """Note a yes or no to the offer of a call, by the rules of every welcome-back offer, and return the offer that was
    answered. A no where nothing is offered is one to coming back."""
    grant = work.touches.find_offer(touch)
    is_open = grant is not None and grant.state is GrantState.PROPOSED
    if grant is None or not is_open or answer not in (TouchAnswer.ACCEPTED, TouchAnswer.DECLINED):
        if answer is TouchAnswer.ACCEPTED:
            raise NoOffer
        return None
    if answer is TouchAnswer.DECLINED:
        grant.state, grant.decided_at = GrantState.DECLINED, now
        return grant
    if now > grant.deadline:
        raise OfferOver
    if needs_confirmation(grant.kind, vouched=is_known(customer)):
        raise NotKnown
    accept(work, grant, now)
    return grant


def _write_down(work: UnitOfWork, touch: PlannedTouch, staff_user: StaffUser, now: datetime) -> Conversation:
    """Keep the call as a conversation, so that what was said stands where all is read, told and erased."""
    conversation = work.conversations.begin(Channel.PHONE, now, customer_id=touch.customer_id)
    touch.conversation_id = conversation.id
    begun = f"{TOUCH_MARK}{touch.id}"
    work.conversations.add_message(conversation, Author.SYSTEM, "", now, client_id=begun)
    if touch.words:
        work.conversations.add_message(conversation, Author.STAFF, touch.words, now, staff_user_id=staff_user.id)
    return conversation


def _clean(note: str) -> str | None:
    """Return a note as it is stored, without card and bank numbers; None where it says nothing.

    Raises:
        TooLong: when it cannot be kept.
    """
    return mask(normalise(note)) if note.strip() else None
