"""People on Telegram who left two weeks ago and are due to hear from us, and what each of them has heard.

It must not send anything.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.retention.channels import Channel
from bot.retention.reasons import BillingReason
from bot.retention.winback.touches import TouchState
from bot.storage.tables import ContactPoint, Customer, PlannedTouch
from bot.storage.unit_of_work import Database
from tests.stack import ROOT
from tests.telegram.chats import Standing
from tests.telegram.world import World

LEFT_DAYS_AGO = 15
NOON = 12
_BATCH = 1_000


def write_policy(folder: Path) -> Path:
    """Write the policy of the tests down without quiet days and without anybody held out, and return where."""
    text = (ROOT / "tests/policy.yml").read_text(encoding="utf-8")
    changed = text.replace("quiet_days: [sun]", "quiet_days: []").replace("holdout_percent: 10", "holdout_percent: 0")
    assert changed != text
    path = folder / "policy.yml"
    path.write_text(changed, encoding="utf-8")
    return path


def find_zone_at_noon(now: datetime) -> str:
    """Return a time zone in which it is about noon, so that anybody there may be written to for hours."""
    ahead = (NOON - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"  # Their signs are the other way round.


class Audience:
    """So many people, each with a chat and with consent."""

    def __init__(self, api: World, database: Database, size: int) -> None:
        self._api = api
        self._database = database
        self.chats = [self._meet(number) for number in range(size)]

    def _meet(self, number: int) -> int:
        about = {"id": 10**9 + number, "type": "private", "first_name": f"Ada {number}"}
        return self._api.add_chat(about, Standing.OPEN).id

    def become_due(self) -> None:
        """Write everybody down, to be looked at now."""
        now = datetime.now(UTC)
        zone = find_zone_at_noon(now)
        for first in range(0, len(self.chats), _BATCH):
            with self._database.write() as work:
                for chat in self.chats[first : first + _BATCH]:
                    work.session.add(self._write(chat, zone, now))
                work.commit()

    def count_states(self) -> Counter[TouchState]:
        with self._database.read() as work:
            rows = work.session.execute(sa.select(PlannedTouch.state, sa.func.count()).group_by(PlannedTouch.state))
            return Counter(dict(rows.all()))

    def is_settled(self) -> bool:
        """Tell whether everybody's touch has come to an end."""
        with self._database.read() as work:
            ended = work.session.scalar(
                sa.select(sa.func.count(PlannedTouch.id)).where(
                    PlannedTouch.state.in_([TouchState.SENT, TouchState.UNKNOWN, TouchState.FAILED, TouchState.SKIPPED])
                )
            )
        return (ended or 0) >= len(self.chats)

    def read_touches(self) -> dict[int, list[TouchState]]:
        """Return the states of everybody's touches, by chat."""
        found: dict[int, list[TouchState]] = {chat: [] for chat in self.chats}
        with self._database.read() as work:
            rows = work.session.execute(
                sa.select(ContactPoint.address, PlannedTouch.state)
                .join(PlannedTouch, PlannedTouch.customer_id == ContactPoint.customer_id)
                .where(PlannedTouch.state.not_in([TouchState.PLANNED, TouchState.HELD]))
            )
            for address, state in rows:
                if int(address) in found:
                    found[int(address)].append(state)
        return found

    def _write(self, chat: int, zone: str, now: datetime) -> Customer:
        left_at = now - timedelta(days=LEFT_DAYS_AGO)
        customer = Customer(
            external_id=f"ada-{chat}",
            monthly_value=4900,
            currency="EUR",
            timezone=zone,
            cancelled_at=left_at,
            reported_reason=BillingReason.TOO_EXPENSIVE,
            look_at=now,
            created_at=left_at,
        )
        customer.contact_points.append(
            ContactPoint(
                channel=Channel.TELEGRAM,
                address=str(chat),
                consent=True,
                consent_source="import",
                consent_at=left_at,
                reachable=True,
                created_at=left_at,
            )
        )
        return customer
