"""Conversations that nobody has started through a channel, such as one in `rasa shell`: they are made on the way.

It must not mark a customer's conversation as a trial.
"""

from __future__ import annotations

from datetime import datetime

from bot.storage.tables import Channel, Conversation
from bot.storage.unit_of_work import UnitOfWork


def get_or_make(work: UnitOfWork, conversation_id: str, now: datetime) -> Conversation:
    """Return the conversation with its lock; one that is unknown is made, and counts in no number."""
    if work.conversations.find(conversation_id) is not None:
        return work.conversations.get(conversation_id, lock=True)
    made = Conversation(
        id=conversation_id, channel=Channel.WEB, trial=True, last_position=0, created_at=now, last_message_at=now
    )
    work.conversations.add(made)
    return made
