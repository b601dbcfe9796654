"""A customer on the web, who does what the widget does: over the web API, seeing buttons as opaque ids."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx

from bot.clock import utc_now
from bot.conversations.identity import sign_token
from tests.scenarios.customer import PATIENCE_SECONDS, Customer
from tests.stack import Stack


class WebCustomer(Customer):
    """One browser in one conversation."""

    def __init__(self, stack: Stack, claims: dict[str, object] | None = None) -> None:
        """Begin a conversation; `claims` are what the company's back end says of somebody who is signed in."""
        super().__init__(stack)
        # The server lets go of a quiet connection after five seconds, perhaps just as it is used again.
        limits = httpx.Limits(keepalive_expiry=2)
        self._http = httpx.Client(base_url=stack.url, timeout=PATIENCE_SECONDS, limits=limits)
        self._claims = claims
        self.begin_anew()

    def begin_anew(self) -> None:
        secret = self._stack.settings.customer_token_secret
        token = sign_token(secret.get_secret_value(), self._claims, utc_now()) if self._claims and secret else None
        begun = self._http.post("/api/conversations", json={"customer_token": token} if token else {})
        assert begun.status_code == 201, begun.text
        self.conversation = begun.json()["conversation"]
        self._headers = {"Authorization": f"Bearer {begun.json()['token']}"}
        self._seen = 0

    def type(self, text: str) -> None:
        self._send(text=text)

    def press(self, title: str) -> None:
        self._send(button=self._find_button(title))

    def skip_and_cancel(self) -> None:
        self._send(button="skip_and_cancel")

    def close(self) -> None:
        self._http.close()

    def _send(self, **body: str) -> None:
        url = f"/api/conversations/{self.conversation}/messages"
        sent = self._http.post(url, json={"client_id": uuid.uuid4().hex} | body, headers=self._headers)
        assert sent.status_code == 202, sent.text

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
