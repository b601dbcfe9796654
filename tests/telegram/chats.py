"""Chats as Telegram keeps them: who can be written to, what was said, which buttons are still there.

It knows nothing of HTTP, of updates or of whoever drives the people in a test.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """The Bot API says no: an HTTP status, a description in its words, and sometimes how many seconds to wait."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> Json:
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class Standing(enum.Enum):
    """Whether the bot may write to a chat; the value is how it is refused."""

    STRANGER = "Forbidden: bot can't initiate conversation with a user"
    OPEN = ""
    BLOCKED = "Forbidden: bot was blocked by the user"
    DEACTIVATED = "Forbidden: user is deactivated"
    LEFT = "Forbidden: bot is not a member of the group chat"
    KICKED = "Forbidden: bot was kicked from the group chat"


@dataclass
class Message:
    """One message; `content` is what the Bot API calls it by: `{"text": ...}`, `{"photo": [...], "caption": ...}`."""

    id: int
    chat: Json
    sender: Json
    date: int
    content: Json
    reply_markup: Json | None = None
    parse_mode: str | None = None
    edit_date: int | None = None
    update_id: int | None = None

    @property
    def text(self) -> str:
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def from_bot(self) -> bool:
        return bool(self.sender["is_bot"])

    @property
    def keyboard(self) -> list[Json]:
        """The inline buttons that are there now, in reading order."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def buttons(self) -> list[str]:
        return [button["text"] for button in self.keyboard]

    def as_json(self) -> Json:
        body = {"message_id": self.id, "from": self.sender, "chat": self.chat, "date": self.date} | self.content
        if self.edit_date is not None:
            body["edit_date"] = self.edit_date
        if self.keyboard:
            body["reply_markup"] = self.reply_markup
        return body


@dataclass
class Chat:
    """A private chat with a person, or a group."""

    about: Json
    standing: Standing
    messages: list[Message] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)

    @property
    def id(self) -> int:
        return int(self.about["id"])

    @property
    def is_private(self) -> bool:
        return bool(self.about["type"] == "private")

    def check_open(self) -> None:
        """Raise Refusal if the bot may not write here."""
        if self.standing is not Standing.OPEN:
            raise Refusal(403, self.standing.value)

    def find(self, message_id: int) -> Message | None:
        return next((message for message in self.messages if message.id == message_id), None)


@dataclass
class Press:
    """A button that somebody pressed (a callback query); it can be answered once, and not for ever."""

    id: str
    chat: Chat
    answerable_until: float


@dataclass(frozen=True)
class PressAnswer:
    """What a person is shown after a press: nothing, a note at the top, or an alert."""

    press_id: str
    text: str | None
    show_alert: bool


@dataclass(frozen=True)
class Delivery:
    """One message that reached a chat; `at` is time.monotonic() in seconds."""

    at: float
    chat_id: int
    text: str
    message_id: int
    reply_markup: Json | None
    parse_mode: str | None


@dataclass(frozen=True)
class Call:
    """One request as it came, whatever became of it; `at` is time.monotonic() in seconds."""

    at: float
    method: str
    params: Json
