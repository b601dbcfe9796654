"""What the console's screens show, read straight from SQL. Nothing here changes anything."""

from __future__ import annotations

from bot.storage.views.arrivals import Arrival
from bot.storage.views.conversations import (
    PAGE_SIZE,
    ConversationFilter,
    ConversationPage,
    Counts,
    ListedConversation,
    Shown,
    count_conversations,
    list_conversations,
)
from bot.storage.views.offers import TranscriptOffer
from bot.storage.views.transcripts import (
    Contact,
    OfferedButton,
    Transcript,
    TranscriptInterview,
    TranscriptMessage,
    read_transcript,
)

__all__ = [
    "PAGE_SIZE",
    "Arrival",
    "Contact",
    "ConversationFilter",
    "ConversationPage",
    "Counts",
    "ListedConversation",
    "OfferedButton",
    "Shown",
    "Transcript",
    "TranscriptInterview",
    "TranscriptMessage",
    "TranscriptOffer",
    "count_conversations",
    "list_conversations",
    "read_transcript",
]
