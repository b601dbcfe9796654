"""A simulated year through the real outreach: planner, conversations, letters and the gate keep every promise on a
database, and what they send is what the simulation of the rules alone says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.outreach import planner
from bot.outreach.simulation.lines import Line
from bot.outreach.simulation.simulate import simulate
from bot.outreach.simulation.world import World
from bot.retention.policy import Policy
from bot.retention.winback.person import Improvement, Lapsed
from bot.retention.winback.review import Review, review
from bot.retention.winback.touches import TouchState
from bot.storage.tables import Letter, LetterState, PlannedTouch
from bot.storage.unit_of_work import Database
from tests.engine_world import POLICY, EngineWorld, KnowableWorld, let_pass
from tests.simulation_judge import Breach, judge

START = datetime(2026, 1, 1, tzinfo=UTC)
CUSTOMERS, DAYS = 60, 400
FEW, UNLUCKY = 30, 5
"""Enough people, and a seed, for what must not be sent to be sent where nobody looks."""


def live(world: World, folder: Path) -> list[Line]:
    """Run a world as `farewell outreach simulate` does, and return the lines of its events."""
    report = simulate(world, folder / "events.jsonl", folder / "report.json", lambda at: None)
    assert report["promises_broken"] == 0
    return [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]


def find_breaches(lines: Sequence[Line]) -> list[Breach]:
    return [*judge(json.dumps(line) for line in lines)]


def count_sent(lines: Sequence[Line]) -> Counter[str]:
    return Counter(line["kind"] for line in lines if line["type"] == "touch" and line["state"] == "sent")


def compare(line: Line) -> Line:
    """Return of a line what is alike in both worlds: the database forgets an offer that did not arrive, and names the
    rule of a touch that failed, not why it did."""
    did_fail = line["type"] == "touch" and line["state"] == "failed"
    return {**line, "offer": None, "rule": None} if did_fail else line


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_sent_is_what_the_rules_alone_send_and_every_promise_is_kept(
    sqlite_database: Database, tmp_path: Path, seed: int
) -> None:
    lines = live(EngineWorld(sqlite_database, POLICY, CUSTOMERS, DAYS, seed, START), tmp_path)
    assert find_breaches(lines) == []
    assert count_sent(lines).keys() == {"check_in", "welcome_back", "announcement", "reminder"}
    plain = [*KnowableWorld(POLICY, CUSTOMERS, DAYS, seed, START).run()]
    assert [compare(line) for line in lines] == [compare(line) for line in plain]


@pytest.mark.timeout(300)
def test_every_promise_is_kept_for_touches_that_have_to_wait_while_life_goes_on(
    sqlite_database: Database, tmp_path: Path
) -> None:
    lines = live(EngineWorld(sqlite_database, POLICY, CUSTOMERS, DAYS, UNLUCKY, START, late=True), tmp_path)
    assert find_breaches(lines) == []
    assert count_sent(lines).total() > CUSTOMERS // 4
    with sqlite_database.read() as work:
        stuck = select(func.count(PlannedTouch.id)).where(
            PlannedTouch.state == TouchState.CLAIMED, PlannedTouch.changed_at < datetime(2027, 1, 20, tzinfo=UTC)
        )
        under_way = select(func.count(Letter.id)).where(Letter.state == LetterState.SENDING)
        assert (work.session.scalar(stuck), work.session.scalar(under_way)) == (0, 0)


# ---- The judge would find it -----------------------------------------------------------------------------------------


def test_a_gate_that_lets_everything_pass_is_found(sqlite_database: Database) -> None:
    world = EngineWorld(sqlite_database, POLICY, FEW, DAYS, UNLUCKY, START, late=True, gate=let_pass)
    found = {breach.promise for breach in find_breaches([*world.run()])}
    assert "nobody is written to outside their daytime" in found


BLIND: dict[str, tuple[Callable[[Lapsed], Lapsed], str]] = {
    "to time zones": (lambda person: replace(person, zone=UTC), "nobody is written to outside their daytime"),
    "to why they left": (
        lambda person: replace(person, reasons=()),
        "nobody hears what does not fit why they left",
    ),
}


@pytest.mark.parametrize(("change", "promise"), BLIND.values(), ids=BLIND)
def test_a_planner_that_is_blind_is_found(
    sqlite_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Lapsed], Lapsed],
    promise: str,
) -> None:
    def look(person: Lapsed, policy: Policy, improvements: Sequence[Improvement], now: datetime) -> Review:
        return review(change(person), policy, improvements, now)

    monkeypatch.setattr(planner, "review", look)
    world = EngineWorld(sqlite_database, POLICY, FEW, DAYS, UNLUCKY, START, gate=let_pass)
    assert promise in {breach.promise for breach in find_breaches([*world.run()])}
