"""Lets the bot write first: opens the conversation of a touch, and writes down what became of it. A chat leads there
only once the touch leaves.

It must not decide whom to write to or whether it is still fitting, nor send anything: the planner and the outbox do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.triggers import ANNOUNCEMENT, CHECK_IN, THANKS, WELCOME_BACK, add_trigger
from bot.retention.channels import Channel
from bot.retention.offers import GrantState
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import ContactPoint, Conversation, LetterState, Message, Mode, PlannedTouch
from bot.storage.touches import TOUCH_MARK
from bot.storage.unit_of_work import Database, UnitOfWork

log = structlog.get_logger()

TRIGGERS = {
    TouchKind.CHECK_IN: CHECK_IN,
    TouchKind.WELCOME_BACK: WELCOME_BACK,
    TouchKind.REMINDER: WELCOME_BACK,
    TouchKind.ANNOUNCEMENT: ANNOUNCEMENT,
    TouchKind.THANKS: THANKS,
}
WRITTEN = (Channel.TELEGRAM, Channel.EMAIL)
"""The channels on which the bot writes; on others staff do."""
RECENTLY = timedelta(hours=1)
"""What has been under way for longer waits for a channel that is away, and keeps nobody else waiting."""


class TouchService:
    """Begins touches. `begin` does nothing the second time it is called."""

    def __init__(self, database: Database, announcer: Announcer, clock: Clock) -> None:
        self._database = database
        self._announcer = announcer
        self._clock = clock

    def list_unbegun(self, limit: int) -> Sequence[tuple[str, datetime]]:
        """Return the touches that are claimed and of which nothing has been said yet: ids, and when it was claimed."""
        with self._database.read() as work:
            return work.touches.list_unbegun(WRITTEN, limit)

    def count_under_way(self) -> int:
        """Return how many touches have been claimed lately and have not left yet."""
        with self._database.read() as work:
            return work.touches.count_under_way(WRITTEN, self._clock() - RECENTLY)

    def begin(self, touch_id: str) -> None:
        """Let the bot say what a claimed touch is for, in a conversation on its channel. Its words leave once they are
        made."""
        now = self._clock()
        with self._database.write() as work:
            touch = work.touches.lock(touch_id)
            if touch is None or touch.state is not TouchState.CLAIMED or find_trigger(work, touch) is not None:
                return
            point = _find_point(work, touch)
            if point is None:
                # They changed their mind since it was claimed; it is looked at anew.
                settle(work, touch, TouchState.HELD, now)
                work.commit()
                return
            conversation = self._open(work, touch, point, now)
            touch.conversation_id = conversation.id
            add_trigger(work, conversation, TRIGGERS[touch.kind], now, client_id=f"{TOUCH_MARK}{touch.id}")
            work.commit()
        log.info("touch.begun", touch=touch_id, kind=touch.kind.value, conversation=conversation.id)
        self._announcer.turn_waits(conversation.id, unhurried=True)

    def _open(self, work: UnitOfWork, touch: PlannedTouch, point: ContactPoint, now: datetime) -> Conversation:
        """Return the conversation in which we wrote to them last at this address, if it can go on, or a new one: an
        interview of long ago is not taken up again in the middle."""
        known = touch.conversation_id or work.touches.find_conversation(touch.customer_id, point.channel)
        if known is not None and _can_go_on(work, known):
            conversation = work.conversations.get(known, lock=True)
            conversation.channel = point.channel
        else:
            conversation = work.conversations.begin(point.channel, now, customer_id=touch.customer_id)
        last = work.chats.find(point.channel, point.address)
        if last is not None and last.conversation_id != conversation.id:
            conversation.vouched_at = work.conversations.get(last.conversation_id).vouched_at
        return conversation


def find_trigger(work: UnitOfWork, touch: PlannedTouch) -> Message | None:
    """Return the message with which a touch began, or None where it has not, or all was deleted."""
    if touch.conversation_id is None:
        return None
    return work.conversations.find_message_by_client_id(touch.conversation_id, f"{TOUCH_MARK}{touch.id}")


def find_address(work: UnitOfWork, touch: PlannedTouch) -> str | None:
    """Return where a touch goes, or None where the person no longer agrees or cannot be reached."""
    point = _find_point(work, touch)
    return point.address if point is not None else None


def put_off(work: UnitOfWork, message_id: int, now: datetime) -> None:
    """Have a touch looked at anew whose trigger, this message, would have come in while staff have the conversation."""
    if (touch := work.touches.find_begun_by(message_id)) is not None:
        settle(work, touch, TouchState.HELD, now)


def settle(work: UnitOfWork, touch: PlannedTouch, state: TouchState, now: datetime, because: str | None = None) -> None:
    """Write down what became of a claimed touch, and have the person looked at; `because` names a rule that decided."""
    if touch.state is not TouchState.CLAIMED:
        return
    touch.state, touch.changed_at = state, now
    if because is not None:
        touch.because = because
    if state is TouchState.HELD:
        touch.due_at = now
    if state in (TouchState.HELD, TouchState.SKIPPED) and (trigger := find_trigger(work, touch)) is not None:
        # Its words have not left, so nobody has heard them. It may begin anew, with a trigger of its own.
        work.conversations.remove_replies(trigger)
        trigger.client_id = None
    if not state.counts:
        _withdraw_offer(work, touch)
    work.touches.look_again([touch.customer_id], now)
    log.info("touch.settled", touch=touch.id, kind=touch.kind.value, state=state.value)


def settle_by_letters(work: UnitOfWork, touch_ids: Iterable[str | None], now: datetime) -> None:
    """Write down what became of touches, once all their letters have left or never will."""
    for touch_id in {one for one in touch_ids if one is not None}:
        touch = work.touches.lock(touch_id)
        states = work.letters.list_states(touch_id)
        if touch is None or {LetterState.WAITING, LetterState.SENDING} & states:
            continue
        if LetterState.UNKNOWN in states:
            settle(work, touch, TouchState.UNKNOWN, now)
        else:
            settle(work, touch, TouchState.SENT if LetterState.SENT in states else TouchState.FAILED, now)


def _withdraw_offer(work: UnitOfWork, touch: PlannedTouch) -> None:
    """Forget an offer of which the person never heard; what a reminder is of stands."""
    grant = work.touches.find_offer(touch)
    if touch.kind is TouchKind.WELCOME_BACK and grant is not None and grant.state is GrantState.PROPOSED:
        touch.grant_id = None
        work.offers.remove(grant)


def _find_point(work: UnitOfWork, touch: PlannedTouch) -> ContactPoint | None:
    return work.customers.find_usable_point(touch.customer_id, touch.channel) if touch.channel is not None else None


def _can_go_on(work: UnitOfWork, conversation_id: str) -> bool:
    conversation = work.conversations.get(conversation_id)
    is_free = conversation.erased_at is None and conversation.mode is Mode.BOT
    return is_free and work.interviews.find(conversation_id) is None
