"""What the stand-in for the web API says, and what it remembers of a conversation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

COMPANY = "Bramble & Oak"
WELCOME = (
    f"Hello, I’m the automated assistant of {COMPANY}. Before you go: may I ask you up to four short questions? "
    "You can skip any of them."
)
QUESTION = "What made you decide to leave?"
REASONS = ["It’s too expensive", "I don’t use it enough", "The quality went down", "Deliveries went wrong",
           "I moved away", "I found something else", "Something else"]  # fmt: skip
PROBE = "Thank you, that helps. What changed: the price itself, or what you get for it?"
KEPT = "I see. What would have kept you?"
LIKELIHOOD = "How likely are you to come back one day, from 0 (never) to 10 (surely)?"
SKIP_QUESTION = "Skip this question"
ENDING = "Thank you for telling me. To finish cancelling, go to https://shop.example/cancel. All the best to you."
SKIPPED = "That’s fine. To finish cancelling, go to https://shop.example/cancel."


@dataclass
class FakeConversation:
    """One conversation in memory."""

    token: str
    trial: bool
    customer: str | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)
    state: dict[str, Any] = field(
        default_factory=lambda: {"mode": "bot", "typing": False, "outcome": None, "erased": False, "delayed": False}
    )
    version: int = 0
    step: int = 0
    last_position: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def notify(self) -> None:
        self.version += 1
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()


@dataclass
class Faults:
    """What goes wrong at the moment."""

    unavailable: bool = False
    too_fast_seconds: int = 0
    delay_seconds: float = 0
    no_static: bool = False
    repeat_everything: bool = False
    refuses_customers: bool = False
    no_way_to_telegram: bool = False


def live(talk: FakeConversation) -> list[dict[str, Any]]:
    """The messages since the customer's last one: only their buttons can still be pressed."""
    last = max((m["position"] for m in talk.messages if m["from"] == "customer"), default=0)
    return [message for message in talk.messages if message["position"] > last]
