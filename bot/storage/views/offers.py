"""Reads the offer of a conversation as staff see it: what, why, worth how much, until when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.retention.offers import GrantState, OfferKind
from bot.storage.tables import ExitInterview, OfferGrant, PlannedTouch


@dataclass(frozen=True)
class TranscriptOffer:
    """An offer. `worth` is in minor units of `currency`; `timezone` is that of the day on which it ends; `rule` and
    `policy_version` say why it was made."""

    kind: OfferKind
    state: GrantState
    worth: int
    currency: str | None
    percent: int | None
    months: int | None
    plan: str | None
    place: str | None
    code: str | None
    offered_at: datetime
    deadline: datetime
    timezone: str | None
    rule: str
    policy_version: int


def read_offer(session: Session, conversation_id: str) -> TranscriptOffer | None:
    """Return the offer made in the interview of this conversation, or else the one with which we wrote first in it; or
    None."""
    of_interview = sa.select(OfferGrant).join(ExitInterview, ExitInterview.id == OfferGrant.interview_id)
    grant = session.scalar(of_interview.where(ExitInterview.conversation_id == conversation_id))
    if grant is None:
        of_touch = sa.select(OfferGrant).join(PlannedTouch, PlannedTouch.grant_id == OfferGrant.id)
        of_touch = of_touch.where(PlannedTouch.conversation_id == conversation_id)
        grant = session.scalar(of_touch.order_by(OfferGrant.id.desc()).limit(1))
    return describe_offer(grant) if grant is not None else None


def describe_offer(grant: OfferGrant) -> TranscriptOffer:
    """Return an offer as staff see it."""
    details = grant.details
    return TranscriptOffer(
        kind=grant.kind,
        state=grant.state,
        worth=grant.worth,
        currency=grant.currency,
        percent=details.get("percent"),
        months=details.get("months"),
        plan=details.get("plan"),
        place=details.get("place"),
        code=grant.code,
        offered_at=grant.offered_at,
        deadline=grant.deadline,
        timezone=details.get("timezone"),
        rule=grant.rule,
        policy_version=grant.policy_version,
    )
