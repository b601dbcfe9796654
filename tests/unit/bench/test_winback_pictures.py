"""The pictures of a simulated year show what its lines say."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bench.winback.pictures import draw_all
from bench.winback.year import read_year
from bot.conversations.policy import POLICY_FILE, load_policy
from bot.outreach.simulation.world import World


def test_a_year_is_drawn_from_its_lines_and_the_same_each_time(tmp_path: Path) -> None:
    world = World(load_policy(POLICY_FILE), 120, 365, 1, datetime(2026, 1, 1, tzinfo=UTC))
    lines = [json.dumps(line) for line in world.run()]
    year = read_year(lines)
    states = Counter(line["state"] for line in map(json.loads, lines) if line["type"] == "touch")
    assert year.weeks.total() == year.hours.total() == year.reasons.total() == states["sent"] + states["unknown"] > 0
    assert year.rules.total() == states["held"] + states["skipped"]
    assert set(year.hours) <= set(range(9, 20))
    pictures = []
    for name in ("once", "again"):
        draw_all(tmp_path / name, year)
        pictures.append({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()})
    assert pictures[0] == pictures[1]
    assert set(pictures[0]) == {"weeks.svg", "reasons.svg", "hours.svg", "rules.svg"}
