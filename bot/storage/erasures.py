"""Repository of erasure receipts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.tables import Erasure

_UNFORGOTTEN = sa.select(Erasure).where(Erasure.forgotten_at.is_(None)).order_by(Erasure.id)
# Asked twice in every turn, so it is put together once.
_UNFORGOTTEN_OF = _UNFORGOTTEN.where(Erasure.conversation_id == sa.bindparam("conversation"))


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
        if conversation_id is None:
            return list(self._session.scalars(_UNFORGOTTEN))
        return list(self._session.scalars(_UNFORGOTTEN_OF, {"conversation": conversation_id}))

    def list_receipts(self, conversation_id: str) -> list[str]:
        """Return the receipts given in a conversation."""
        return list(self._session.scalars(sa.select(Erasure.receipt).where(Erasure.conversation_id == conversation_id)))
