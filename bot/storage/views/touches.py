"""Reads touches as staff see them: to whom, why, how they stand and what was said to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.channels import Channel
from bot.retention.winback.touches import TouchAnswer, TouchKind, TouchState
from bot.storage.tables import Conversation, Customer, OfferGrant, PlannedTouch, RecordedImprovement
from bot.storage.unit_of_work import Database
from bot.storage.views.offers import TranscriptOffer, describe_offer

TOUCHES_A_PAGE = 50
OF_ONE_PERSON = 100


class TouchShown(StrEnum):
    """Which touches a list shows: all, those in one state, or those that staff are to phone about."""

    ALL = "all"
    PLANNED = TouchState.PLANNED.value
    HELD = TouchState.HELD.value
    UNDER_WAY = TouchState.CLAIMED.value
    TO_PHONE = "to_phone"
    SENT = TouchState.SENT.value
    UNKNOWN = TouchState.UNKNOWN.value
    FAILED = TouchState.FAILED.value
    SKIPPED = TouchState.SKIPPED.value


@dataclass(frozen=True)
class TouchFilter:
    """What staff look for."""

    shown: TouchShown = TouchShown.ALL
    kind: TouchKind | None = None


@dataclass(frozen=True)
class ListedTouch:
    """One touch. `rule` planned it and `because` decided last; `due_at` is when it is decided about next, `changed_at`
    since when it stands as it does. `words` are what the person added to their answer, or staff about a call."""

    id: str
    kind: TouchKind
    state: TouchState
    channel: Channel | None
    due_at: datetime
    changed_at: datetime
    rule: str
    because: str
    policy_version: int
    customer_id: int
    customer_name: str | None
    external_id: str | None
    timezone: str | None
    conversation_id: str | None
    trial: bool
    answer: TouchAnswer | None
    words: str | None
    answered_at: datetime | None
    improvement: str | None
    offer: TranscriptOffer | None

    @property
    def is_to_phone(self) -> bool:
        """Tell whether it waits for staff to phone."""
        return self.state is TouchState.CLAIMED and self.channel is Channel.PHONE


@dataclass(frozen=True)
class TouchPage:
    """One page of the list, and whether another one follows."""

    touches: tuple[ListedTouch, ...]
    number: int
    has_next: bool


def list_touches(database: Database, wanted: TouchFilter, page: int = 1) -> TouchPage:
    """Return one page, counted from 1, newest first; of what is still to come, what comes next is first."""
    shown = wanted.shown
    query = sa.select(PlannedTouch.id).where(*_conditions(wanted))
    if shown in (TouchShown.PLANNED, TouchShown.HELD):
        query = query.order_by(PlannedTouch.due_at, PlannedTouch.id)
    else:
        query = query.order_by(PlannedTouch.changed_at.desc(), PlannedTouch.id)
    with database.read() as work:
        # One more than is shown tells whether another page follows.
        ids = work.session.scalars(query.offset((page - 1) * TOUCHES_A_PAGE).limit(TOUCHES_A_PAGE + 1)).all()
        touches = read_touches(work.session, PlannedTouch.id.in_(ids[:TOUCHES_A_PAGE]))
    found = {touch.id: touch for touch in touches}
    return TouchPage(tuple(found[one] for one in ids if one in found), page, len(ids) > TOUCHES_A_PAGE)


def find_touch(database: Database, touch_id: str) -> ListedTouch | None:
    """Return one touch, or None."""
    with database.read() as work:
        return next(iter(read_touches(work.session, PlannedTouch.id == touch_id)), None)


def count_touches(database: Database) -> dict[TouchShown, int]:
    """Return how many touches there are to each tab of the list but the first."""
    by_phone = PlannedTouch.channel == Channel.PHONE
    query = sa.select(PlannedTouch.state, by_phone, sa.func.count()).group_by(PlannedTouch.state, by_phone)
    counts: dict[TouchShown, int] = dict.fromkeys([shown for shown in TouchShown if shown is not TouchShown.ALL], 0)
    with database.read() as work:
        for state, phone, count in work.session.execute(query):
            is_call = bool(phone) and state is TouchState.CLAIMED
            counts[TouchShown.TO_PHONE if is_call else TouchShown(state.value)] += count
    return counts


def list_touches_of(session: Session, customer_id: int) -> list[ListedTouch]:
    """Return the touches of one customer, newest first, what is planned before what has been."""
    query = sa.select(PlannedTouch.id).where(PlannedTouch.customer_id == customer_id)
    newest = query.order_by(PlannedTouch.changed_at.desc()).limit(OF_ONE_PERSON)
    touches = read_touches(session, PlannedTouch.id.in_(newest))
    return sorted(touches, key=lambda touch: (touch.state.is_open, touch.changed_at), reverse=True)


def read_touches(session: Session, condition: sa.ColumnElement[bool]) -> list[ListedTouch]:
    """Return the touches of which this holds."""
    rows = session.execute(
        sa.select(PlannedTouch, Customer, OfferGrant, RecordedImprovement.what, Conversation.trial)
        .join(Customer, Customer.id == PlannedTouch.customer_id)
        .outerjoin(OfferGrant, OfferGrant.id == PlannedTouch.grant_id)
        .outerjoin(RecordedImprovement, RecordedImprovement.id == PlannedTouch.improvement_id)
        .outerjoin(Conversation, Conversation.id == PlannedTouch.conversation_id)
        .where(condition)
    )
    return [_describe(*row) for row in rows]


def is_to_phone() -> Sequence[sa.ColumnElement[bool]]:
    """Return the conditions on which a touch waits for staff to phone."""
    return (PlannedTouch.state == TouchState.CLAIMED, PlannedTouch.channel == Channel.PHONE)


def _conditions(wanted: TouchFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    match wanted.shown:
        case TouchShown.ALL:
            pass
        case TouchShown.TO_PHONE:
            conditions += is_to_phone()
        case TouchShown.UNDER_WAY:
            conditions += [
                PlannedTouch.state == TouchState.CLAIMED,
                PlannedTouch.channel.is_distinct_from(Channel.PHONE),
            ]
        case shown:
            conditions.append(PlannedTouch.state == TouchState(shown.value))
    if wanted.kind is not None:
        conditions.append(PlannedTouch.kind == wanted.kind)
    return conditions


def _describe(
    touch: PlannedTouch, customer: Customer, grant: OfferGrant | None, improvement: str | None, trial: Any
) -> ListedTouch:
    return ListedTouch(
        id=touch.id,
        kind=touch.kind,
        state=touch.state,
        channel=touch.channel,
        due_at=touch.due_at,
        changed_at=touch.changed_at,
        rule=touch.rule,
        because=touch.because,
        policy_version=touch.policy_version,
        customer_id=customer.id,
        customer_name=customer.name,
        external_id=customer.external_id,
        timezone=customer.timezone,
        conversation_id=touch.conversation_id,
        trial=bool(trial) or (grant is not None and grant.trial),
        answer=touch.answer,
        words=touch.words,
        answered_at=touch.answered_at,
        improvement=improvement,
        offer=describe_offer(grant) if grant is not None else None,
    )
