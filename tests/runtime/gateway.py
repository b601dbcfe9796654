"""The gateway's side of the channel, and a look into Rasa's working memory, for the tests of a running Rasa.

It must not reach into the Rasa process: it knows the HTTP contract and the memory's file.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests


class Gateway:
    """Speaks to a running Rasa as the application does."""

    def __init__(self, port: int, secret: str, memory: Path, log: Path) -> None:
        self.base = f"http://127.0.0.1:{port}/webhooks/gateway"
        self.memory = memory
        self.log = log
        self.session = requests.Session()
        self.session.headers["X-Gateway-Secret"] = secret

    def post(self, path: str, body: Any, **kwargs: Any) -> requests.Response:
        """Post a JSON body."""
        return self.session.post(f"{self.base}{path}", json=body, timeout=60, **kwargs)

    def turn(self, conversation: str, message_id: str | None = None, **what: Any) -> requests.Response:
        """Make a turn; without a message id it gets a new one."""
        return self.post("/turn", {"conversation": conversation, "message_id": message_id or uuid4().hex, **what})

    def begin(self, conversation: str) -> requests.Response:
        """Begin an exit interview."""
        return self.turn(conversation, event={"intent": "EXTERNAL_exit_interview", "entities": {}})

    def say(self, conversation: str, text: str, message_id: str | None = None) -> list[str]:
        """Type a text and return the names of what the bot answers."""
        answer = self.turn(conversation, message_id, text=text)
        assert answer.status_code == 200, answer.text
        return utters(answer)

    def press(self, conversation: str, title: str, intent: str, **entities: Any) -> list[str]:
        """Press a button and return the names of what the bot answers."""
        answer = self.turn(conversation, button={"title": title, "intent": intent, "entities": entities})
        assert answer.status_code == 200, answer.text
        return utters(answer)

    def recall(self, conversation: str) -> list[dict[str, Any]]:
        """Return the events in working memory."""
        with sqlite3.connect(self.memory) as db:
            row = db.execute("SELECT events FROM memory WHERE conversation = ?", (conversation,)).fetchone()
        return json.loads(row[0]) if row else []

    def slot(self, conversation: str, name: str) -> Any:
        """Return the value a slot was last set to."""
        values = [e["value"] for e in self.recall(conversation) if e["event"] == "slot" and e["name"] == name]
        return values[-1] if values else None

    def last_message(self, conversation: str) -> dict[str, Any]:
        """Return the customer's last message as Rasa keeps it."""
        return [event for event in self.recall(conversation) if event["event"] == "user"][-1]


def utters(answer: requests.Response) -> list[str]:
    """Return the response names in an answer."""
    return [message["utter"] for message in answer.json()["messages"]]
