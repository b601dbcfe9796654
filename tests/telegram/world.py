"""Telegram as one bot knows it: its chats, the updates that wait for it, what it sent and when.

It knows nothing of HTTP; a lock lets a test look and act from its own thread while the server answers in another.
"""

from __future__ import annotations

import itertools
import random
import secrets
import threading
import time
from dataclasses import replace

from tests.telegram.chats import Call, Chat, Delivery, Json, Message, Press, PressAnswer, Standing
from tests.telegram.faults import Faults
from tests.telegram.limits import RateLimits, Violation
from tests.telegram.updates import UpdateQueue
from tests.telegram.webhook import Webhook

# Telegram keeps a press for the bot for as long as this, everything else for a day.
PRESS_LIFETIME = 150
# How long a press can be answered is not documented.
ANSWER_LIFETIME = 600


class World:
    """Everything there is. What tests read is a copy, or cannot change."""

    def __init__(self, *, enforce_limits: bool = False, username: str = "farewell_test_bot") -> None:
        self.lock = threading.RLock()
        bot_id = random.randrange(10**9, 10**10)
        self.token = f"{bot_id}:{secrets.token_urlsafe(26)}"
        self.bot: Json = {"id": bot_id, "is_bot": True, "first_name": "Farewell", "username": username}
        self.faults = Faults(self.lock)
        self.limits = RateLimits(enforced=enforce_limits)
        self.updates = UpdateQueue(self.lock, self.now)
        self.webhook = Webhook()
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.answers: list[tuple[Chat, PressAnswer]] = []
        self.commands: dict[str, list[Json]] = {}
        self._calls: list[Call] = []
        self._deliveries: list[Delivery] = []
        self._ids = itertools.count(random.randrange(100, 10_000))
        self._later = 0.0

    # ---- what a test looks at -------------------------------------------------------------------------------------

    @property
    def deliveries(self) -> list[Delivery]:
        """All that reached a chat, in order."""
        with self.lock:
            return list(self._deliveries)

    @property
    def calls(self) -> list[Call]:
        """Every request that came with the right token, in order, also those that failed."""
        with self.lock:
            return list(self._calls)

    @property
    def violations(self) -> list[Violation]:
        """The messages that were faster than Telegram allows, whether or not the limits are enforced."""
        with self.lock:
            return list(self.limits.violations)

    def count_calls(self, method: str) -> int:
        with self.lock:
            return sum(1 for call in self._calls if call.method.lower() == method.lower())

    # ---- time -----------------------------------------------------------------------------------------------------

    def now(self) -> float:
        """Return the Unix time in seconds, as far as this world is."""
        return time.time() + self._later

    def pass_time(self, seconds: float) -> None:
        """Let so many seconds go by at once: updates nobody fetched expire, and so do presses nobody answered."""
        with self.lock:
            self._later += seconds

    # ---- chats ----------------------------------------------------------------------------------------------------

    def add_chat(self, about: Json, standing: Standing) -> Chat:
        with self.lock:
            chat = Chat(about, standing)
            self.chats[chat.id] = chat
            return chat

    def make_user(self, name: str, language_code: str) -> Json:
        return {"id": self.draw_id(), "is_bot": False, "first_name": name, "language_code": language_code}

    def draw_id(self) -> int:
        """Return an id that nobody has: they need more than 32 bits, as Telegram's do."""
        return random.randrange(10**6, 10**10)

    def post(self, chat: Chat, sender: Json, content: Json, reply_markup: Json | None = None) -> Message:
        """Put a message into a chat, at the end."""
        with self.lock:
            message = Message(next(self._ids), chat.about, sender, int(self.now()), content, reply_markup)
            chat.messages.append(message)
            return message

    def list_messages(self, chat: Chat) -> list[Message]:
        with self.lock:
            return [replace(message) for message in chat.messages]

    def change_standing(self, chat: Chat, by: Json, standing: Standing, old: str, new: str) -> None:
        """Change whether the bot may write, and tell it (`my_chat_member`): `old` and `new` are a member's status."""
        with self.lock:
            chat.standing = standing
            members = [
                {"user": self.bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})
                for status in (old, new)
            ]
            body = {
                "chat": chat.about,
                "from": by,
                "date": int(self.now()),
                "old_chat_member": members[0],
                "new_chat_member": members[1],
            }
            self.updates.push("my_chat_member", body, f"member {chat.id}")

    # ---- what is written down -------------------------------------------------------------------------------------

    def note_call(self, method: str, params: Json) -> None:
        with self.lock:
            self._calls.append(Call(time.monotonic(), method, params))

    def note_delivery(self, message: Message, at: float) -> None:
        """Remember that a message reached its chat at `at` (time.monotonic())."""
        with self.lock:
            chat_id = int(message.chat["id"])
            self._deliveries.append(
                Delivery(at, chat_id, message.text, message.id, message.reply_markup, message.parse_mode)
            )
