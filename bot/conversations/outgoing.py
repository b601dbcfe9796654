"""Writes down what has to leave over a channel, in the transaction that decides it.

It must not send anything: the outbox does that, as soon as the transaction is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.conversations.parts import count_units, split
from bot.conversations.touches import find_address, settle
from bot.retention.winback.touches import TouchState
from bot.storage.tables import Author, Channel, Chat, Conversation, Letter, LetterKind, Message, PlannedTouch
from bot.storage.unit_of_work import UnitOfWork

LONGEST = {Channel.TELEGRAM: 4096, Channel.EMAIL: 100_000}
"""How long one message of a channel may be, in UTF-16 code units."""
_BETWEEN = "\n\n"


def post(work: UnitOfWork, conversation: Conversation, messages: Iterable[Message], now: datetime) -> None:
    """Let messages leave over the channel on which the customer wrote last, or we to them. The web comes and fetches
    what it shows, so nothing is posted there."""
    like = _find_way(work, conversation)
    if like is not None:
        _post(work, messages, like, now, has_way_out(work, conversation.id))


def post_touch(work: UnitOfWork, touch: PlannedTouch, messages: Sequence[Message], now: datetime) -> None:
    """Let what we write first leave over the channel of the touch. Where there are no words, or nobody to send them to
    any more, the touch has failed."""
    address = find_address(work, touch)
    if touch.channel is None or address is None or not messages:
        settle(work, touch, TouchState.FAILED, now)
        return
    letter = Letter(kind=LetterKind.TOUCH, channel=touch.channel, address=address, touch_id=touch.id)
    _post(work, messages, letter, now, is_open=False)


def _find_way(work: UnitOfWork, conversation: Conversation) -> Letter | None:
    """Return what a letter in this conversation looks like; None where none is needed. Who has not answered our mail
    yet gets what staff write there, or decide, by mail as well."""
    if conversation.channel is Channel.EMAIL:
        touch = work.touches.find_last_in(conversation.id)
        address = find_address(work, touch) if touch is not None and touch.channel is Channel.EMAIL else None
        if touch is None or address is None:
            return None
        return Letter(kind=LetterKind.REPLY, channel=Channel.EMAIL, address=address, touch_id=touch.id)
    chat = find_chat(work, conversation)
    return Letter(kind=LetterKind.REPLY, channel=chat.channel, address=chat.address) if chat is not None else None


def _post(work: UnitOfWork, messages: Iterable[Message], like: Letter, now: datetime, is_open: bool) -> None:
    """Write messages down as letters `like` this one; in an open interview every last word of the bot has the way out
    below it."""
    limit = LONGEST[like.channel]
    for group in _group(messages, limit):
        text = _BETWEEN.join(_write(work, message) for message in group)
        parts = split(text, limit)
        last = group[-1]
        has_buttons = bool(last.buttons) or (is_open and last.author is Author.BOT)
        for number, part in enumerate(parts, 1):
            work.letters.add(
                Letter(
                    conversation_id=last.conversation_id,
                    message_id=last.id,
                    channel=like.channel,
                    address=like.address,
                    kind=like.kind,
                    touch_id=like.touch_id,
                    text=part,
                    has_buttons=has_buttons and number == len(parts),
                    next_attempt_at=now,
                )
            )


def has_way_out(work: UnitOfWork, conversation_id: str) -> bool:
    """Tell whether "Skip and cancel" has to be in sight: in an open interview, but for one that we began ourselves with
    somebody who has left already."""
    interview = work.interviews.find(conversation_id)
    is_open = interview is not None and interview.outcome is None
    return is_open and work.touches.find_last_in(conversation_id) is None


def find_chat(work: UnitOfWork, conversation: Conversation) -> Chat | None:
    """Return the chat in which the conversation goes on, or None while it does on the web."""
    return work.chats.find_of(conversation.id, conversation.channel) if conversation.channel in LONGEST else None


def _group(messages: Iterable[Message], limit: int) -> list[list[Message]]:
    """Put together what is said in one breath: on a phone it is one notification and not three. Buttons end a group,
    because they stand below what they answer."""
    groups: list[list[Message]] = []
    length = limit
    for message in messages:
        units = count_units(message.text) + len(_BETWEEN)
        if not groups or groups[-1][-1].buttons or length + units > limit:
            groups.append([])
            length = 0
        groups[-1].append(message)
        length += units
    return groups


def _write(work: UnitOfWork, message: Message) -> str:
    if message.author is not Author.STAFF or message.staff_user_id is None:
        return message.text
    # A channel shows everything as the bot's; whoever reads it should know that a person writes now.
    writer = work.staff.find(message.staff_user_id)
    return f"{writer.name}: {message.text}" if writer is not None else message.text
