"""Repository of conversations, their messages, buttons and tokens."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bot.errors import ConversationNotFound
from bot.retention.channels import Channel
from bot.storage.tables import (
    Author,
    Conversation,
    ConversationToken,
    Message,
    MessageButton,
    PlannedTouch,
    Turn,
    TurnState,
)

# What every turn asks is put together once.
_OF_CONVERSATION = Message.conversation_id == sa.bindparam("conversation")
_BY_CLIENT_ID = sa.select(Message).where(_OF_CONVERSATION, Message.client_id == sa.bindparam("client_id"))
_BUTTON = (
    sa.select(MessageButton, Message)
    .join(Message, Message.id == MessageButton.message_id)
    .where(MessageButton.id == sa.bindparam("button"), _OF_CONVERSATION)
)
_LAST_OF_AUTHOR = (
    sa.select(Message)
    .where(_OF_CONVERSATION, Message.author == sa.bindparam("author"))
    .order_by(Message.position.desc())
    .limit(1)
)


_TURN = aliased(Turn)
_ANSWER = aliased(Message)
_LAST_HEARD = (
    sa.select(Message)
    .join(_TURN, _TURN.message_id == Message.id)
    .where(
        _OF_CONVERSATION,
        Message.author == Author.CUSTOMER,
        ~sa.and_(
            _TURN.state == TurnState.SILENCED,
            sa.select(_ANSWER.id).where(_ANSWER.in_reply_to == Message.id).exists(),
        ),
    )
    .order_by(Message.position.desc())
    .limit(1)
)


class Conversations:
    """Finds and adds conversations and what is said in them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, conversation: Conversation) -> None:
        """Add a new conversation."""
        self._session.add(conversation)
        self._session.flush()

    def begin(
        self,
        channel: Channel,
        now: datetime,
        *,
        customer_id: int | None = None,
        vouched_at: datetime | None = None,
        trial: bool = False,
    ) -> Conversation:
        """Add a conversation in which nobody has said anything yet."""
        conversation = Conversation(
            id=str(uuid.uuid4()),
            channel=channel,
            customer_id=customer_id,
            vouched_at=vouched_at,
            trial=trial,
            created_at=now,
            last_message_at=now,
        )
        self.add(conversation)
        return conversation

    def find(self, conversation_id: str) -> Conversation | None:
        """Return the conversation, or None."""
        return self._session.get(Conversation, conversation_id)

    def get(self, conversation_id: str, *, lock: bool = False) -> Conversation:
        """Return the conversation; with `lock`, nobody else changes it until this transaction ends.

        Raises:
            ConversationNotFound: when there is none.
        """
        found = self._session.get(Conversation, conversation_id, with_for_update=lock or None)
        if found is None:
            raise ConversationNotFound
        return found

    def find_last_vouched(self, customer_id: int, *, trial: bool) -> Conversation | None:
        """Return the newest conversation in which the company's site vouched for this customer, or None."""
        return self._session.scalar(
            sa.select(Conversation)
            .where(
                Conversation.customer_id == customer_id,
                Conversation.vouched_at.is_not(None),
                Conversation.trial == trial,
                Conversation.erased_at.is_(None),
            )
            .order_by(Conversation.created_at.desc())
            .limit(1)
        )

    def find_last_answered(self, customer_id: int, since: datetime, *, trial: bool) -> Conversation | None:
        """Return the newest conversation that we began by writing to this customer, and in which somebody has answered
        since then, or None."""
        begun = sa.select(PlannedTouch.id).where(PlannedTouch.conversation_id == Conversation.id)
        return self._session.scalar(
            sa.select(Conversation)
            .where(
                Conversation.customer_id == customer_id,
                Conversation.heard_at >= since,
                Conversation.trial == trial,
                Conversation.erased_at.is_(None),
                begun.exists(),
            )
            .order_by(Conversation.heard_at.desc())
            .limit(1)
        )

    def add_message(
        self,
        conversation: Conversation,
        author: Author,
        text: str,
        now: datetime,
        *,
        client_id: str | None = None,
        pressed: dict[str, Any] | None = None,
        response: str | None = None,
        in_reply_to: int | None = None,
        staff_user_id: int | None = None,
        buttons: list[MessageButton] | None = None,
    ) -> Message:
        """Add a message at the next position. The conversation must have been taken with its lock."""
        conversation.last_position += 1
        conversation.last_message_at = now
        if author in (Author.CUSTOMER, Author.STAFF):
            conversation.heard_at = now
        message = Message(
            conversation_id=conversation.id,
            position=conversation.last_position,
            author=author,
            text=text,
            client_id=client_id,
            pressed=pressed,
            response=response,
            in_reply_to=in_reply_to,
            staff_user_id=staff_user_id,
            created_at=now,
            buttons=buttons or [],
        )
        self._session.add(message)
        self._session.flush()
        return message

    def find_message_by_client_id(self, conversation_id: str, client_id: str) -> Message | None:
        """Return the message that the sender gave this id, or None."""
        return self._session.scalar(_BY_CLIENT_ID, {"conversation": conversation_id, "client_id": client_id})

    def find_message(self, conversation_id: str, message_id: int | None) -> Message | None:
        """Return a message of this conversation, or None; another conversation's is not found."""
        message = self._session.get(Message, message_id) if message_id is not None else None
        return message if message is not None and message.conversation_id == conversation_id else None

    def remove_replies(self, message: Message) -> None:
        """Delete what answers a message, and the letters that carry it."""
        self._session.flush()
        self._session.execute(
            sa.delete(Message).where(
                Message.conversation_id == message.conversation_id, Message.in_reply_to == message.id
            )
        )

    def find_last_response(self, conversation_id: str, prefix: str) -> Message | None:
        """Return the newest message of the bot whose response's name begins with `prefix`, or None."""
        return self._session.scalar(
            sa.select(Message)
            .where(Message.conversation_id == conversation_id, Message.response.startswith(prefix, autoescape=True))
            .order_by(Message.position.desc())
            .limit(1)
        )

    def list_messages(self, conversation_id: str, *, after: int = 0) -> list[Message]:
        """Return the messages behind position `after`, in order."""
        return list(
            self._session.scalars(
                sa.select(Message)
                .where(Message.conversation_id == conversation_id, Message.position > after)
                .order_by(Message.position)
            )
        )

    def find_button(self, conversation_id: str, button_id: str) -> tuple[MessageButton, Message] | None:
        """Return a button of this conversation with its message, or None; another conversation's is not found."""
        row = self._session.execute(_BUTTON, {"conversation": conversation_id, "button": button_id}).one_or_none()
        return (row[0], row[1]) if row else None

    def find_last_message(self, conversation_id: str, author: Author) -> Message | None:
        """Return the newest message of this author, or None."""
        return self._session.scalar(_LAST_OF_AUTHOR, {"conversation": conversation_id, "author": author})

    def find_last_heard(self, conversation_id: str) -> Message | None:
        """Return the customer's newest message that was for the dialogue or for staff, or None: not one that was
        answered without them, such as a call for help."""
        return self._session.scalar(_LAST_HEARD, {"conversation": conversation_id})

    def count_responses(self, conversation_id: str, response: str) -> int:
        """Return how often the bot has given this response."""
        query = sa.select(sa.func.count()).where(
            Message.conversation_id == conversation_id, Message.response == response
        )
        return self._session.scalar(query) or 0

    def add_token(self, token: ConversationToken) -> None:
        """Add a token."""
        self._session.add(token)

    def find_token(self, token_hash: str) -> ConversationToken | None:
        """Return the token with this hash, or None."""
        return self._session.get(ConversationToken, token_hash)

    def revoke_tokens(self, conversation_id: str, now: datetime) -> None:
        """Close the conversation to every browser that has been let in so far."""
        self._session.execute(
            sa.update(ConversationToken)
            .where(ConversationToken.conversation_id == conversation_id, ConversationToken.revoked_at.is_(None))
            .values(revoked_at=now)
        )

    def remove_expired_tokens(self, now: datetime) -> None:
        """Forget all tokens whose time is over."""
        self._session.execute(sa.delete(ConversationToken).where(ConversationToken.expires_at <= now))
