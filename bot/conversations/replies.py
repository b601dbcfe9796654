"""Turns the bot's replies into what is stored: texts, response names and buttons behind opaque ids.

A button's meaning stays here; the outside only ever sees its id and title.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

import structlog

from bot.conversations.rasa import RasaButton, RasaReply
from bot.storage.tables import MessageButton

log = structlog.get_logger()

_LONGEST_TITLE = 200


@dataclass(frozen=True)
class Reply:
    """One message of the bot, ready to be stored."""

    text: str
    response: str | None
    buttons: list[MessageButton]


def prepare_replies(heard: Iterable[RasaReply], random: Random) -> list[Reply]:
    """Return what is to be stored. A response that says `shuffle` gets its buttons in a random order, but the
    last `pinned` of them keep their place; a reply with nothing to read or to press is left out."""
    replies = []
    for reply in heard:
        buttons = [button for button in map(_read_button, _order(reply, random)) if button]
        for position, button in enumerate(buttons):
            button.position = position
        if reply.text.strip() or buttons:
            replies.append(Reply(reply.text.strip(), reply.utter, buttons))
    return replies


def _order(reply: RasaReply, random: Random) -> list[RasaButton]:
    if not reply.metadata.get("shuffle"):
        return reply.buttons
    free = len(reply.buttons) - int(reply.metadata.get("pinned", 0))
    return random.sample(reply.buttons[:free], free) + reply.buttons[free:]


def _read_button(button: RasaButton) -> MessageButton | None:
    try:
        intent, entities = _read_payload(button.payload)
    except ValueError:
        log.error("button.payload_unreadable", payload=button.payload[:80])
        return None
    return MessageButton(
        id=secrets.token_urlsafe(12), title=button.title[:_LONGEST_TITLE], intent=intent, entities=entities
    )


def _read_payload(payload: str) -> tuple[str, dict[str, Any]]:
    """Read Rasa's own convention, `/intent{"entity": "value"}`."""
    slash, brace = payload[:1], payload.find("{")
    intent = payload[1:brace] if brace > 0 else payload[1:]
    entities = json.loads(payload[brace:]) if brace > 0 else {}
    if slash != "/" or not intent.isidentifier() or not isinstance(entities, dict):
        raise ValueError("not a payload")
    return intent, entities
