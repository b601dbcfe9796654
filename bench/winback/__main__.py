"""`python -m bench.winback`: simulates a year, has it judged, and draws the pictures of docs/winback.md."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.processes import ROOT
from bench.winback.pictures import draw_all
from bench.winback.year import read_year

IMAGES = ROOT / "docs/images/winback"
YEAR = ("--customers", "10000", "--days", "365", "--seed", "2026", "--start", "2026-01-01")


def main() -> int:
    """Do it; 1 if a promise was broken."""
    with tempfile.TemporaryDirectory() as folder:
        events, report = Path(folder) / "events.jsonl", Path(folder) / "report.json"
        files = ("--report", str(report), "--events", str(events))
        code = "from bot.cli import main; main()"
        simulated = subprocess.run([sys.executable, "-c", code, "outreach", "simulate", *YEAR, *files], cwd=ROOT)
        if simulated.returncode:
            return simulated.returncode
        judged = subprocess.run([sys.executable, "-m", "tests.simulation_judge", str(events)], cwd=ROOT)
        with events.open(encoding="utf-8") as lines:
            draw_all(IMAGES, read_year(lines))
    return judged.returncode


if __name__ == "__main__":
    raise SystemExit(main())
