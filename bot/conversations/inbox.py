"""Takes in what people send: stored whole, once, in order and masked, before anything else happens with it.

It decides nothing about answers; it leaves a waiting turn for every message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.copy import GatewayCopy, Sentence
from bot.conversations.identity import VouchedCustomer
from bot.conversations.interviews import InterviewService
from bot.conversations.masking import mask
from bot.conversations.opt_out import OptOutService
from bot.conversations.recognition import find_conversation, write_customer
from bot.conversations.refusals import StaleButton
from bot.conversations.sentences import say
from bot.conversations.texts import normalise
from bot.conversations.tokens import Tokens
from bot.conversations.triggers import EXIT_INTERVIEW, add_trigger
from bot.retention.sensitive import hear_trouble
from bot.storage.tables import Author, Channel, Conversation, Mode, TurnState
from bot.storage.unit_of_work import Database, UnitOfWork

STOP_CONTACT = "stop_contact"
"""The one intent that is acted on whoever has the conversation: nobody may miss that somebody opts out."""
SKIP_AND_CANCEL = "skip_and_cancel"
"""The id of a button that every conversation has at any time, and the intent it stands for."""


@dataclass(frozen=True)
class Started:
    """A conversation, new or taken up again, and the token that lets this browser of its customer in."""

    conversation_id: str
    token: str


@dataclass(frozen=True)
class Receipt:
    """Where in its conversation a message now stands."""

    position: int


class ConversationService:
    """Begins conversations and receives messages."""

    def __init__(
        self,
        database: Database,
        tokens: Tokens,
        interviews: InterviewService,
        opt_outs: OptOutService,
        announcer: Announcer,
        copy: GatewayCopy,
        clock: Clock,
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._interviews = interviews
        self._opt_outs = opt_outs
        self._announcer = announcer
        self._copy = copy
        self._clock = clock

    def start(self, channel: Channel, *, trial: bool = False, vouched: VouchedCustomer | None = None) -> Started:
        """Begin a conversation; the bot opens it with the exit interview.

        A customer whom the company's site vouches for goes on in the conversation they have, on whichever device they
        began it, as long as it is about the same leaving.
        """
        now = self._clock()
        trial = trial or (vouched is not None and vouched.trial)
        with self._database.write() as work:
            customer = write_customer(work, vouched, now) if vouched else None
            known = find_conversation(work, customer, now, trial=trial) if customer else None
            conversation = known or work.conversations.begin(channel, now, trial=trial)
            if known is None:
                add_trigger(work, conversation, EXIT_INTERVIEW, now)
            if customer is not None and conversation.vouched_at is None:
                conversation.customer_id, conversation.vouched_at = customer.id, now
                self._opt_outs.carry_over(work, conversation, now)
            token = self._tokens.issue(work, conversation.id)
            work.commit()
        self._announcer.turn_waits(conversation.id)
        return Started(conversation.id, token)

    def receive_text(self, conversation_id: str, client_id: str, text: str, channel: Channel = Channel.WEB) -> Receipt:
        """Store what a customer typed. The same `client_id` again gets the same receipt, and nothing is stored.
        The answer leaves over the channel it was typed on.

        Raises:
            Empty, TooLong: when it cannot be a message.
            ConversationNotFound: when there is no such conversation.
        """
        kept = mask(normalise(text))
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            receipt = _find_receipt(work, conversation_id, client_id)
            if receipt is None:
                receipt = self._store(work, conversation, channel, client_id, kept)
                work.commit()
        # What follows is done for a repeat as well: the first time it may have been cut off in between.
        if hear_trouble(kept):
            # At once, whoever has the conversation: the bot, staff, or nobody because something is down.
            self._interviews.note_trouble(conversation_id)
        self._announcer.turn_waits(conversation_id)
        return receipt

    def receive_button(
        self, conversation_id: str, client_id: str, button_id: str, channel: Channel = Channel.WEB
    ) -> Receipt:
        """Store which button a customer pressed. The same `client_id` again gets the same receipt.

        "Skip and cancel" is valid at any time, and its outcome is recorded whether or not the dialogue answers.

        Raises:
            StaleButton: when it is not among the newest answers on offer here.
            ConversationNotFound: when there is no such conversation.
        """
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            receipt = _find_receipt(work, conversation_id, client_id)
            if receipt is None:
                title, meaning = self._find_meaning(work, conversation_id, button_id)
                receipt = self._store(work, conversation, channel, client_id, title, meaning)
                work.commit()
        if button_id == SKIP_AND_CANCEL:
            # The bot may not even have come to its first question yet.
            self._interviews.begin(conversation_id)
            self._interviews.skip(conversation_id)
        self._announcer.turn_waits(conversation_id)
        return receipt

    def was_received(self, conversation_id: str, client_id: str) -> bool:
        """Tell whether what the sender gave this id has been stored."""
        with self._database.read() as work:
            return _find_receipt(work, conversation_id, client_id) is not None

    def find_button_message(self, conversation_id: str, button_id: str) -> int | None:
        """Return the id of the message that offers this button in a conversation, or None."""
        with self._database.read() as work:
            found = work.conversations.find_button(conversation_id, button_id)
            return found[1].id if found else None

    def receive_command(
        self, conversation_id: str, client_id: str, word: str, intent: str, channel: Channel
    ) -> Receipt:
        """Store a command of a channel, which means to the dialogue what a button with this intent would.

        Raises:
            ConversationNotFound: when there is no such conversation.
        """
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            receipt = _find_receipt(work, conversation_id, client_id)
            if receipt is None:
                meaning = {"intent": intent, "entities": {}}
                receipt = self._store(work, conversation, channel, client_id, word, meaning)
                work.commit()
        self._announcer.turn_waits(conversation_id)
        return receipt

    def receive_unreadable(
        self, conversation_id: str, client_id: str, shown: str, answer: Sentence | None, channel: Channel
    ) -> Receipt:
        """Store that something came which the dialogue has nothing to say to, as it is `shown` in the transcript, and
        answer it with a sentence of the gateway; not while staff have the conversation.

        Raises:
            ConversationNotFound: when there is no such conversation.
        """
        now = self._clock()
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            known = _find_receipt(work, conversation_id, client_id)
            if known:
                return known
            conversation.channel = channel
            message = work.conversations.add_message(conversation, Author.CUSTOMER, shown, now, client_id=client_id)
            work.turns.add(message.id, conversation.id, now, TurnState.SILENCED)
            if answer is not None and conversation.mode is Mode.BOT:
                say(work, conversation, self._copy, answer, now, in_reply_to=message.id)
            receipt = Receipt(message.position)
            work.commit()
        self._announcer.changed(conversation_id)
        return receipt

    def _find_meaning(self, work: UnitOfWork, conversation_id: str, button_id: str) -> tuple[str, dict[str, Any]]:
        if button_id == SKIP_AND_CANCEL:
            return self._copy.say(Sentence.SKIP_AND_CANCEL), {"intent": SKIP_AND_CANCEL, "entities": {}}
        return _find_button(work, conversation_id, button_id)

    def _store(
        self,
        work: UnitOfWork,
        conversation: Conversation,
        channel: Channel,
        client_id: str,
        text: str,
        pressed: dict[str, Any] | None = None,
    ) -> Receipt:
        now = self._clock()
        conversation.channel = channel
        message = work.conversations.add_message(
            conversation, Author.CUSTOMER, text, now, client_id=client_id, pressed=pressed
        )
        # While staff have the conversation a button is for their eyes only, but a typed text still has to be
        # listened to: it may say that this person never wants to be written to again.
        is_for_staff = pressed is not None and pressed["intent"] != STOP_CONTACT
        is_silent = conversation.mode is Mode.STAFF and is_for_staff
        work.turns.add(message.id, conversation.id, now, TurnState.SILENCED if is_silent else TurnState.WAITING)
        return Receipt(message.position)


def _find_receipt(work: UnitOfWork, conversation_id: str, client_id: str) -> Receipt | None:
    known = work.conversations.find_message_by_client_id(conversation_id, client_id)
    return Receipt(known.position) if known else None


def _find_button(work: UnitOfWork, conversation_id: str, button_id: str) -> tuple[str, dict[str, Any]]:
    found = work.conversations.find_button(conversation_id, button_id)
    if found is None:
        raise StaleButton
    button, message = found
    spoke_last = work.conversations.find_last_heard(conversation_id)
    if spoke_last is not None and spoke_last.position > message.position:
        raise StaleButton
    return button.title, {"intent": button.intent, "entities": button.entities}
