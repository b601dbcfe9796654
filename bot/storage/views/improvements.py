"""Reads what was put right, and to how many that was told or is still to be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchState
from bot.storage.unit_of_work import Database


@dataclass(frozen=True)
class ListedImprovement:
    """Something that was put right. `told` have heard of it, or may have; `to_be_told` are planned."""

    id: str
    what: str
    reasons: tuple[Reason, ...]
    place: str | None
    product: str | None
    feature: str | None
    told_at: datetime
    recorded_by: str
    told: int
    to_be_told: int
    failed: int


def list_improvements(database: Database) -> list[ListedImprovement]:
    """Return them all, the newest first."""
    with database.read() as work:
        improvements, tellings = work.improvements.list_all(), work.improvements.count_told()
    counts: dict[str, Counter[TouchState]] = {}
    for telling in tellings:
        counts.setdefault(telling.improvement_id, Counter())[telling.state] += telling.touches
    nobody: Counter[TouchState] = Counter()
    return [
        ListedImprovement(
            id=one.id,
            what=one.what,
            reasons=tuple(map(Reason, one.reasons)),
            place=one.place,
            product=one.product,
            feature=one.feature,
            told_at=one.told_at,
            recorded_by=one.recorded_by,
            told=sum(number for state, number in counts.get(one.id, nobody).items() if state.counts),
            to_be_told=sum(number for state, number in counts.get(one.id, nobody).items() if state.is_open),
            failed=counts.get(one.id, nobody)[TouchState.FAILED],
        )
        for one in improvements
    ]
