"""Repository of erasure receipts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.tables import Erasure


class Erasures:
    """Finds and adds receipts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, erasure: Erasure) -> None:
        """Add a receipt."""
        self._session.add(erasure)
        self._session.flush()

    def list_unforgotten(self, conversation_id: str | None = None) -> list[Erasure]:
        """Return the receipts whose conversation Rasa's working memory may still hold, of one conversation or all."""
        query = sa.select(Erasure).where(Erasure.forgotten_at.is_(None)).order_by(Erasure.id)
        if conversation_id is not None:
            query = query.where(Erasure.conversation_id == conversation_id)
        return list(self._session.scalars(query))

    def list_receipts(self, conversation_id: str) -> list[str]:
        """Return the receipts given in a conversation."""
        return list(self._session.scalars(sa.select(Erasure.receipt).where(Erasure.conversation_id == conversation_id)))
