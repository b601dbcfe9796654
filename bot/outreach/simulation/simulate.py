"""Simulates winning back: runs the world, checks the promises, and writes events and report.

It must not decide anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import FarewellError
from bot.outreach.simulation.promises import PromiseCheck
from bot.outreach.simulation.report import Tally
from bot.outreach.simulation.world import World


def simulate(world: World, events: Path, report: Path, tell: Callable[[datetime], None]) -> dict[str, Any]:
    """Run a world to its end and return the report; `tell` hears the virtual time of every line.

    Raises:
        FarewellError: one of the files cannot be written.
    """
    check, tally = PromiseCheck(), Tally()
    try:
        with events.open("w", encoding="utf-8") as out, report.open("w", encoding="utf-8") as summary:
            for line in world.run():
                check.read(line)
                tally.read(line)
                out.write(json.dumps(line, separators=(",", ":")) + "\n")
                tell(datetime.fromisoformat(line["at"]))
            result = tally.report(world.revenue, check.broken.total())
            summary.write(json.dumps(result, indent=2) + "\n")
    except OSError as error:
        raise FarewellError(f"{error.filename} cannot be written: {error.strerror}.") from error
    return result
