"""`python -m bench`: runs the whole bench, prints a table and writes `bench/results.json`.

With `--without-stock` stock Rasa is left out, whose model may take an hour to train; then nothing is compared, and
nothing written.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

from rich.console import Console

from bench.customers import NoReply
from bench.measurements import Lengths, Measuring
from bench.planning import measure_planning
from bench.processes import ROOT, NotReady
from bench.report import RESULTS, print_results, write_results
from bench.scripts import read_scripts
from bench.stacks import start_stacks
from bench.stock import TrainingFailed

RUN = ROOT / "var/bench/run"
_SHOWN = 10


def main() -> int:
    """Run it; 1 if something did not start, or a turn got no reply."""
    with_stock = "--without-stock" not in sys.argv[1:]
    console, progress = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        with start_stacks(_make_folder(), progress.print, with_stock=with_stock) as stacks:
            measuring = Measuring(stacks, read_scripts(), Lengths(), progress.print)
            asyncio.run(measuring.run())
        measuring.rows.extend(measure_planning(RUN, progress.print))
    except (NotReady, TrainingFailed, NoReply) as error:
        progress.print(f"The bench could not run: {error}", style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    if with_stock:
        write_results(RESULTS, measuring.rows)
    print_results(console, measuring.rows)
    if measuring.errors:
        progress.print(f"{len(measuring.errors)} turns got no reply, so these figures do not count:", style="red")
        for missed in measuring.errors[:_SHOWN]:
            progress.print(f"  {missed}", markup=False)
        return 1
    return 0


def _make_folder() -> Path:
    """Return an empty folder for databases and logs, which stay until the next run."""
    shutil.rmtree(RUN, ignore_errors=True)
    RUN.mkdir(parents=True)
    return RUN


if __name__ == "__main__":
    sys.exit(main())
