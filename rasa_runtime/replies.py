"""Finds what the bot answered to a message in the stored events of a conversation.

Every answer to the gateway is read from there, the first one like a repeated one, so that both are the same and what
is answered is what is stored.
"""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel

from rasa_runtime.turn import CHANNEL


class Unheard(OutputChannel):
    """Swallows what Rasa sends during a turn. Rasa's own channels empty the buttons of the events they send."""

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Do nothing: the reply is read from what is stored."""


def find_replies(events: list[dict[str, Any]], message_id: str) -> list[dict[str, Any]] | None:
    """Return the replies to the message, or None if the remembered events do not know it (any more)."""
    asked = [at for at, event in enumerate(events) if event["event"] == "user" and event["message_id"] == message_id]
    if not asked:
        return None
    since = events[asked[-1] + 1 :]
    next_message = next((at for at, event in enumerate(since) if event["event"] == "user"), len(since))
    return [_describe(event) for event in since[:next_message] if event["event"] == "bot"]


def _describe(said: dict[str, Any]) -> dict[str, Any]:
    buttons = said["data"].get("buttons") or []
    return {
        "utter": said["metadata"].get("utter_action"),
        "text": said["text"] or "",
        "buttons": [{"title": button.get("title", ""), "payload": button.get("payload", "")} for button in buttons],
        "metadata": said["metadata"].get("metadata") or {},
    }
