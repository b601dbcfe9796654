"""A customer who talks to the real thing as the widget does: over the web API, seeing buttons as opaque ids."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import httpx

from bot.clock import utc_now
from bot.conversations.identity import sign_token
from bot.storage.tables import Author
from tests.stack import Stack

PATIENCE_SECONDS = 30
SILENCE_SECONDS = 3
"""After so long without anything left to answer, nothing more is expected."""


class Customer:
    """One browser in one conversation."""

    def __init__(self, stack: Stack, claims: dict[str, object] | None = None) -> None:
        """Begin a conversation; `claims` are what the company's back end says of somebody who is signed in."""
        self._stack = stack
        self._http = httpx.Client(base_url=stack.url, timeout=PATIENCE_SECONDS)
        self._claims = claims
        self.begin_anew()

    def begin_anew(self) -> None:
        """Begin another conversation, as in a browser that has forgotten the last one."""
        secret = self._stack.settings.customer_token_secret
        token = sign_token(secret.get_secret_value(), self._claims, utc_now()) if self._claims and secret else None
        begun = self._http.post("/api/conversations", json={"customer_token": token} if token else {})
        assert begun.status_code == 201, begun.text
        self.conversation: str = begun.json()["conversation"]
        self._headers = {"Authorization": f"Bearer {begun.json()['token']}"}
        self._seen = 0

    def type(self, text: str) -> None:
        """Send a text."""
        self._send(text=text)

    def press(self, title: str) -> None:
        """Press the button with this title, which must be live."""
        self._send(button=self._find_button(title))

    def skip_and_cancel(self) -> None:
        """Press the button that is always there."""
        self._send(button="skip_and_cancel")

    def hear(self, expected: list[str]) -> list[str]:
        """Wait until the bot has answered, and return the names of the responses it gave since the last time."""
        deadline, silent_since = time.monotonic() + PATIENCE_SECONDS, time.monotonic()
        while True:
            now, is_waiting = time.monotonic(), self._is_waiting()
            heard, position = self._read_responses()
            silent_since = now if is_waiting else silent_since
            is_all = now - silent_since > (0 if heard == expected else SILENCE_SECONDS)
            if (is_all and not is_waiting) or now > deadline:
                self._seen = position
                return heard
            time.sleep(0.05)

    def listen(self) -> list[str]:
        """Wait until the bot has nothing more to answer, and return the names of the responses since the last time."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._is_waiting() and time.monotonic() < deadline:
            time.sleep(0.02)
        heard, self._seen = self._read_responses()
        return heard

    def _send(self, **body: str) -> None:
        url = f"/api/conversations/{self.conversation}/messages"
        sent = self._http.post(url, json={"client_id": uuid.uuid4().hex} | body, headers=self._headers)
        assert sent.status_code == 202, sent.text

    def _is_waiting(self) -> bool:
        with self._stack.database.read() as work:
            return work.turns.find_next(self.conversation) is not None

    def _read_responses(self) -> tuple[list[str], int]:
        with self._stack.database.read() as work:
            new = work.conversations.list_messages(self.conversation, after=self._seen)
            position = max([message.position for message in new], default=self._seen)
            return [message.response or "" for message in new if message.author is Author.BOT], position

    def _find_button(self, title: str) -> str:
        buttons = {
            button["title"]: button["id"] for message in self._read_stream() for button in message.get("buttons", [])
        }
        assert title in buttons, f"{title!r} is none of the live buttons {sorted(buttons)}"
        return str(buttons[title])

    def _read_stream(self) -> list[dict[str, Any]]:
        """Return every message of the event stream up to the newest one."""
        with self._stack.database.read() as work:
            newest = max(m.position for m in work.conversations.list_messages(self.conversation))
        messages: list[dict[str, Any]] = []
        url = f"/api/conversations/{self.conversation}/events?after=0"
        with self._http.stream("GET", url, headers=self._headers) as stream:
            kind, position = "", 0
            for line in stream.iter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "id":
                    position = int(value)
                elif name == "data" and kind == "message":
                    messages.append(json.loads(value))
                    if position >= newest:
                        return messages
        return messages

    def close(self) -> None:
        """Close the browser."""
        self._http.close()
