"""Sums up a simulated year as report.json.

It must not judge whether promises were kept.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.outreach.simulation.lift import estimate_lift
from bot.outreach.simulation.lines import Line
from bot.outreach.simulation.standing import COUNTED
from bot.retention.winback.touches import TouchKind, TouchState

OUTCOMES = (
    *("return", "accept", "decline", "redeem", "opt_out", "complaint", "flag", "suppress", "handoff_start"),
    *("block", "unblock", "consent", "move"),
)
KINDS = (TouchKind.CHECK_IN, TouchKind.WELCOME_BACK, TouchKind.ANNOUNCEMENT, TouchKind.REMINDER)
"""Nobody who has come back is thanked in a simulation: it is about winning back."""
STATES = tuple(state.value for state in TouchState if state is not TouchState.CLAIMED)


class Tally:
    """Reads the lines in order and counts. Money is in minor units of the policy's currency."""

    def __init__(self) -> None:
        self._holdout: dict[str, bool] = {}
        self._returned: set[str] = set()
        self._touches: dict[str, tuple[str, str]] = {}
        self._outcomes: Counter[str] = Counter()
        self._worth: dict[str, int] = {}
        self._offer_cost = 0

    def read(self, line: Line) -> None:
        """Take in the next line."""
        match line["type"]:
            case "customer":
                self._holdout[line["customer"]] = line["holdout"]
            case "touch":
                self._touches[line["touch"]] = (line["kind"], line["state"])
                if line["offer"] is not None and line["state"] in COUNTED:
                    self._worth[line["offer"]["id"]] = line["offer"]["worth"]
            case kind if kind in OUTCOMES:
                self._outcomes[kind] += 1
                if kind == "return":
                    self._returned.add(line["customer"])
                if kind == "redeem":
                    self._offer_cost += self._worth.get(line["offer"], 0)

    def report(self, revenue: int, promises_broken: int) -> dict[str, Any]:
        """Return the whole report. Every touch counts once, in the state it ended in."""
        ended = Counter(self._touches.values())
        return {
            "customers": len(self._holdout),
            "touches": {kind.value: {state: ended[kind.value, state] for state in STATES} for kind in KINDS},
            "outcomes": {kind: self._outcomes[kind] for kind in OUTCOMES},
            "returns": self._compare(),
            "revenue": revenue,
            "offer_cost": self._offer_cost,
            "promises_broken": promises_broken,
        }

    def _compare(self) -> dict[str, Any]:
        """Everybody counts, whether or not they could be written to: only so are both groups alike."""
        people, back = Counter(self._holdout.values()), Counter(self._holdout[one] for one in self._returned)
        shares = {
            name: round(back[held] / people[held], 4) if people[held] else None
            for name, held in (("treated", False), ("holdout", True))
        }
        lift = estimate_lift(back[False], people[False], back[True], people[True])
        if lift is None:
            return {**shares, "lift": None, "interval": None}
        return {**shares, "lift": round(lift.value, 4), "interval": [round(lift.low, 4), round(lift.high, 4)]}
