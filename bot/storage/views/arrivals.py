"""Reads which messages did not arrive in the chat to which they were sent. The web shows all there is by itself."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.winback.touches import TouchState
from bot.storage.tables import Letter, LetterState, Message, PlannedTouch

_BLOCKED = ("blocked", "Forbidden")


class Arrival(StrEnum):
    """What is doubtful about the arrival of a message, the worst first. Most messages have none of these."""

    BLOCKED = "blocked"
    FAILED = "failed"
    UNKNOWN = "unknown"
    ON_ITS_WAY = "on its way"
    TWICE = "twice"


_WORST_FIRST = list(Arrival)


def read_arrivals(session: Session, conversation_id: str, messages: Sequence[Message]) -> dict[int, Arrival]:
    """Return what is doubtful, by the id of the message; `messages` are those of the conversation in their order.

    A letter names the last message that it carries. What was said before that in the same breath has no letter of its
    own and travelled along.
    """
    letters = session.execute(
        sa.select(Letter, PlannedTouch.state)
        .outerjoin(PlannedTouch, PlannedTouch.id == Letter.touch_id)
        .where(Letter.conversation_id == conversation_id)
    ).all()
    found: dict[int, Arrival | None] = {}
    for letter, touch_state in letters:
        found[letter.message_id] = _choose_worse(found.get(letter.message_id), _judge(letter, touch_state))
    for message, following in reversed(list(pairwise(messages))):
        if message.id not in found and following.id in found and _is_one_breath(message, following):
            found[message.id] = found[following.id]
    return {message_id: arrival for message_id, arrival in found.items() if arrival is not None}


def _judge(letter: Letter, touch_state: TouchState | None) -> Arrival | None:
    match letter.state:
        case LetterState.FAILED:
            return Arrival.BLOCKED if letter.error in _BLOCKED else Arrival.FAILED
        case LetterState.UNKNOWN:
            # Staff may have found out since what became of a touch.
            settled = {TouchState.SENT: None, TouchState.FAILED: Arrival.FAILED}
            return settled.get(touch_state, Arrival.UNKNOWN) if touch_state is not None else Arrival.UNKNOWN
        case LetterState.WAITING | LetterState.SENDING:
            return Arrival.ON_ITS_WAY
        case LetterState.SENT:
            return Arrival.TWICE if letter.uncertain else None


def _choose_worse(one: Arrival | None, other: Arrival | None) -> Arrival | None:
    return min(filter(None, (one, other)), key=_WORST_FIRST.index, default=None)


def _is_one_breath(message: Message, following: Message) -> bool:
    return (message.author, message.created_at, message.in_reply_to) == (
        following.author,
        following.created_at,
        following.in_reply_to,
    )
