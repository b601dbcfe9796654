"""All tables, by concept. Times are aware UTC; enums are stored by value."""

from __future__ import annotations

from bot.retention.channels import Channel
from bot.retention.leading import ReasonSource
from bot.storage.tables.chats import Chat, ChatLink, TelegramUpdate, UpdateState
from bot.storage.tables.conversations import (
    Author,
    Conversation,
    ConversationToken,
    Message,
    MessageButton,
    Mode,
    Turn,
    TurnState,
)
from bot.storage.tables.customers import ContactPoint, Customer, Suppression
from bot.storage.tables.deliveries import Delivery, DeliveryKind, DeliveryState
from bot.storage.tables.erasures import Erasure
from bot.storage.tables.interviews import (
    AnswerState,
    EndedBy,
    ExitInterview,
    InterviewAnswer,
    Outcome,
    StatedFact,
    StatedReason,
)
from bot.storage.tables.letters import Letter, LetterKind, LetterState
from bot.storage.tables.offers import OfferGrant
from bot.storage.tables.purchases import CustomerValue, Purchase, Return
from bot.storage.tables.staff import AuditEntry, StaffSignIn, StaffUser
from bot.storage.tables.touches import PlannedTouch, PolicyVersion, RecordedImprovement

__all__ = [
    "AnswerState",
    "AuditEntry",
    "Author",
    "Channel",
    "Chat",
    "ChatLink",
    "ContactPoint",
    "Conversation",
    "ConversationToken",
    "Customer",
    "CustomerValue",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "EndedBy",
    "Erasure",
    "ExitInterview",
    "InterviewAnswer",
    "Letter",
    "LetterKind",
    "LetterState",
    "Message",
    "MessageButton",
    "Mode",
    "OfferGrant",
    "Outcome",
    "PlannedTouch",
    "PolicyVersion",
    "Purchase",
    "ReasonSource",
    "RecordedImprovement",
    "Return",
    "StaffSignIn",
    "StaffUser",
    "StatedFact",
    "StatedReason",
    "Suppression",
    "TelegramUpdate",
    "Turn",
    "TurnState",
    "UpdateState",
]
