"""What the console's screens show, read straight from SQL. Nothing here changes anything."""

from __future__ import annotations

from bot.storage.views.arrivals import Arrival
from bot.storage.views.calls import CALLS_A_PAGE, CallPage, ListedCall, list_calls
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
from bot.storage.views.customers import CustomerView, read_customer
from bot.storage.views.offers import TranscriptOffer
from bot.storage.views.touches import (
    TOUCHES_A_PAGE,
    ListedTouch,
    TouchFilter,
    TouchPage,
    TouchShown,
    count_touches,
    find_touch,
    list_touches,
)
from bot.storage.views.transcripts import (
    Contact,
    OfferedButton,
    Transcript,
    TranscriptInterview,
    TranscriptMessage,
    read_transcript,
)

__all__ = [
    "CALLS_A_PAGE",
    "PAGE_SIZE",
    "TOUCHES_A_PAGE",
    "Arrival",
    "CallPage",
    "Contact",
    "ConversationFilter",
    "ConversationPage",
    "Counts",
    "CustomerView",
    "ListedCall",
    "ListedConversation",
    "ListedTouch",
    "OfferedButton",
    "Shown",
    "TouchFilter",
    "TouchPage",
    "TouchShown",
    "Transcript",
    "TranscriptInterview",
    "TranscriptMessage",
    "TranscriptOffer",
    "count_conversations",
    "count_touches",
    "find_touch",
    "list_calls",
    "list_conversations",
    "list_touches",
    "read_customer",
    "read_transcript",
]
