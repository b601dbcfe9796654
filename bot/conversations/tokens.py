"""What lets a browser into one conversation: a random token, kept by the browser; here only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from bot.clock import Clock
from bot.conversations.refusals import UnknownConversation
from bot.storage.tables import ConversationToken
from bot.storage.unit_of_work import Database, UnitOfWork

LIFETIME = timedelta(days=30)
RENEWED_AFTER = timedelta(days=1)
"""A used token gets its full lifetime again, written down once a day at most."""


class Tokens:
    """Issues tokens and checks them. A token opens one conversation for 30 days after its last use."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def issue(self, work: UnitOfWork, conversation_id: str, from_position: int = 1) -> str:
        """Add a token for a conversation within a transaction, and return it; it cannot be read again. It shows nothing
        that was said before `from_position`."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        work.conversations.add_token(
            ConversationToken(
                token_hash=hash_token(token),
                conversation_id=conversation_id,
                created_at=now,
                expires_at=now + LIFETIME,
                from_position=from_position,
            )
        )
        return token

    def check(self, token: str, conversation_id: str) -> int:
        """Return from which position on the token opens this conversation: 1 is all of it.

        Raises:
            UnknownConversation: when it does not; whether the conversation exists is not told.
        """
        now = self._clock()
        with self._database.read() as work:
            found = work.conversations.find_token(hash_token(token))
            if (
                found is None
                or found.conversation_id != conversation_id
                or found.revoked_at is not None
                or found.expires_at <= now
            ):
                raise UnknownConversation
            is_fresh = found.expires_at - now > LIFETIME - RENEWED_AFTER
            from_position = found.from_position
        if not is_fresh:
            self._renew(token)
        return from_position

    def revoke(self, conversation_id: str) -> None:
        """Close the conversation to every browser that has been let in so far."""
        with self._database.write() as work:
            work.conversations.revoke_tokens(conversation_id, self._clock())
            work.commit()

    def remove_expired(self) -> None:
        """Forget all tokens whose time is over."""
        with self._database.write() as work:
            work.conversations.remove_expired_tokens(self._clock())
            work.commit()

    def _renew(self, token: str) -> None:
        with self._database.write() as work:
            found = work.conversations.find_token(hash_token(token))
            if found is not None:
                found.expires_at = self._clock() + LIFETIME
                work.commit()


def hash_token(token: str) -> str:
    """Return what is kept of a random token. It needs no salt: nobody can guess 32 random bytes."""
    return hashlib.sha256(token.encode()).hexdigest()
