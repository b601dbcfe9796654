"""Repository of chats and the links that lead to them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.storage.tables import Channel, Chat, ChatLink, ContactPoint, Conversation


class Chats:
    """Finds and adds chats, links and the contact points of chats."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, channel: Channel, address: str) -> Chat | None:
        """Return the chat, or None."""
        return self._session.get(Chat, (channel, address))

    def find_of(self, conversation_id: str, channel: Channel) -> Chat | None:
        """Return the chat on this channel in which a conversation goes on, or None."""
        return self._session.scalar(
            sa.select(Chat).where(Chat.conversation_id == conversation_id, Chat.channel == channel)
        )

    def set(self, channel: Channel, address: str, conversation_id: str, now: datetime) -> None:
        """Let a conversation go on in a chat, and in no other one."""
        self._session.execute(
            sa.delete(Chat).where(
                sa.or_(
                    Chat.conversation_id == conversation_id,
                    sa.and_(Chat.channel == channel, Chat.address == address),
                )
            )
        )
        self._session.add(Chat(channel=channel, address=address, conversation_id=conversation_id, created_at=now))
        self._session.flush()

    def add_link(self, link: ChatLink) -> None:
        """Add a link."""
        self._session.add(link)
        self._session.flush()

    def lock_link(self, token_hash: str) -> ChatLink | None:
        """Return the link with this hash, or None; nobody else uses it until this transaction ends."""
        return self._session.get(ChatLink, token_hash, with_for_update=True)

    def list_points(self, channel: Channel, address: str) -> list[ContactPoint]:
        """Return every contact point with this address."""
        return list(
            self._session.scalars(
                sa.select(ContactPoint).where(ContactPoint.channel == channel, ContactPoint.address == address)
            )
        )

    def remove_stale(self, now: datetime, erased_before: datetime) -> None:
        """Forget links whose time is over, and the chats of conversations that were erased before `erased_before`."""
        erased = sa.select(Conversation.id).where(Conversation.erased_at < erased_before)
        self._session.execute(sa.delete(ChatLink).where(ChatLink.expires_at <= now))
        self._session.execute(sa.delete(Chat).where(Chat.conversation_id.in_(erased)))
