"""Finds who left over something that they named, for those who tell them later what has changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from bot.retention.facts import FactKind, make_key
from bot.retention.reasons import Reason
from bot.storage.tables import ExitInterview, StatedFact, StatedReason
from bot.storage.unit_of_work import Database


@dataclass(frozen=True)
class NamedBy:
    """Who named it, and their own words for it. Erased conversations have no facts, and are never among them."""

    interview_id: int
    conversation_id: str | None
    customer_id: int | None
    leading_reason: Reason | None
    words: str


def list_named(
    database: Database, kind: FactKind, names: Iterable[str], reasons: Collection[Reason]
) -> tuple[NamedBy, ...]:
    """Return those who left over one of the reasons and named one of these places, features or rivals; trials are left
    out. How somebody wrote a name makes no difference ("Evening Classes" is "evening class"). Oldest first, each
    interview once."""
    keys = sorted({key for name in names if (key := make_key(name))})
    if not keys or not reasons:
        return ()
    reason = sa.orm.aliased(StatedReason)
    left_over_it = sa.exists().where(reason.interview_id == ExitInterview.id, reason.label.in_(reasons))
    query = (
        sa.select(
            ExitInterview.id,
            ExitInterview.conversation_id,
            ExitInterview.customer_id,
            ExitInterview.leading_reason,
            StatedFact.text,
        )
        .join(StatedReason, StatedReason.interview_id == ExitInterview.id)
        .join(StatedFact, StatedFact.reason_id == StatedReason.id)
        .where(StatedFact.kind == kind, StatedFact.key.in_(keys), ExitInterview.trial.is_(False), left_over_it)
        .order_by(ExitInterview.id, StatedFact.id)
    )
    with database.read() as work:
        found = [NamedBy(*row) for row in work.session.execute(query)]
    return tuple({named.interview_id: named for named in reversed(found)}.values())[::-1]
