"""Says a sentence of the gateway in a conversation: stored like every other message, and on its way like it."""

from __future__ import annotations

from datetime import datetime

from bot.conversations.copy import GatewayCopy, Sentence
from bot.conversations.outgoing import post
from bot.storage.tables import Author, Conversation
from bot.storage.unit_of_work import UnitOfWork


def say(
    work: UnitOfWork,
    conversation: Conversation,
    copy: GatewayCopy,
    sentence: Sentence,
    now: datetime,
    *,
    in_reply_to: int | None = None,
) -> None:
    """Say a sentence; one that was said before has another wording, if there is one. The conversation must have been
    taken with its lock."""
    said_before = work.conversations.count_responses(conversation.id, sentence)
    text = copy.say(sentence, said_before=said_before)
    message = work.conversations.add_message(
        conversation, Author.BOT, text, now, response=sentence, in_reply_to=in_reply_to
    )
    post(work, conversation, [message], now)
