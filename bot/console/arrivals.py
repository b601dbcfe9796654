"""Lets staff say whether a touch has arrived of which nobody could tell. It is never sent again by that."""

from __future__ import annotations

from datetime import datetime

from bot.errors import FarewellError
from bot.retention.offers import GrantState
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import PlannedTouch
from bot.storage.unit_of_work import Database, UnitOfWork

NEVER_HEARD = "offer.never_heard"


class NothingInDoubt(FarewellError):
    """It is not in doubt whether this has arrived: somebody has said so already, or it never was."""


def settle_doubt(database: Database, touch_id: str, staff: str, now: datetime, *, arrived: bool) -> None:
    """Note that a touch has arrived, or has not; audited. It stays known for when it left, which counts toward the cap
    if it arrived. An offer of which nobody heard is forgotten; one that was answered was heard of, whatever staff say.

    Raises:
        NothingInDoubt: and nothing is done.
    """
    with database.write() as work:
        touch = work.touches.lock(touch_id)
        if touch is None or touch.state is not TouchState.UNKNOWN:
            raise NothingInDoubt
        touch.state = TouchState.SENT if arrived else TouchState.FAILED
        if not arrived and touch.kind is TouchKind.WELCOME_BACK:
            _forget_offer(work, touch, now)
        work.touches.look_again([touch.customer_id], now)
        work.audit.record(staff, "touch.arrived" if arrived else "touch.not_arrived", now, subject=touch_id)
        work.commit()


def _forget_offer(work: UnitOfWork, touch: PlannedTouch, now: datetime) -> None:
    grant = work.touches.find_offer(touch)
    if grant is None or grant.state is not GrantState.PROPOSED:
        return
    reminder = work.touches.find_planned(touch.customer_id, f"reminder.{touch.key}")
    if reminder is not None and reminder.state.is_open:
        reminder.state, reminder.because, reminder.changed_at = TouchState.SKIPPED, NEVER_HEARD, now
    if reminder is None or reminder.state is TouchState.SKIPPED:
        touch.grant_id = None
        work.offers.remove(grant)
