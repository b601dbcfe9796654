"""A customer who talks to the real thing, and what the record says of it; on which channel is told elsewhere."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod

from bot.storage.tables import Author, Message
from tests.stack import Stack

PATIENCE_SECONDS = 30
SILENCE_SECONDS = 3
"""After so long without anything left to answer, nothing more is expected."""
OPENING = ["utter_exit_interview_disclosure", "utter_ask_exit_interview_reason"]


class Customer(ABC):
    """One person in one conversation."""

    conversation: str
    look_seconds = 0.05
    """How often is looked whether the bot has answered."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._seen = 0

    @abstractmethod
    def begin_anew(self) -> None:
        """Begin another conversation, as somebody who wants to be taken for somebody else."""

    @abstractmethod
    def type(self, text: str) -> None:
        """Send a text."""

    @abstractmethod
    def press(self, title: str) -> None:
        """Press the button with this title, which must be live."""

    @abstractmethod
    def skip_and_cancel(self) -> None:
        """Press the button that is always there."""

    @abstractmethod
    def close(self) -> None:
        """Go."""

    def hear_opening(self) -> list[str]:
        """Return the names of the responses with which the bot begins."""
        return self.hear(OPENING)

    def hear(self, expected: list[str]) -> list[str]:
        """Wait until the bot has answered, and return the names of the responses it gave since the last time."""
        deadline, silent_since = time.monotonic() + PATIENCE_SECONDS, time.monotonic()
        while True:
            # In this order: what is heard in between is heard the next time.
            now, heard, is_waiting = time.monotonic(), self._read_responses(), self.is_waiting()
            silent_since = now if is_waiting else silent_since
            is_all = now - silent_since > (0 if heard == expected else SILENCE_SECONDS)
            if (is_all and not is_waiting) or now > deadline:
                self._note_seen()
                return heard
            time.sleep(self.look_seconds)

    def listen(self) -> list[str]:
        """Wait until the bot has nothing more to answer, and return the names of the responses since the last time."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.is_waiting() and time.monotonic() < deadline:
            time.sleep(0.02)
        heard = self._read_responses()
        self._note_seen()
        return heard

    def is_waiting(self) -> bool:
        """Tell whether something that was said is still to be answered."""
        with self._stack.database.read() as work:
            return work.turns.find_next(self.conversation) is not None

    def list_new(self) -> list[Message]:
        """Return what was said since the last time."""
        with self._stack.database.read() as work:
            return work.conversations.list_messages(self.conversation, after=self._seen)

    def name_response(self, response: str) -> str:
        """Return the name by which stories know a response."""
        return response

    def _read_responses(self) -> list[str]:
        return [self.name_response(one.response or "") for one in self.list_new() if one.author is Author.BOT]

    def _note_seen(self) -> None:
        self._seen = max([message.position for message in self.list_new()], default=self._seen)
