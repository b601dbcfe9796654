"""Repository of letters: what is on its way to people over a channel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bot.storage.database import is_due
from bot.storage.tables import Channel, Letter, LetterKind, LetterState, Message

UNDELIVERED = (LetterState.UNKNOWN, LetterState.FAILED)


class Letters:
    """Finds and adds letters."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, letter: Letter) -> None:
        """Add a letter, due when it says."""
        self._session.add(letter)
        self._session.flush()

    def find(self, letter_id: int) -> Letter | None:
        """Return the letter, or None."""
        return self._session.get(Letter, letter_id)

    def has_due(self, channel: Channel, now: datetime, horizon: timedelta) -> bool:
        """Tell whether anything is due; a glance that takes no lock."""
        waits = sa.and_(Letter.channel == channel, Letter.state == LetterState.WAITING)
        due = is_due(Letter.next_attempt_at, now, horizon)
        return self._session.scalar(sa.select(Letter.id).where(waits, due).limit(1)) is not None

    def lock_next(
        self, channel: Channel, now: datetime, horizon: timedelta, busy: Collection[str]
    ) -> tuple[Letter, Message] | None:
        """Return the letter that goes next, with the message whose buttons it carries, and let nobody else take it:
        replies before touches, the oldest first, and to one address never one before an older one. Addresses that are
        `busy` are left alone."""
        older = aliased(Letter)
        overtakes = (
            sa.select(older.id)
            .where(
                older.channel == Letter.channel,
                older.address == Letter.address,
                older.state.in_((LetterState.WAITING, LetterState.SENDING)),
                older.id < Letter.id,
            )
            .exists()
        )
        query = (
            sa.select(Letter, Message)
            .join(Message, Message.id == Letter.message_id)
            .where(
                Letter.channel == channel,
                Letter.state == LetterState.WAITING,
                is_due(Letter.next_attempt_at, now, horizon),
                Letter.address.not_in(busy),
                ~overtakes,
            )
            .order_by(Letter.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=Letter)
        )
        for kind in (LetterKind.REPLY, LetterKind.TOUCH):
            row = self._session.execute(query.where(Letter.kind == kind)).one_or_none()
            if row is not None:
                return row[0], row[1]
        return None

    def list_sending(self, channel: Channel, worker: str) -> Sequence[Letter]:
        """Return the letters a worker has in hand, of which it is not known whether they have left."""
        in_hand = sa.and_(Letter.channel == channel, Letter.state == LetterState.SENDING)
        its_own = sa.or_(Letter.sent_by == worker, Letter.sent_by.is_(None))
        return self._session.scalars(sa.select(Letter).where(in_hand, its_own).with_for_update()).all()

    def list_waiting(self, channel: Channel, address: str) -> Sequence[Letter]:
        """Return what waits for an address, oldest first."""
        return self._session.scalars(
            sa.select(Letter)
            .where(Letter.channel == channel, Letter.address == address, Letter.state == LetterState.WAITING)
            .order_by(Letter.id)
        ).all()

    def list_to(self, channel: Channel, address: str, message_id: int | None = None) -> Sequence[Letter]:
        """Return the letters to an address, newest first; those that carry one message where it is named."""
        carries = Letter.message_id == message_id if message_id is not None else sa.true()
        return self._session.scalars(
            sa.select(Letter)
            .where(Letter.channel == channel, Letter.address == address, carries)
            .order_by(Letter.id.desc())
        ).all()

    def list_states(self, touch_id: str) -> set[LetterState]:
        """Return where the letters of a touch stand."""
        return set(self._session.scalars(sa.select(Letter.state).where(Letter.touch_id == touch_id)))

    def list_showing_buttons(self, conversation_id: str, before: int) -> Sequence[Letter]:
        """Return the letters of a conversation that still show buttons and carry messages before a position."""
        return self._session.scalars(
            sa.select(Letter)
            .join(Message, Message.id == Letter.message_id)
            .where(Letter.conversation_id == conversation_id, Letter.has_buttons, Message.position < before)
        ).all()

    def count(self) -> dict[LetterState, int]:
        """Return how many letters there are in each state but `sent`."""
        rows = self._session.execute(
            sa.select(Letter.state, sa.func.count()).where(Letter.state != LetterState.SENT).group_by(Letter.state)
        )
        return dict(rows.all())
