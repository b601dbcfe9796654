"""Chats on other channels than the web: which conversation goes on in one, and how somebody gets there.

A chat belongs to one person, so its address is a contact point of theirs. It must not carry anything anywhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.consents import keep_chat
from bot.conversations.copy import GatewayCopy, Sentence
from bot.conversations.letter_book import set_reachable
from bot.conversations.opt_out import OptOutService
from bot.conversations.sentences import say
from bot.conversations.tokens import hash_token
from bot.conversations.triggers import EXIT_INTERVIEW, GO_ON, add_trigger
from bot.errors import NotFound
from bot.storage.tables import Author, Channel, ChatLink, Conversation, Mode, Outcome
from bot.storage.unit_of_work import Database, UnitOfWork

LINK_LIFE = timedelta(days=1)
ERASED_CHATS_KEPT = timedelta(days=1)
"""For so long after an erasure a chat still leads to the empty conversation, where the receipt can be read."""
_TOKEN_BYTES = 32
"""As text 43 characters of `A-Za-z0-9_-`; Telegram allows 64 of them."""


class NoDoor(NotFound):
    """This channel is not in use, or has not answered yet."""


class ChatService:
    """Begins conversations in chats and moves them there."""

    def __init__(
        self, database: Database, opt_outs: OptOutService, announcer: Announcer, copy: GatewayCopy, clock: Clock
    ) -> None:
        self._database = database
        self._copy = copy
        self._doors: dict[Channel, Callable[[str], str]] = {}
        self._opt_outs = opt_outs
        self._announcer = announcer
        self._clock = clock

    def open_door(self, channel: Channel, write_address: Callable[[str], str]) -> None:
        """Let conversations go on on a channel; `write_address` makes an address that carries a link's token there."""
        self._doors[channel] = write_address

    def has_door(self, channel: Channel) -> bool:
        """Tell whether conversations can go on on a channel."""
        return channel in self._doors

    def invite(self, conversation_id: str, channel: Channel) -> str:
        """Return an address at which this conversation goes on on another channel: for whoever opens it first, within a
        day.

        Raises:
            ConversationNotFound: when there is no such conversation.
            NoDoor: when the channel is not in use.
        """
        write_address = self._doors.get(channel)
        if write_address is None:
            raise NoDoor
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._clock()
        with self._database.write() as work:
            work.conversations.get(conversation_id)
            work.chats.add_link(
                ChatLink(
                    token_hash=hash_token(token),
                    conversation_id=conversation_id,
                    created_at=now,
                    expires_at=now + LINK_LIFE,
                )
            )
            work.commit()
        return write_address(token)

    def follow_link(self, channel: Channel, address: str, token: str, client_id: str) -> str | None:
        """Let the conversation of a link go on in a chat, and return it; None when the link is not valid, or no longer.
        The same `client_id` again changes nothing."""
        now = self._clock()
        with self._database.write() as work:
            link = work.chats.lock_link(hash_token(token))
            if link is None or link.used_by not in (None, address):
                return None
            conversation = work.conversations.get(link.conversation_id, lock=True)
            if (link.used_by is None and link.expires_at <= now) or conversation.erased_at is not None:
                return None
            if work.conversations.find_message_by_client_id(conversation.id, client_id) is None:
                link.used_by = address
                self._settle_in(work, conversation, channel, address)
                self._go_on(work, conversation, client_id)
                work.commit()
        self._announcer.turn_waits(conversation.id)
        return conversation.id

    def begin(self, channel: Channel, address: str, client_id: str) -> str:
        """Begin the exit interview in a chat, or go on with the one that is not at its end; return the conversation.
        The same `client_id` again changes nothing."""
        with self._database.write() as work:
            known = self._find(work, channel, address)
            if known is None or _is_over(work, known):
                known = self._begin(work, channel, address, known, client_id)
            elif work.conversations.find_message_by_client_id(known.id, client_id) is None:
                known.channel = channel
                self._go_on(work, known, client_id)
            work.commit()
        self._announcer.turn_waits(known.id)
        return known.id

    def find_or_begin(self, channel: Channel, address: str, client_id: str, *, asks: bool = True) -> str:
        """Return the conversation that goes on in a chat; where there is none, one begins, and the bot `asks` why they
        leave."""
        with self._database.write() as work:
            known = self._find(work, channel, address)
            if known is None:
                known = self._begin(work, channel, address, None, f"{client_id}-begin", asks=asks)
            elif asks and _was_never_asked(work, known):
                add_trigger(work, known, EXIT_INTERVIEW, self._clock(), client_id=f"{client_id}-begin")
            work.commit()
        return known.id

    def find(self, channel: Channel, address: str) -> str | None:
        """Return the conversation that goes on in a chat, or None."""
        with self._database.read() as work:
            chat = work.chats.find(channel, address)
            return chat.conversation_id if chat else None

    def note_reachable(self, channel: Channel, address: str, reachable: bool) -> None:
        """Note that a person has blocked us, or lets us in again; what waits for one who blocks us is given up."""
        with self._database.write() as work:
            set_reachable(work, channel, address, reachable, self._clock())
            work.commit()

    def remove_stale(self) -> None:
        """Forget links whose time is over, and chats of which everything was erased."""
        now = self._clock()
        with self._database.write() as work:
            work.chats.remove_stale(now, now - ERASED_CHATS_KEPT)
            work.commit()

    def _find(self, work: UnitOfWork, channel: Channel, address: str) -> Conversation | None:
        chat = work.chats.find(channel, address)
        return work.conversations.get(chat.conversation_id, lock=True) if chat else None

    def _begin(
        self,
        work: UnitOfWork,
        channel: Channel,
        address: str,
        last: Conversation | None,
        client_id: str,
        *,
        asks: bool = True,
    ) -> Conversation:
        now = self._clock()
        if last is not None and work.conversations.find_message_by_client_id(last.id, client_id) is not None:
            return last
        conversation = work.conversations.begin(
            channel,
            now,
            customer_id=last.customer_id if last else None,
            vouched_at=last.vouched_at if last else None,
        )
        self._settle_in(work, conversation, channel, address)
        if asks:
            add_trigger(work, conversation, EXIT_INTERVIEW, now, client_id=client_id)
        return conversation

    def _go_on(self, work: UnitOfWork, conversation: Conversation, client_id: str) -> None:
        now = self._clock()
        add_trigger(work, conversation, GO_ON, now, client_id=client_id)
        if conversation.mode is Mode.STAFF:  # Then the bot does not answer the trigger, but somebody waits for a word.
            say(work, conversation, self._copy, Sentence.STAFF_HERE, now)

    def _settle_in(self, work: UnitOfWork, conversation: Conversation, channel: Channel, address: str) -> None:
        now = self._clock()
        conversation.channel = channel
        work.chats.set(channel, address, conversation.id, now)
        keep_chat(work, conversation, channel, address, now)
        set_reachable(work, channel, address, True, now)
        self._opt_outs.carry_over(work, conversation, now)


def _is_over(work: UnitOfWork, conversation: Conversation) -> bool:
    interview = work.interviews.find(conversation.id)
    ended = interview is not None and interview.outcome not in (None, Outcome.ABANDONED)
    return ended or conversation.erased_at is not None


def _was_never_asked(work: UnitOfWork, conversation: Conversation) -> bool:
    """Tell whether somebody has only used commands so far, none of them to be left alone or forgotten."""
    is_closed = conversation.opted_out_at is not None or conversation.erased_at is not None
    return not is_closed and work.conversations.find_last_message(conversation.id, Author.SYSTEM) is None
