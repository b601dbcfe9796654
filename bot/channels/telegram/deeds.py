"""Reads what somebody did on Telegram out of an update. It is pure, and keeps no more than is needed.

It must not let anything but a press of a button, or one of our commands, be more than text.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.conversations.masking import mask

START = "start"
COMMANDS = ("stop", "human", "privacy", "export", "forget", "help")
"""What the bot's menu offers. Any other word behind a slash is ordinary text."""


class DeedKind(StrEnum):
    """What somebody did."""

    TEXT = "text"
    START = "start"
    COMMAND = "command"
    PRESS = "press"
    UNREADABLE = "unreadable"
    BLOCK = "block"
    UNBLOCK = "unblock"
    GROUP = "group"


class Unreadable(StrEnum):
    """What was sent that is no text."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    STICKER = "sticker"
    FILE = "file"
    LOCATION = "location"
    CONTACT = "contact"
    EDIT = "edit"
    OTHER = "other"


_ATTRIBUTES = {
    "photo": Unreadable.PHOTO,
    "voice": Unreadable.VOICE,
    "audio": Unreadable.VOICE,
    "video_note": Unreadable.VIDEO,
    "video": Unreadable.VIDEO,
    # A moving picture comes with a document of the same content, so it is looked for first.
    "animation": Unreadable.VIDEO,
    "document": Unreadable.FILE,
    "sticker": Unreadable.STICKER,
    "venue": Unreadable.LOCATION,
    "location": Unreadable.LOCATION,
    "contact": Unreadable.CONTACT,
    "dice": Unreadable.OTHER,
    "poll": Unreadable.OTHER,
    "game": Unreadable.OTHER,
    "story": Unreadable.OTHER,
    "paid_media": Unreadable.OTHER,
    "checklist": Unreadable.OTHER,
}


@dataclass(frozen=True)
class Deed:
    """What somebody did. `text`: what they wrote, card and bank numbers masked, the words below a picture, or what
    stood behind /start; `name`: the command, or what was sent that is no text; of a press `data`, the message it was
    below and the query that waits for an answer."""

    kind: DeedKind
    text: str | None = None
    name: str | None = None
    data: str | None = None
    message_id: str | None = None
    query_id: str | None = None

    def write(self) -> dict[str, Any]:
        """Return it as JSON, without what is not there."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def read(cls, written: dict[str, Any]) -> Deed:
        """Return what `write` has written."""
        return cls(**{**written, "kind": DeedKind(written["kind"])})


def read_update(update: Update) -> tuple[int, Deed] | None:
    """Return the chat and what was done there; None for what concerns nobody."""
    if update.my_chat_member is not None:
        return _read_membership(update.my_chat_member)
    if update.callback_query is not None:
        return _read_press(update.callback_query)
    if update.edited_message is not None:
        chat = update.edited_message.chat
        return (chat.id, Deed(DeedKind.UNREADABLE, name=Unreadable.EDIT)) if chat.type == ChatType.PRIVATE else None
    if update.message is not None:
        return _read_message(update.message)
    return None


def _read_membership(change: ChatMemberUpdated) -> tuple[int, Deed] | None:
    is_in = change.new_chat_member.status not in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
    if change.chat.type != ChatType.PRIVATE:
        return (change.chat.id, Deed(DeedKind.GROUP)) if is_in else None
    return change.chat.id, Deed(DeedKind.UNBLOCK if is_in else DeedKind.BLOCK)


def _read_press(query: CallbackQuery) -> tuple[int, Deed] | None:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        return None
    deed = Deed(DeedKind.PRESS, data=query.data or "", message_id=str(query.message.message_id), query_id=query.id)
    return query.message.chat.id, deed


def _read_message(message: Message) -> tuple[int, Deed] | None:
    if message.chat.type != ChatType.PRIVATE:
        return message.chat.id, Deed(DeedKind.GROUP)
    if message.text is not None:
        return message.chat.id, _read_text(message.text)
    for attribute, kind in _ATTRIBUTES.items():
        if getattr(message, attribute, None):
            caption = mask(message.caption) if message.caption else None
            return message.chat.id, Deed(DeedKind.UNREADABLE, text=caption, name=kind)
    # What is left are Telegram's own notices, such as that a message was pinned.
    return None


def _read_text(text: str) -> Deed:
    word, _, rest = text.partition(" ")
    name = word.removeprefix("/").partition("@")[0].lower() if word.startswith("/") else ""
    if name == START:
        return Deed(DeedKind.START, text=rest.strip() or None)
    if name in COMMANDS and not rest.strip():
        return Deed(DeedKind.COMMAND, name=name)
    return Deed(DeedKind.TEXT, text=mask(text))
