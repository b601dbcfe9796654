"""Repository of letters: what is on its way to people over a channel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bot.storage.tables import Channel, Letter, LetterKind, LetterState, Message

UNDELIVERED = (LetterState.UNKNOWN, LetterState.FAILED)


# What is asked for every letter is put together once.
_OLDER = aliased(Letter)
_NEXT = (
    sa.select(Letter)
    .where(
        Letter.channel == sa.bindparam("channel"),
        Letter.kind == sa.bindparam("kind"),
        Letter.state == LetterState.WAITING,
        # As `is_due` says it.
        sa.or_(Letter.next_attempt_at <= sa.bindparam("now"), Letter.next_attempt_at > sa.bindparam("horizon")),
        Letter.address.not_in(sa.bindparam("busy", expanding=True)),
        ~sa.select(_OLDER.id)
        .where(
            _OLDER.channel == Letter.channel,
            _OLDER.address == Letter.address,
            # A touch that waits keeps no reply waiting.
            sa.or_(
                _OLDER.state == LetterState.SENDING,
                sa.and_(
                    _OLDER.state == LetterState.WAITING,
                    sa.or_(_OLDER.kind == LetterKind.REPLY, Letter.kind == LetterKind.TOUCH),
                ),
            ),
            _OLDER.id < Letter.id,
        )
        .exists(),
    )
    .order_by(Letter.id)
    .limit(1)
)
_AHEAD = (
    sa.select(Letter.touch_id)
    .where(
        Letter.channel == sa.bindparam("channel"),
        Letter.kind == LetterKind.TOUCH,
        Letter.state == LetterState.WAITING,
        Letter.id >= sa.bindparam("first"),
        ~sa.select(_OLDER.id).where(_OLDER.touch_id == Letter.touch_id, _OLDER.state == LetterState.SENT).exists(),
    )
    .order_by(Letter.id)
    .limit(sa.bindparam("most"))
)
_WAITING = (
    sa.select(Letter, Message)
    .join(Message, Message.id == Letter.message_id)
    .where(Letter.id == sa.bindparam("letter"), Letter.state == LetterState.WAITING)
    .with_for_update(skip_locked=True, of=Letter)
)


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

    def find_next(self, channel: Channel, now: datetime, horizon: timedelta, busy: Collection[str]) -> Letter | None:
        """Return the letter that goes next, or None: replies before touches, the oldest first, and to one address never
        one before an older one. Addresses that are `busy` are left alone. It takes no lock."""
        given = {"channel": channel, "now": now, "horizon": now + horizon, "busy": list(busy)}
        for kind in (LetterKind.REPLY, LetterKind.TOUCH):
            found = self._session.scalar(_NEXT, given | {"kind": kind})
            if found is not None:
                return found
        return None

    def list_touches_ahead(self, letter: Letter, most: int) -> list[str]:
        """Return the touches that this letter and those after it on its channel carry, if nothing of them has left."""
        rows = self._session.scalars(_AHEAD, {"channel": letter.channel, "first": letter.id, "most": most})
        return [touch_id for touch_id in rows if touch_id is not None]

    def lock_waiting(self, letter_id: int) -> tuple[Letter, Message] | None:
        """Return a letter that waits, with the message whose buttons it carries, and let nobody else take it; None
        where somebody has."""
        row = self._session.execute(_WAITING, {"letter": letter_id}).one_or_none()
        return (row[0], row[1]) if row is not None else None

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
