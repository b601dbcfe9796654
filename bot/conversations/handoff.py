"""Who answers the customer: the bot or staff. It moves a conversation between them and carries what staff write."""

from __future__ import annotations

from datetime import datetime

from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.news import tell_staff
from bot.conversations.outgoing import post
from bot.conversations.texts import normalise
from bot.conversations.touches import put_off
from bot.conversations.triggers import HAND_BACK, add_trigger
from bot.storage.tables import Author, Conversation, Mode, StaffUser, TurnState
from bot.storage.unit_of_work import Database, UnitOfWork


class HandoffService:
    """Hands conversations over and back. What staff do is audited."""

    def __init__(self, database: Database, announcer: Announcer, clock: Clock) -> None:
        self._database = database
        self._announcer = announcer
        self._clock = clock

    def request(self, conversation_id: str, message_id: int | None = None) -> None:
        """Ask staff to take over: from now on the bot is silent, but for its answer to the message that asked.
        Asking twice is the same as once.

        Raises:
            ConversationNotFound: when there is no such conversation.
        """
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            # Staff who take a conversation over know it already; a customer who asks may have to wait for somebody.
            if message_id is not None and conversation.handoff_requested_at is None:
                tell_staff(work, conversation, self._clock())
            conversation.mode = Mode.STAFF
            conversation.handoff_requested_at = conversation.handoff_requested_at or self._clock()
            turn = work.turns.find(message_id) if message_id is not None else None
            if turn is not None and turn.conversation_id == conversation_id:
                turn.hands_over = True
            work.touches.look_again([conversation.customer_id], self._clock())
            work.commit()
        # Within a turn the news waits for the bot's answer, so that its last words come before the silence.
        if message_id is None:
            self._announcer.changed(conversation_id)

    def reply(self, conversation_id: str, staff_user: StaffUser, text: str, *, client_id: str | None = None) -> None:
        """Say to the customer what a member of staff wrote, and take the conversation over. The same `client_id`
        again does nothing, so that a form sent twice says it once.

        Raises:
            Empty, TooLong: when it cannot be a message.
            ConversationNotFound: when there is no such conversation.
        """
        kept = normalise(text)
        now = self._clock()
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            if client_id and work.conversations.find_message_by_client_id(conversation_id, client_id):
                return
            conversation.mode = Mode.STAFF
            message = work.conversations.add_message(
                conversation, Author.STAFF, kept, now, client_id=client_id, staff_user_id=staff_user.id
            )
            post(work, conversation, [message], now)
            work.touches.look_again([conversation.customer_id], now)
            work.audit.record(
                staff_user.name, "conversation.reply", now, subject=conversation_id, position=message.position
            )
            work.commit()
        self._announcer.changed(conversation_id)

    def hand_back(self, conversation_id: str, staff_user: StaffUser) -> None:
        """Let the bot go on where it was; it says that it is back. Handing back twice is the same as once.

        Raises:
            ConversationNotFound: when there is no such conversation.
        """
        now = self._clock()
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            if conversation.mode is Mode.BOT:
                return
            give_to_bot(work, conversation, HAND_BACK, now)
            work.touches.look_again([conversation.customer_id], now)
            work.audit.record(staff_user.name, "conversation.hand_back", now, subject=conversation_id)
            work.commit()
        self._announcer.turn_waits(conversation_id)


def give_to_bot(work: UnitOfWork, conversation: Conversation, trigger: str, now: datetime) -> None:
    """Let the bot have a conversation again, and say what the trigger is for.

    What was written to staff meanwhile is theirs; the bot must not answer it afterwards. Nor may it say what we began
    meanwhile, which is looked at anew.
    """
    conversation.mode, conversation.handoff_requested_at = Mode.BOT, None
    for turn in work.turns.list_waiting(conversation.id):
        turn.state = TurnState.SILENCED
        put_off(work, turn.message_id, now)
    add_trigger(work, conversation, trigger, now)
