"""The record of what leaves over a channel: what goes next, what came of it, and when it is tried again.

Every method is one short transaction. It never sends anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.conversations.outgoing import has_way_out
from bot.conversations.touches import settle, settle_by_letters
from bot.retention.winback.touches import TouchState
from bot.storage.tables import Channel, Letter, LetterKind, LetterState, Message
from bot.storage.unit_of_work import Database, UnitOfWork

log = structlog.get_logger()

DELAYS = (1, 2, 5, 10, 30, 60, 300)
"""Seconds to wait after the first, second … failure; the last one for all that follow."""
HORIZON = timedelta(hours=2)
"""Nothing is put off for longer; a channel that asks for more is asked again after it."""
ATTEMPTS = 300
"""After so many attempts, which is about a day, a letter is given up."""
BLOCKED = "blocked"
AHEAD = 30
JUDGED_FOR = timedelta(seconds=1)
"""So long what the rules have said about a touch holds: long enough to ask about those of one second at once."""


@dataclass(frozen=True)
class Verdict:
    """The rule that keeps a touch from leaving now, and until when; None for good."""

    rule: str
    until: datetime | None


Gate = Callable[[UnitOfWork, Collection[str], datetime], Mapping[str, Verdict | None]]
"""Asks the rules about touches, by their ids, when they are about to leave; None for those that may."""


@dataclass(frozen=True)
class Envelope:
    """A letter on its way. `buttons` are ids and titles; `open_ended`: an interview is open, so the way out of it has
    to be in sight. `touch_id` is the touch it carries."""

    id: int
    address: str
    text: str
    kind: LetterKind
    buttons: tuple[tuple[str, str], ...] = ()
    open_ended: bool = False
    touch_id: str | None = None


class LetterBook:
    """Reads and writes where the letters of one channel stand."""

    def __init__(
        self, database: Database, channel: Channel, clock: Clock, gate: Gate | None = None, worker: str = "0"
    ) -> None:
        self._database = database
        self._channel = channel
        self._clock = clock
        self._gate = gate
        self._worker = worker
        self._judged: Mapping[str, Verdict | None] = {}
        self._judged_at: datetime | None = None

    def recover(self) -> None:
        """Settle what this worker was sending when it died: nobody knows whether that has arrived. What another worker
        has in hand is its own."""
        with self._database.write() as work:
            for letter in work.letters.list_sending(self._channel, self._worker):
                self._doubt(work, letter, "interrupted")
            work.commit()

    def take_next(self, busy: Collection[str]) -> Envelope | None:
        """Return what goes next, marked as being sent, or None; addresses that are `busy` are left alone."""
        while True:
            now = self._clock()
            with self._database.read() as work:
                letter = work.letters.find_next(self._channel, now, HORIZON, busy)
                if letter is None:
                    return None
                # The rules read much, so they are asked while others may write.
                verdict = self._ask_gate(work, letter, now)
            envelope = self._take(letter.id, verdict, now)
            if envelope is not None:
                return envelope

    def _take(self, letter_id: int, verdict: Verdict | None, now: datetime) -> Envelope | None:
        """Return a letter, marked as being sent; None where a verdict keeps it back or another worker has it."""
        with self._database.write() as work:
            found = work.letters.lock_waiting(letter_id)
            if found is None:
                return None
            letter, message = found
            if verdict is not None:
                self._keep(work, letter, verdict, now)
                work.commit()
                return None
            letter.state, letter.sent_by = LetterState.SENDING, self._worker
            letter.attempts += 1
            if letter.kind is LetterKind.TOUCH:
                _lead_chat(work, letter, now)
            envelope = _write_envelope(work, letter, message)
            work.commit()
            return envelope

    def note_sent(self, letter_id: int, channel_message_id: str) -> None:
        """Note that a letter has arrived; what it said is in the transcript."""
        with self._database.write() as work:
            letter = work.letters.find(letter_id)
            if letter is not None:
                letter.state, letter.sent_at, letter.channel_message_id = (
                    LetterState.SENT,
                    self._clock(),
                    channel_message_id,
                )
                letter.text = letter.error = None
                settle_by_letters(work, [letter.touch_id], self._clock())
                work.commit()

    def note_unknown(self, letter_id: int, why: str, *, answered: bool = False) -> None:
        """Note that nobody can tell whether a letter has arrived. A reply is sent once more, because a doubled reply is
        better than silence; a touch never is. Where the channel has `answered` that it failed, a reply is tried again
        as if it had not left."""
        with self._database.write() as work:
            letter = work.letters.find(letter_id)
            if letter is None:
                return
            if answered and letter.kind is LetterKind.REPLY:
                letter.uncertain = True
                self._put_off(work, letter, why, None)
            else:
                self._doubt(work, letter, why)
            work.commit()

    def note_unsent(self, letter_id: int, why: str, pause: float | None = None) -> None:
        """Note that a letter has certainly not left; it is tried again after `pause` seconds, or as usual."""
        with self._database.write() as work:
            letter = work.letters.find(letter_id)
            if letter is None:
                return
            self._put_off(work, letter, why, pause)
            work.commit()

    def note_refused(self, letter_id: int, why: str, unreachable: str | None = None) -> None:
        """Note that a letter never will arrive; nor will any other one at an address that is `unreachable`."""
        with self._database.write() as work:
            letter = work.letters.find(letter_id)
            if letter is not None:
                self._give_up(work, letter, why)
            if unreachable is not None:
                set_reachable(work, self._channel, unreachable, False, self._clock())
            work.commit()

    def find_conversation(self, address: str, channel_message_id: str, message_id: int | None) -> str | None:
        """Return the conversation of a message that is shown in a chat, which must carry the message `message_id` where
        that is known, or None. Where the channel's id of a letter is not known, or not the only one, any id is its."""
        with self._database.read() as work:
            for letter in work.letters.list_to(self._channel, address, message_id):
                has_other_ids = letter.uncertain or letter.channel_message_id is None
                if has_other_ids or letter.channel_message_id == channel_message_id:
                    return letter.conversation_id
        return None

    def take_down_buttons(self, conversation_id: str, before: int) -> list[str]:
        """Return the channel's ids of the messages that still show buttons and were said before a position, and count
        them as hidden. What was said since is left alone: it may be the answer to what was said there."""
        with self._database.write() as work:
            letters = work.letters.list_showing_buttons(conversation_id, before)
            shown = [letter for letter in letters if letter.channel_message_id is not None]
            for letter in shown:
                letter.has_buttons = False
            work.commit()
            return [letter.channel_message_id for letter in shown if letter.channel_message_id]

    def _ask_gate(self, work: UnitOfWork, letter: Letter, now: datetime) -> Verdict | None:
        """Ask about a touch of which nothing has left yet, and, as that costs little more, about those that follow at
        once."""
        if self._gate is None or letter.touch_id is None:
            return None
        is_fresh = self._judged_at is not None and timedelta(0) <= now - self._judged_at <= JUDGED_FOR
        if not is_fresh or letter.touch_id not in self._judged:
            self._judged = self._gate(work, work.letters.list_touches_ahead(letter, AHEAD), now)
            self._judged_at = now
        return self._judged.get(letter.touch_id)

    def _keep(self, work: UnitOfWork, letter: Letter, verdict: Verdict, now: datetime) -> None:
        """Keep a touch back, for later or for good. Its letters go with its words: nothing that waits may stand before
        what somebody waits for, and what is said later may have to be something else."""
        log.info("touch.kept_back", letter=letter.id, rule=verdict.rule)
        touch = work.touches.lock(letter.touch_id) if letter.touch_id is not None else None
        if touch is None or touch.state is not TouchState.CLAIMED:
            letter.state, letter.error, letter.text = LetterState.FAILED, verdict.rule[:200], None
        else:
            state = TouchState.SKIPPED if verdict.until is None else TouchState.HELD
            settle(work, touch, state, now, verdict.rule)

    def _put_off(self, work: UnitOfWork, letter: Letter, why: str, pause: float | None) -> None:
        if letter.attempts >= ATTEMPTS:
            self._give_up(work, letter, why)
            return
        delay = DELAYS[min(letter.attempts, len(DELAYS)) - 1] if pause is None else pause
        letter.state, letter.error = LetterState.WAITING, why[:200]
        letter.next_attempt_at = self._clock() + min(timedelta(seconds=delay), HORIZON)

    def _doubt(self, work: UnitOfWork, letter: Letter, why: str) -> None:
        is_first = not letter.uncertain
        letter.uncertain, letter.error = True, why[:200]
        if letter.kind is LetterKind.REPLY and is_first:
            letter.state, letter.next_attempt_at = LetterState.WAITING, self._clock()
            log.warning("letter.sent_again", letter=letter.id, reason=letter.error)
        else:
            letter.state, letter.text = LetterState.UNKNOWN, None
            settle_by_letters(work, [letter.touch_id], self._clock())
            log.error("letter.unknown", letter=letter.id, reason=letter.error)

    def _give_up(self, work: UnitOfWork, letter: Letter, why: str) -> None:
        letter.state, letter.error, letter.text = LetterState.FAILED, why[:200], None
        settle_by_letters(work, [letter.touch_id], self._clock())
        log.error("letter.failed", letter=letter.id, reason=letter.error)


def set_reachable(work: UnitOfWork, channel: Channel, address: str, reachable: bool, now: datetime) -> None:
    """Note whether anything arrives at an address; if not, what waits for it is given up. Whoever has it is looked
    at."""
    points = work.chats.list_points(channel, address)
    changed = [point for point in points if point.reachable is not reachable]
    for point in changed:
        point.reachable = reachable
    if not reachable:
        given_up = work.letters.list_waiting(channel, address)
        for letter in given_up:
            letter.state, letter.error, letter.text = LetterState.FAILED, BLOCKED, None
        settle_by_letters(work, [letter.touch_id for letter in given_up], now)
    work.touches.look_again([point.customer_id for point in changed], now)


def _lead_chat(work: UnitOfWork, letter: Letter, now: datetime) -> None:
    """Let a chat lead to the conversation of a touch from the moment that this leaves: what is written before belongs
    to the one before."""
    if letter.channel is not Channel.TELEGRAM:
        return
    chat = work.chats.find(letter.channel, letter.address)
    if chat is None or chat.conversation_id != letter.conversation_id:
        work.chats.set(letter.channel, letter.address, letter.conversation_id, now)


def _write_envelope(work: UnitOfWork, letter: Letter, message: Message) -> Envelope:
    return Envelope(
        id=letter.id,
        address=letter.address,
        text=letter.text or "",
        kind=letter.kind,
        buttons=tuple((button.id, button.title) for button in message.buttons) if letter.has_buttons else (),
        open_ended=letter.has_buttons and letter.kind is LetterKind.REPLY and has_way_out(work, letter.conversation_id),
        touch_id=letter.touch_id,
    )
