"""The record of turns: what is due next, what came of it, and when it is tried again.

Every method is one short transaction. It never talks to Rasa.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from bot.clock import Clock
from bot.conversations.copy import GatewayCopy, Sentence
from bot.conversations.news import tell_staff
from bot.conversations.outgoing import post, post_touch
from bot.conversations.rasa import RasaReply, TurnFailed
from bot.conversations.replies import Reply, prepare_replies
from bot.conversations.sentences import say
from bot.conversations.touches import put_off, settle
from bot.errors import DialogueUnavailable
from bot.retention.winback.touches import TouchState
from bot.storage.tables import Author, Conversation, Message, Mode, Turn, TurnState
from bot.storage.touches import TOUCH_MARK
from bot.storage.unit_of_work import Database, UnitOfWork

TOLD_TO_RASA = 2_000
"""Characters of a typed text that Rasa gets; all of it is kept, and the actions read it from the record."""
DELAYS = (1, 2, 5, 10, 20, 40, 60)
"""Seconds to wait after the first, second … failure of a turn; the last one for all that follow."""
LONGEST_DELAY = timedelta(seconds=DELAYS[-1])
FAILURES = 5
"""So often a turn that Rasa cannot make is tried, before staff get the conversation."""

UNAVAILABLE = "unavailable"
FAILED = "failed"


@dataclass(frozen=True)
class Due:
    """The turn that comes next in a conversation. `said` is what Rasa is told; `for_staff`: staff have the
    conversation, so the bot may only listen."""

    message_id: int
    due_at: datetime
    said: dict[str, Any]
    for_staff: bool

    @property
    def pressed(self) -> str | None:
        """The intent of a pressed button."""
        return str(self.said["button"]["intent"]) if "button" in self.said else None


@dataclass(frozen=True)
class Agenda:
    """What is to be done in a conversation: first forget, if it has been erased, then the next turn."""

    must_forget: bool
    due: Due | None


class TurnBook:
    """Reads and writes where the turns of each conversation stand."""

    def __init__(self, database: Database, copy: GatewayCopy, clock: Clock) -> None:
        self._database = database
        self._copy = copy
        self._clock = clock
        self._random = SystemRandom()

    def list_conversations(self) -> dict[str, bool]:
        """Return the conversations in which something is to be done now, and whether that is unhurried."""
        with self._database.read() as work:
            unforgotten = {erasure.conversation_id: False for erasure in work.erasures.list_unforgotten()}
            due = work.turns.list_conversations_due(self._clock(), LONGEST_DELAY, TOUCH_MARK)
            return due | unforgotten

    def look(self, conversation_id: str) -> Agenda:
        """Return what is to be done in a conversation."""
        with self._database.read() as work:
            must_forget = bool(work.erasures.list_unforgotten(conversation_id))
            found = work.turns.find_next(conversation_id)
            if found is None:
                return Agenda(must_forget, None)
            turn, message = found
            conversation = work.conversations.get(conversation_id)
            for_staff = conversation.mode is Mode.STAFF and not turn.hands_over
            return Agenda(must_forget, Due(message.id, turn.next_attempt_at, _describe(message), for_staff))

    def complete(self, conversation_id: str, message_id: int, heard: list[RasaReply], *, for_staff: bool) -> bool:
        """Store the replies and mark the turn as made, both or neither; say whether the replies were kept.

        They are dropped if staff have taken the conversation over since, if another process has made the turn,
        or if an operator has erased the conversation (a customer who asked for that still gets the receipt).
        """
        replies = prepare_replies(heard, self._random)
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            turn = work.turns.find(message_id)
            if turn is None:
                kept = _have_receipt(work, conversation_id, replies)
            elif turn.state is not TurnState.WAITING:
                kept = False
            else:
                taken_over = conversation.mode is Mode.STAFF and not turn.hands_over and not for_staff
                kept = not taken_over
                turn.state = TurnState.SILENCED if taken_over else TurnState.DONE
                turn.error = None
            if kept:
                self._add_replies(work, conversation, replies, message_id if turn else None)
            elif turn is not None and turn.state is TurnState.SILENCED:
                self._put_touch_off(work, message_id)
            work.commit()
        return kept

    def silence(self, message_id: int) -> None:
        """Leave a message to staff."""
        with self._database.write() as work:
            turn = work.turns.find(message_id)
            if turn is not None and turn.state is TurnState.WAITING:
                turn.state = TurnState.SILENCED
                self._put_touch_off(work, message_id)
                work.commit()

    def note_failure(self, conversation_id: str, message_id: int, error: DialogueUnavailable | TurnFailed) -> float:
        """Note that a turn could not be made, and return in how many seconds to try again, 0 for never.

        The customer is told once that it takes longer. A turn that Rasa cannot make, however often it is asked, is
        given up: the customer is told, and staff get the conversation.
        """
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            turn = work.turns.find(message_id)
            if turn is None or turn.state is not TurnState.WAITING:
                return 0
            kind = FAILED if isinstance(error, TurnFailed) else UNAVAILABLE
            delay = self._count_failure(turn, kind, str(error))
            touch = work.touches.find_begun_by(message_id)
            if isinstance(error, TurnFailed) and (error.hopeless or turn.attempts >= FAILURES):
                turn.state = TurnState.DONE
                if touch is None:
                    self._give_to_staff(work, conversation, message_id)
                else:
                    settle(work, touch, TouchState.FAILED, self._clock())
                delay = 0
            elif conversation.mode is Mode.BOT and touch is None:
                self._say_delayed(work, conversation, message_id)
            work.commit()
        return delay

    def bring_forward(self) -> None:
        """Make every turn that waits for Rasa to come back due at once."""
        with self._database.write() as work:
            work.turns.bring_forward(self._clock(), UNAVAILABLE)
            work.commit()

    def mark_forgotten(self, conversation_id: str) -> None:
        """Note that Rasa no longer remembers a conversation."""
        with self._database.write() as work:
            for erasure in work.erasures.list_unforgotten(conversation_id):
                erasure.forgotten_at = self._clock()
            work.commit()

    def _add_replies(
        self, work: UnitOfWork, conversation: Conversation, replies: list[Reply], message_id: int | None
    ) -> None:
        now = self._clock()
        touch = work.touches.find_begun_by(message_id) if message_id is not None else None
        added = [
            work.conversations.add_message(
                conversation,
                Author.BOT,
                reply.text,
                now,
                response=reply.response,
                in_reply_to=message_id,
                buttons=reply.buttons,
            )
            for reply in replies
        ]
        if touch is None:
            post(work, conversation, added, now)
        else:
            post_touch(work, touch, added, now)

    def _put_touch_off(self, work: UnitOfWork, message_id: int) -> None:
        put_off(work, message_id, self._clock())

    def _count_failure(self, turn: Turn, kind: str, error: str) -> float:
        # Failures of one kind are counted: an outage must not use up the attempts of a turn that then fails once.
        is_same_kind = turn.error is not None and turn.error.startswith(kind)
        turn.attempts = turn.attempts + 1 if is_same_kind else 1
        turn.error = f"{kind}: {error}"[:200]
        delay = DELAYS[min(turn.attempts, len(DELAYS)) - 1]
        turn.next_attempt_at = self._clock() + timedelta(seconds=delay)
        return delay

    def _say_delayed(self, work: UnitOfWork, conversation: Conversation, message_id: int) -> None:
        last = work.conversations.find_last_message(conversation.id, Author.BOT)
        if last is None or last.response != Sentence.DELAYED:
            self._say(work, conversation, Sentence.DELAYED, message_id)

    def _give_to_staff(self, work: UnitOfWork, conversation: Conversation, message_id: int) -> None:
        if conversation.mode is Mode.BOT:
            self._say(work, conversation, Sentence.FAILED, message_id)
            conversation.mode = Mode.STAFF
            conversation.handoff_requested_at = self._clock()
            tell_staff(work, conversation, self._clock())

    def _say(self, work: UnitOfWork, conversation: Conversation, sentence: Sentence, message_id: int) -> None:
        say(work, conversation, self._copy, sentence, self._clock(), in_reply_to=message_id)


def _describe(message: Message) -> dict[str, Any]:
    if message.author is Author.SYSTEM:
        return {"event": message.pressed}
    if message.pressed is not None:
        return {"button": {"title": message.text, **message.pressed}}
    return {"text": message.text[:TOLD_TO_RASA]}


def _have_receipt(work: UnitOfWork, conversation_id: str, replies: list[Reply]) -> bool:
    receipts = work.erasures.list_receipts(conversation_id)
    return any(receipt in reply.text for reply in replies for receipt in receipts)
