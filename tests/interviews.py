"""What tests of the interview share: a classifier that knows what it is told, and conversations to interview in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.conversations.consents import keep_chat
from bot.retention.facts import Fact, FactKind
from bot.retention.reasons import Reason
from bot.storage.tables import Author, Channel, Conversation
from bot.storage.unit_of_work import Database


@dataclass(frozen=True)
class FakeClassification:
    reasons: tuple[Reason, ...]
    scores: dict[Reason, float]
    version: str = "fake-1"
    unsure: bool = False


@dataclass
class FakeClassifier:
    """Finds `other_unclear` in every text but those it was taught; `doubtful` are the texts it is unsure of, `names`
    what it knows as places and organisations, `facts` what it finds where the words stand."""

    known: dict[str, dict[Reason, float]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    facts: dict[str, FactKind] = field(default_factory=dict)

    def classify(self, text: str) -> FakeClassification:
        self.asked.append(text)
        found = self.known.get(text, {Reason.OTHER_UNCLEAR: 0.9})
        ordered = tuple(sorted(found, key=lambda label: -found[label]))
        scores = {label: found.get(label, 0.0) for label in Reason}
        return FakeClassification(ordered, scores, unsure=text in self.doubtful)

    def find_facts(self, text: str, company: str = "") -> tuple[Fact, ...]:
        found = [(text.find(words), words, kind) for words, kind in self.facts.items() if words in text]
        return tuple(Fact(kind, words, start, start + len(words)) for start, words, kind in sorted(found))

    def find_names(self, text: str) -> list[str]:
        return [name for name in self.names if name in text]


def add_conversation(database: Database, now: datetime, conversation_id: str = "c1", *, trial: bool = False) -> str:
    """Add an empty conversation on the web and return its id."""
    with database.write() as work:
        work.conversations.add(
            Conversation(
                id=conversation_id,
                channel=Channel.WEB,
                trial=trial,
                last_position=0,
                created_at=now,
                last_message_at=now,
            )
        )
        work.commit()
    return conversation_id


def say(
    database: Database,
    now: datetime,
    text: str,
    *,
    conversation_id: str = "c1",
    author: Author = Author.CUSTOMER,
    response: str | None = None,
) -> int:
    """Add a message and return its id."""
    with database.write() as work:
        conversation = work.conversations.get(conversation_id, lock=True)
        message = work.conversations.add_message(conversation, author, text, now, response=response)
        work.commit()
        return message.id


def move_to_chat(database: Database, now: datetime, conversation_id: str = "c1", address: str = "70044718") -> None:
    """Let a conversation go on in a chat on Telegram."""
    with database.write() as work:
        conversation = work.conversations.get(conversation_id, lock=True)
        conversation.channel = Channel.TELEGRAM
        keep_chat(work, conversation, Channel.TELEGRAM, address, now)
        work.commit()
