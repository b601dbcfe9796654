"""A simulated year keeps every promise, has everything in it that can go wrong, and comes out the same each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.conversations.policy import POLICY_FILE, load_policy
from bot.errors import FarewellError
from bot.outreach.simulation.lift import estimate_lift
from bot.outreach.simulation.promises import PromiseCheck
from bot.outreach.simulation.report import OUTCOMES, Tally
from bot.outreach.simulation.world import Reviewing, World
from bot.retention.channels import Channel
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.winback.person import Improvement, Lapsed
from bot.retention.winback.review import Review, review
from tests.simulation_judge import judge

Line = dict[str, Any]
POLICY = load_policy(POLICY_FILE)
START = datetime(2026, 1, 1, tzinfo=UTC)


FORGOTTEN = (
    "who left over what was put right, and agreed to hear, is told",
    "who never talked to us is asked why, or it is said why not",
)


def run(customers: int = 150, policy: Policy = POLICY, seed: int = 1, reviewing: Reviewing = review) -> list[Line]:
    return [dict(line) for line in World(policy, customers, 365, seed, START, reviewing).run()]


def count_broken(lines: list[Line]) -> tuple[int, int]:
    """By our own check and by the judge, who also knows who was forgotten."""
    check = PromiseCheck()
    for line in lines:
        check.read(line)
    found = [breach.promise for breach in judge(json.dumps(line) for line in lines)]
    return check.broken.total(), len([promise for promise in found if promise not in FORGOTTEN])


@pytest.fixture(scope="module")
def year() -> list[Line]:
    return run(500)


def test_every_promise_is_kept_for_a_year(year: list[Line]) -> None:
    assert [*judge(json.dumps(line) for line in year)] == []
    assert count_broken(year) == (0, 0)


def test_everything_that_can_happen_to_a_customer_happens(year: list[Line]) -> None:
    seen = Counter(line["type"] for line in year)
    assert {*OUTCOMES, "handoff_end", "improvement"} <= seen.keys()
    assert seen["customer"] > 500  # Some leave a second time.
    touches = Counter((line["kind"], line["state"]) for line in year if line["type"] == "touch")
    kinds = {"check_in", "welcome_back", "announcement", "reminder"}
    assert {kind for kind, state in touches if state == "sent"} == kinds
    assert {state for _, state in touches} == {"planned", "held", "sent", "skipped", "failed", "unknown"}


def test_things_happen_in_the_very_second_in_which_somebody_is_written_to_or_spared(year: list[Line]) -> None:
    moments = Counter((line.get("customer"), line["at"]) for line in year if line["type"] in ("touch", *OUTCOMES))
    kinds: dict[tuple[str | None, str], set[str]] = {}
    for line in year:
        kinds.setdefault((line.get("customer"), line["at"]), set()).add(line["type"])
    both = [key for key, types in kinds.items() if moments[key] > 1 and {"touch", "block"} <= types]
    assert both


def test_the_same_seed_gives_the_same_year_and_another_one_another() -> None:
    assert run(40) == run(40)
    assert run(40, seed=2) != run(40)


def test_the_order_of_sets_does_not_matter() -> None:
    code = """
from datetime import UTC, datetime
from bot.conversations.policy import load_policy
from bot.outreach.simulation.world import World
print(*World(load_policy(), 60, 365, 3, datetime(2026, 1, 1, tzinfo=UTC)).run(), sep="\\n")
"""

    def simulate(salt: str) -> str:
        environment = os.environ | {"PYTHONHASHSEED": salt, "PYTHONPATH": str(POLICY_FILE.parent)}
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
        ).stdout

    once = simulate("1")
    assert len(once) > 10_000
    assert once == simulate("2")


HARSH = {
    "one a week and no rest": {"cap": 1, "cap_days": 7, "cooldown_days": 0},
    "often": {"cap": 50, "cooldown_days": 0, "attempts": 50, "pause_hours": 0},
    "an hour on Wednesdays": {"opens": time(11), "closes": time(12), "quiet_days": frozenset({0, 1, 3, 4, 5, 6})},
    "round the clock": {"opens": time(0), "closes": time(23, 59), "quiet_days": frozenset()},
    "everybody held out": {"holdout": 100},
    "one attempt, by telephone": {"attempts": 1, "holdout": 0, "channels": (Channel.PHONE,)},
}


@pytest.mark.parametrize("rules", HARSH.values(), ids=HARSH)
def test_every_promise_is_kept_whatever_the_policy(rules: dict[str, Any]) -> None:
    policy = replace(POLICY, winback=replace(POLICY.winback, **rules))
    assert count_broken(run(120, policy)) == (0, 0)


def blind(change: Callable[[Lapsed], Lapsed]) -> Reviewing:
    """Return the rules, but that they see the person otherwise than they are."""

    def look(person: Lapsed, policy: Policy, improvements: Sequence[Improvement], now: datetime) -> Review:
        return review(change(person), policy, improvements, now)

    return look


BLIND: dict[str, Callable[[Lapsed], Lapsed]] = {
    "to opt-outs": lambda person: replace(person, opted_out=False),
    "to flags and complaints": lambda person: replace(person, flagged=False, disputed=False),
    "to returns": lambda person: replace(person, returned=False),
    "to bad news": lambda person: replace(person, sensitive=False),
    "to staff talking": lambda person: replace(person, waits_for_staff=False),
    "to the holdout": lambda person: replace(person, holdout=False),
    "to time zones": lambda person: replace(person, zone=UTC),
    "to consent": lambda person: replace(
        person, contacts=tuple(replace(one, consent=True) for one in person.contacts)
    ),
    "to blocking and suppression": lambda person: replace(
        person, contacts=tuple(replace(one, reachable=True, suppressed=False) for one in person.contacts)
    ),
    "to why they left": lambda person: replace(person, reasons=(Reason.PRICE,)),
}  # fmt: skip


@pytest.mark.parametrize("change", BLIND.values(), ids=BLIND)
def test_rules_that_are_blind_break_promises_which_both_checks_count_alike(change: Callable[[Lapsed], Lapsed]) -> None:
    ours, theirs = count_broken(run(250, reviewing=blind(change)))
    assert ours == theirs > 0


def test_the_report_counts_each_touch_once_and_each_customer_once() -> None:
    tally = Tally()
    touch = {"type": "touch", "touch": "t1", "kind": "welcome_back", "offer": {"id": "o1", "worth": 900}}
    people = [{"type": "customer", "customer": name, "holdout": name in "cd"} for name in "aabcd"]
    steps = [touch | {"state": state} for state in ("planned", "held", "sent")]
    changes = [{"type": "redeem", "customer": "a", "offer": "o1"}, *({"type": "return", "customer": "a"} for _ in "xx")]
    for line in [*people, *steps, *changes]:
        tally.read(line)
    report = tally.report(5000, 0)
    assert report["customers"] == 4
    assert {state: n for state, n in report["touches"]["welcome_back"].items() if n} == {"sent": 1}
    assert (report["outcomes"]["return"], report["outcomes"]["redeem"]) == (2, 1)
    assert (report["returns"]["treated"], report["returns"]["holdout"], report["returns"]["lift"]) == (0.5, 0.0, 0.5)
    assert (report["revenue"], report["offer_cost"], report["promises_broken"]) == (5000, 900, 0)


@pytest.mark.parametrize(
    ("counts", "bounds"),
    [((56, 70, 48, 80), (0.0524, 0.3339)), ((9, 10, 3, 10), (0.1705, 0.8090)), ((10, 10, 0, 10), (0.6075, 1.0))],
)
def test_the_interval_of_the_lift_is_the_published_one(
    counts: tuple[int, int, int, int], bounds: tuple[float, float]
) -> None:
    lift = estimate_lift(*counts)
    assert lift is not None
    assert (lift.low, lift.high) == pytest.approx(bounds, abs=0.00006)


def test_without_a_holdout_there_is_no_lift() -> None:
    assert estimate_lift(3, 10, 0, 0) is None


def test_a_simulation_is_run_by_one_command(tmp_path: Path) -> None:
    events, report = tmp_path / "events.jsonl", tmp_path / "report.json"
    sizes = ["--customers", "30", "--days", "200", "--seed", "5", "--start", "2027-03-01"]
    result = CliRunner().invoke(app, ["outreach", "simulate", *sizes, "--report", str(report), "--events", str(events)])
    assert result.exit_code == 0, result.output
    assert "Promises broken: 0" in result.stdout
    assert json.loads(report.read_text())["customers"] == 30
    assert json.loads(events.read_text().splitlines()[0])["at"] == "2027-03-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--events": "report.json"}, "the same file"),
        ({"--report": "nowhere/report.json"}, "cannot be written"),
        ({"--report": "/dev/full"}, "/dev/full cannot be written: No space left on device."),
        ({"--events": "/dev/full"}, "/dev/full cannot be written: No space left on device."),
        ({"--policy": "none.yml"}, "was not found"),
        ({"--start": "9990-01-01"}, "a day from 1970 to 2100"),
    ],
    ids=["one file for both", "no such folder", "disk full at its end", "disk full", "no such policy", "too late"],
)
def test_what_cannot_be_simulated_is_said_plainly(tmp_path: Path, changed: dict[str, str], said: str) -> None:
    wanted = {"--events": "events.jsonl", "--report": "report.json"} | changed
    paths = {name: value if name == "--start" else str(tmp_path / value) for name, value in wanted.items()}
    arguments = [part for pair in paths.items() for part in pair]
    sizes = ["--customers", "3", "--days", "30", "--seed", "5"]
    result = CliRunner().invoke(app, ["outreach", "simulate", *sizes, *arguments])
    assert isinstance(result.exception, FarewellError)
    assert said in str(result.exception)
