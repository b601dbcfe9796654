"""Reads the events of a simulated year into what the pictures show; it must not draw."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.outreach.simulation.standing import COUNTED, Standing, begin
from bot.retention.reasons import Reason


@dataclass
class Year:
    """Counts of touches that arrived or may have: by week and kind, by leading reason and kind (None: never said why),
    by hour of the person's own day; how many left for each reason; and what kept touches back, by state and rule."""

    window: tuple[str, str] = ("", "")
    weeks: Counter[tuple[int, str]] = field(default_factory=Counter)
    reasons: Counter[tuple[Reason | None, str]] = field(default_factory=Counter)
    left: Counter[Reason | None] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)


def read_year(lines: Iterable[str]) -> Year:
    """Return what the lines of events.jsonl come to."""
    year, people, start = Year(), dict[str, Standing](), None
    for text in lines:
        line = json.loads(text)
        at = datetime.fromisoformat(line["at"])
        start = start or at
        match line["type"]:
            case "policy":
                year.window = (line["window"][0], line["window"][1])
            case "customer":
                person = people[line["customer"]] = begin(line, people.get(line["customer"]))
                year.left[person.leading] += 1
            case "move":
                people[line["customer"]].change(line)
            case "touch" if line["state"] in COUNTED:
                person = people[line["customer"]]
                year.weeks[(at - start).days // 7, line["kind"]] += 1
                year.reasons[person.leading, line["kind"]] += 1
                year.hours[at.astimezone(person.zone).hour] += 1
            case "touch" if line["state"] in ("held", "skipped"):
                year.rules[line["state"], line["rule"]] += 1
    return year
