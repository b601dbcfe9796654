"""Repository of touches that are being sent, have been sent, or were answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.channels import Channel
from bot.retention.winback.touches import TouchState
from bot.storage.database import is_one_of
from bot.storage.tables import Customer, ExitInterview, Message, OfferGrant, PlannedTouch, RecordedImprovement

_CLAIMED = PlannedTouch.state == TouchState.CLAIMED


TOUCH_MARK = "touch-"
"""Begins the `client_id` of the message that lets the bot say what a touch is for; its id follows."""
_LAST_IN = (
    sa.select(PlannedTouch)
    .join(
        Message,
        sa.and_(
            Message.conversation_id == PlannedTouch.conversation_id,
            Message.client_id == sa.bindparam("mark", type_=sa.String) + PlannedTouch.id,
        ),
    )
    .where(PlannedTouch.conversation_id == sa.bindparam("conversation"))
    .order_by(Message.position.desc())
    .limit(1)
)


_BEGUN_BY = (
    sa.select(PlannedTouch)
    .join(Message, Message.client_id == sa.bindparam("mark", type_=sa.String) + PlannedTouch.id)
    .where(Message.id == sa.bindparam("message"), PlannedTouch.conversation_id == Message.conversation_id)
)
_HAS_BEGUN = (
    sa.select(Message.id)
    .where(
        Message.conversation_id == PlannedTouch.conversation_id,
        Message.client_id == sa.literal(TOUCH_MARK) + PlannedTouch.id,
    )
    .exists()
)


class Touches:
    """Finds touches; they are planned and decided about in bulk, by `LapsedRecords`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, touch_id: str) -> PlannedTouch | None:
        """Return the touch, or None."""
        return self._session.get(PlannedTouch, touch_id)

    def find_begun_by(self, message_id: int) -> PlannedTouch | None:
        """Return the touch whose trigger a message is, or None."""
        return self._session.scalar(_BEGUN_BY, {"message": message_id, "mark": TOUCH_MARK})

    def list_by_id(self, touch_ids: Collection[str]) -> Sequence[PlannedTouch]:
        """Return these touches."""
        query = sa.select(PlannedTouch).where(is_one_of(self._session, PlannedTouch.id, touch_ids))
        return self._session.scalars(query).all()

    def lock(self, touch_id: str) -> PlannedTouch | None:
        """Return the touch, or None; nobody else changes it until this transaction ends."""
        return self._session.get(PlannedTouch, touch_id, with_for_update=True)

    def list_unbegun(self, channels: Collection[Channel], limit: int) -> Sequence[tuple[str, datetime]]:
        """Return the claimed touches of which nothing has been said yet, by id and the moment they were claimed, those
        that wait longest first."""
        query = (
            sa.select(PlannedTouch.id, PlannedTouch.changed_at)
            .where(_CLAIMED, PlannedTouch.channel.in_(channels), ~_HAS_BEGUN)
            .order_by(PlannedTouch.changed_at, PlannedTouch.id)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in self._session.execute(query)]

    def count_under_way(self, channels: Collection[Channel], since: datetime) -> int:
        """Return how many touches have been claimed since then and are not settled yet."""
        query = sa.select(sa.func.count()).where(
            _CLAIMED, PlannedTouch.channel.in_(channels), PlannedTouch.changed_at >= since
        )
        return self._session.scalar(query) or 0

    def find_last_in(self, conversation_id: str) -> PlannedTouch | None:
        """Return the touch that was begun last in a conversation, or None."""
        return self._session.scalar(_LAST_IN, {"conversation": conversation_id, "mark": TOUCH_MARK})

    def list_in(self, conversation_id: str) -> Sequence[PlannedTouch]:
        """Return the touches that were begun in a conversation."""
        query = sa.select(PlannedTouch).where(PlannedTouch.conversation_id == conversation_id)
        return self._session.scalars(query).all()

    def find_conversation(self, customer_id: int, channel: Channel) -> str | None:
        """Return the conversation in which we wrote to this customer last on a channel, or None."""
        query = (
            sa.select(PlannedTouch.conversation_id)
            .where(
                PlannedTouch.customer_id == customer_id,
                PlannedTouch.channel == channel,
                PlannedTouch.conversation_id.is_not(None),
            )
            .order_by(PlannedTouch.changed_at.desc())
            .limit(1)
        )
        return self._session.scalar(query)

    def find_planned(self, customer_id: int, key: str) -> PlannedTouch | None:
        """Return the touch that was planned for a customer under this key, or None."""
        query = sa.select(PlannedTouch).where(PlannedTouch.customer_id == customer_id, PlannedTouch.key == key)
        return self._session.scalar(query)

    def find_offer(self, touch: PlannedTouch) -> OfferGrant | None:
        """Return the offer that a touch made, or reminds of, or None."""
        return self._session.get(OfferGrant, touch.grant_id) if touch.grant_id is not None else None

    def find_improvement(self, touch: PlannedTouch) -> RecordedImprovement | None:
        """Return what a touch tells of, or None."""
        known = touch.improvement_id
        return self._session.get(RecordedImprovement, known) if known is not None else None

    def find_interview(self, customer_id: int) -> ExitInterview | None:
        """Return the newest interview in which this customer said why they left, or None. Trials do not count."""
        query = (
            sa.select(ExitInterview)
            .where(
                ExitInterview.customer_id == customer_id,
                ExitInterview.leading_reason.is_not(None),
                ExitInterview.trial.is_(False),
            )
            .order_by(ExitInterview.id.desc())
            .limit(1)
        )
        return self._session.scalar(query)

    def look_again(self, customer_ids: Collection[int | None], now: datetime) -> None:
        """Have customers looked at, because something has happened that may change what is planned for them."""
        known = [one for one in customer_ids if one is not None]
        if known:
            self._session.execute(
                sa.update(Customer).where(is_one_of(self._session, Customer.id, known)).values(look_at=now),
                execution_options={"synchronize_session": False},
            )
