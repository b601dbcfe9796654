"""One turn as the gateway asks for it, checked, and turned into the message Rasa takes.

It must not let typed text become an intent: that is for buttons and events, which only the gateway can send.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

CHANNEL = "gateway"
EVENT_PREFIX = "EXTERNAL_"
#: Rasa reads a text that begins with "/" as an intent, on every channel. This character, which nobody sees and the
#: encoder drops, before the slash keeps it a text.
WORD_JOINER = "\u2060"

_IDENTIFIER = re.compile(r"[\x21-\x7e]{1,255}")


class MalformedTurn(ValueError):
    """The gateway's request does not say clearly what the customer did."""


@dataclass(frozen=True)
class Turn:
    """What happened in a conversation: a typed text, a pressed button, or an event of our own (no text)."""

    conversation: str
    message_id: str
    text: str | None
    intent: str | None = None
    entities: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Any, intents: Collection[str]) -> Turn:
        """Read the body of a request; raises `MalformedTurn`, which says what is wrong, but never quotes the text."""
        if not isinstance(body, dict):
            raise MalformedTurn("the body must be a JSON object")
        conversation, message_id = read_identifier(body, "conversation"), read_identifier(body, "message_id")
        given = [kind for kind in ("text", "button", "event") if body.get(kind) is not None]
        if len(given) != 1:
            raise MalformedTurn("exactly one of text, button and event is needed")
        if given == ["text"]:
            return cls(conversation, message_id, read_text(body["text"]))
        chosen = body[given[0]]
        if not isinstance(chosen, dict):
            raise MalformedTurn(f"{given[0]} must be an object")
        intent, entities = chosen.get("intent"), chosen.get("entities") or {}
        is_event = given == ["event"]
        if intent not in intents or (is_event and not intent.startswith(EVENT_PREFIX)):
            raise MalformedTurn(f"the {given[0]}'s intent is not one of the dialogue's")
        if not isinstance(entities, dict):
            raise MalformedTurn(f"the {given[0]}'s entities must be an object")
        text = None if is_event else read_text(chosen.get("title"))
        return cls(conversation, message_id, text, intent, entities)

    async def as_message(self, parse: Any, output_channel: OutputChannel) -> UserMessage:
        """Return the message for Rasa, where `parse` understands a text.

        An event has no text, so that no form can take it for an answer.
        """
        metadata: dict[str, Any] = {"message_id": self.message_id}
        parse_data = None
        if self.intent is not None:
            parse_data = {
                "text": self.text,
                "intent": {"name": self.intent, "confidence": 1.0},
                "entities": [{"entity": name, "value": value} for name, value in self.entities.items()],
            }
            if self.text is None:
                metadata["is_external"] = True
            else:
                metadata["button"] = {"intent": self.intent, "entities": dict(self.entities)}
        elif self.text is not None and self.text.startswith("/"):
            parse_data = {**await parse(neutralise(self.text)), "text": self.text}
        return UserMessage(
            self.text,
            output_channel,
            self.conversation,
            parse_data=parse_data,
            input_channel=CHANNEL,
            message_id=self.message_id,
            metadata=metadata,
        )


def neutralise(text: str) -> str:
    """Return the text so that Rasa's parser takes it for nothing but text."""
    stripped = text.strip()
    return WORD_JOINER + stripped if stripped.startswith("/") else stripped


def read_identifier(body: Mapping[str, Any], name: str) -> str:
    """Return a conversation's or message's id; raises `MalformedTurn` for anything but printable ASCII."""
    value = body.get(name)
    if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
        raise MalformedTurn(f"{name} must be a string of 1 to 255 printable ASCII characters without spaces")
    return value


def read_text(value: Any) -> str:
    """Return a text without surrounding space; raises `MalformedTurn` where nothing is left."""
    if not isinstance(value, str):
        raise MalformedTurn("the text must be a string")
    # Half a surrogate pair can come in JSON, but cannot be stored or sent on.
    text = value.encode("utf-8", "replace").decode("utf-8").strip()
    if not text:
        raise MalformedTurn("the text is empty")
    return text
