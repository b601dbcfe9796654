"""Repository of turns: which messages still wait for the bot."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.database import is_due
from bot.storage.tables import Message, Turn, TurnState

# Asked twice in every turn, so it is put together once.
_NEXT = (
    sa.select(Turn, Message)
    .join(Message, Message.id == Turn.message_id)
    .where(Turn.conversation_id == sa.bindparam("conversation"), Turn.state == TurnState.WAITING)
    .order_by(Message.position)
    .limit(1)
)


class Turns:
    """Finds and adds turns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, message_id: int, conversation_id: str, now: datetime, state: TurnState = TurnState.WAITING) -> Turn:
        """Add the duty to answer a message, due at once."""
        turn = Turn(message_id=message_id, conversation_id=conversation_id, next_attempt_at=now, state=state)
        self._session.add(turn)
        return turn

    def find(self, message_id: int) -> Turn | None:
        """Return the turn of a message, or None."""
        return self._session.get(Turn, message_id)

    def list_waiting(self, conversation_id: str) -> list[Turn]:
        """Return the conversation's waiting turns in the order of their messages."""
        return list(
            self._session.scalars(
                sa.select(Turn)
                .where(Turn.conversation_id == conversation_id, Turn.state == TurnState.WAITING)
                .order_by(Turn.message_id)
            )
        )

    def find_next(self, conversation_id: str) -> tuple[Turn, Message] | None:
        """Return the waiting turn that comes first, with its message, or None."""
        row = self._session.execute(_NEXT, {"conversation": conversation_id}).one_or_none()
        return (row[0], row[1]) if row else None

    def bring_forward(self, now: datetime, error: str) -> None:
        """Make every waiting turn whose last error begins like this due at once."""
        self._session.execute(
            sa.update(Turn)
            .where(Turn.state == TurnState.WAITING, Turn.next_attempt_at > now, Turn.error.startswith(error))
            .values(next_attempt_at=now)
        )

    def list_conversations_due(self, now: datetime, horizon: timedelta, unhurried: str) -> dict[str, bool]:
        """Return the conversations that have a waiting turn whose time has come, and whether all that waits there is
        unhurried: its sender's ids begin so. None is put off beyond `horizon`."""
        is_hurried = sa.or_(Message.client_id.is_(None), ~Message.client_id.startswith(unhurried, autoescape=True))
        rows = self._session.execute(
            sa.select(Turn.conversation_id, sa.func.max(sa.case((is_hurried, 1), else_=0)))
            .join(Message, Message.id == Turn.message_id)
            .where(Turn.state == TurnState.WAITING, is_due(Turn.next_attempt_at, now, horizon))
            .group_by(Turn.conversation_id)
        )
        return {conversation_id: not hurried for conversation_id, hurried in rows}

    def count_waiting(self) -> int:
        """Return how many turns wait."""
        return self._session.scalar(sa.select(sa.func.count()).where(Turn.state == TurnState.WAITING)) or 0
