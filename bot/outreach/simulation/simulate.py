"""Simulates winning back: runs the world, checks the promises, and writes events and report.

It must not decide anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

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
    # What does not fit on a disk may show only when a file is closed.
    with _write(report) as summary:
        with _write(events) as out:
            for line in world.run():
                check.read(line)
                tally.read(line)
                out.write(json.dumps(line, separators=(",", ":")) + "\n")
                tell(datetime.fromisoformat(line["at"]))
        result = tally.report(world.revenue, check.broken.total())
        summary.write(json.dumps(result, indent=2) + "\n")
    return result


@contextmanager
def _write(path: Path) -> Iterator[TextIO]:
    try:
        with path.open("w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise FarewellError(f"{path} cannot be written: {error.strerror}.") from error
