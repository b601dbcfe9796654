"""What makes the bot speak without anybody having written: stored as messages that nobody is shown."""

from __future__ import annotations

from datetime import datetime

from bot.storage.tables import Author, Conversation
from bot.storage.unit_of_work import UnitOfWork

EXIT_INTERVIEW = "EXTERNAL_exit_interview"
CHECK_IN = "EXTERNAL_check_in"
WELCOME_BACK = "EXTERNAL_welcome_back"
ANNOUNCEMENT = "EXTERNAL_announcement"
THANKS = "EXTERNAL_thanks"
GO_ON = "EXTERNAL_go_on"
"""The conversation has moved to another channel, or somebody comes back to it there."""
HAND_BACK = "EXTERNAL_hand_back"
OFFER_CONFIRMED = "EXTERNAL_offer_confirmed"
OFFER_REFUSED = "EXTERNAL_offer_refused"


def add_trigger(
    work: UnitOfWork, conversation: Conversation, intent: str, now: datetime, *, client_id: str | None = None
) -> None:
    """Add a trigger and the turn that answers it. The conversation must have been taken with its lock. `client_id` is
    the sender's own id for what caused it, by which a repeat is known."""
    meaning = {"intent": intent, "entities": {}}
    message = work.conversations.add_message(conversation, Author.SYSTEM, "", now, client_id=client_id, pressed=meaning)
    work.turns.add(message.id, conversation.id, now)
