"""Follows the lines of events.jsonl: how things stand with each customer, as far as the lines tell.

It must not judge, nor look at anything but lines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.outreach.simulation.lines import Line
from bot.retention.reasons import Reason

BARS = ("opt_out", "suppress", "flag", "complaint", "return")
TRIED, COUNTED = ("sent", "unknown", "failed"), ("sent", "unknown")


@dataclass
class Standing:
    """Where one customer stands. What is said of a leaving begins anew with the next one; all else goes on."""

    left_at: datetime
    zone: ZoneInfo
    reasons: tuple[Reason, ...]
    tier: str | None
    sensitive: bool
    holdout: bool
    consents: dict[str, bool]
    bars: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    in_handoff: bool = False
    counted_at: list[datetime] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    offers: dict[str, Line] = field(default_factory=dict)
    answers: dict[str, set[str]] = field(default_factory=dict)
    reminded: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    """By kind, since they left."""
    made: set[str] = field(default_factory=set)
    """Offers since they left."""
    settled: bool = False
    """They have answered one of these."""

    @property
    def leading(self) -> Reason | None:
        """The reason that counts most; None where they never said why."""
        return self.reasons[0] if self.reasons else None

    @property
    def usable(self) -> set[str]:
        """The channels on which nothing speaks against writing to them."""
        if self.bars or self.in_handoff or self.sensitive or self.settled:
            return set()
        return {channel for channel, granted in self.consents.items() if granted} - self.blocked

    def change(self, line: Line) -> None:
        """Take in a change that is no answer to an offer."""
        match line["type"]:
            case "handoff_start" | "handoff_end" as kind:
                self.in_handoff = kind == "handoff_start"
            case "block":
                self.blocked.add(line["channel"])
            case "unblock":
                self.blocked.discard(line["channel"])
            case "consent":
                self.consents[line["channel"]] = line["granted"]
            case "move":
                self.zone = ZoneInfo(line["timezone"])
            case bar:
                self.bars.add(bar)

    def answer(self, line: Line) -> None:
        """Take in an answer to an offer."""
        self.answers.setdefault(line["offer"], set()).add(line["type"])
        self.settled = self.settled or line["offer"] in self.made

    def hear(self, line: Line, at: datetime, cap_days: timedelta) -> None:
        """Take in a touch that arrived, or may have."""
        self.counted_at = [*(before for before in self.counted_at if at - before < cap_days), at]
        self.counts[line["kind"]] += 1
        if line["improvement"] is not None:
            self.told.add(line["improvement"])
        if line["offer"] is not None and line["kind"] == "reminder":
            self.reminded.add(line["offer"]["id"])
        elif line["offer"] is not None:
            self.offers[line["offer"]["id"]] = line["offer"]
            self.made.add(line["offer"]["id"])


def begin(line: Line, before: Standing | None) -> Standing:
    """Return how things stand with somebody who leaves, perhaps not for the first time."""
    now: dict[str, Any] = {
        "left_at": datetime.fromisoformat(line["at"]),
        "zone": ZoneInfo(line["timezone"]),
        "reasons": tuple(Reason(reason) for reason in line["reasons"]),
        "consents": dict(line["consents"]),
    } | {name: line[name] for name in ("tier", "sensitive", "holdout")}
    if before is None:
        return Standing(**now)
    kept = ("blocked", "in_handoff", "counted_at", "told", "offers", "answers", "reminded")
    return Standing(**now, **{name: getattr(before, name) for name in kept}, bars=before.bars - {"return"})
