"""How long one planning tick takes, by how many customers there are: what it costs must grow with those who are due.

It must not send anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

from bench.figures import Row
from bot.conversations.opt_out import OptOutService
from bot.conversations.policy import load_policy
from bot.outreach.persons import Persons
from bot.outreach.planner import Planner
from bot.retention.channels import Channel
from bot.retention.reasons import BillingReason
from bot.settings import Settings
from bot.storage.migrate import migrate
from bot.storage.tables import ContactPoint, Customer, OfferGrant, PlannedTouch
from bot.storage.unit_of_work import Database
from tests.postgresql import Cluster, find_programs

SIZES = (10_000, 100_000, 1_000_000)
DUE = 10_000
ROUNDS = 3
_NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
_CHUNK = 50_000
# Who left over one of these is written to on day 14.
_REASONS = (
    BillingReason.TOO_EXPENSIVE,
    BillingReason.LOW_QUALITY,
    BillingReason.CUSTOMER_SERVICE,
    BillingReason.OTHER,
)
_SECRET = "only-for-the-bench-" * 2
_SETTINGS = {
    "secret_key": _SECRET,
    "rasa_gateway_secret": _SECRET,
    "staff_password": _SECRET,
    "company_name": "Bramble & Oak",
    "support_contact": "help@bramble-and-oak.example",
}


def measure_planning(folder: Path, say: Callable[[str], None], sizes: tuple[int, ...] = SIZES) -> Iterator[Row]:
    """Measure ticks on SQLite, and on PostgreSQL where its server programs are installed."""
    for size in sizes:
        file = folder / f"planning-{size}.db"
        yield from _measure("SQLite", Database(f"sqlite:///{file}"), size, say)
        file.unlink()
    programs = find_programs()
    if programs is None:
        say("PostgreSQL is not installed here, so planning on it is not measured")
        return
    with Cluster(programs) as cluster:
        for size in sizes:
            yield from _measure("PostgreSQL", Database(cluster.create()), size, say)


def _measure(name: str, database: Database, size: int, say: Callable[[str], None]) -> Iterator[Row]:
    say(f"Planning on {name}: {size:,} customers, {DUE:,} of them due")
    migrate(database.engine)
    _fill(database, size)
    # Everybody due has been planned for: what is measured is the tick in which their first messages are sent.
    sending, planning = [], []
    for number in range(ROUNDS):
        _make_due(database, number)
        planning.append(_time_tick(database, _NOW))
        sending.append(_time_tick(database, _NOW + timedelta(days=15)))
    database.close()
    yield Row(f"planning tick, {name}, {size} customers, {DUE} new", median(planning), "s")
    yield Row(f"planning tick, {name}, {size} customers, {DUE} to be sent", median(sending), "s")


def _time_tick(database: Database, now: datetime) -> float:
    settings = Settings(_env_file=None, **_SETTINGS)  # type: ignore[arg-type,call-arg]
    policy = load_policy()
    policy = replace(policy, winback=replace(policy.winback, holdout=0))
    persons = Persons(settings, policy, OptOutService(database, settings, lambda: now))
    planner = Planner(database, policy, persons, lambda: now)
    began = time.perf_counter()
    looked_at = 0
    while in_this_tick := planner.tick().looked_at:
        looked_at += in_this_tick
    seconds = time.perf_counter() - began
    if looked_at != DUE:
        raise RuntimeError(f"{looked_at} people were looked at, and not {DUE}")
    return seconds


def _make_due(database: Database, number: int) -> None:
    """Forget all that was planned, and have other people looked at."""
    with database.engine.begin() as connection:
        connection.execute(sa.delete(PlannedTouch))
        connection.execute(sa.delete(OfferGrant))
        connection.execute(sa.update(Customer).where(Customer.look_at.is_not(None)).values(look_at=None))
        first = number * DUE % max(connection.scalar(sa.select(sa.func.count()).select_from(Customer)) or 1, 1)
        chosen = Customer.id.between(first + 1, first + DUE)
        connection.execute(sa.update(Customer).where(chosen).values(look_at=_NOW))


def _fill(database: Database, size: int) -> None:
    """Add customers who left just now, each with an e-mail address and leave to write to it."""
    with database.engine.begin() as connection:
        for first in range(1, size + 1, _CHUNK):
            ids = range(first, min(first + _CHUNK, size + 1))
            connection.execute(sa.insert(Customer), [_make_customer(number) for number in ids])
            connection.execute(sa.insert(ContactPoint), [_make_address(number) for number in ids])
    with database.engine.connect() as connection:
        connection.execute(sa.text("ANALYZE"))
        connection.commit()


def _make_customer(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "external_id": f"customer {number}",
        "timezone": "Europe/Lisbon",
        "monthly_value": 4900,
        "currency": "EUR",
        "cancelled_at": _NOW - timedelta(minutes=number % 60),
        "reported_reason": _REASONS[number % len(_REASONS)],
        "created_at": _NOW,
    }


def _make_address(number: int) -> dict[str, Any]:
    return {
        "customer_id": number,
        "channel": Channel.EMAIL,
        "address": f"{number}@example.org",
        "consent": True,
        "reachable": True,
        "created_at": _NOW,
    }
