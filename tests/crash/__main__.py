"""`python -m tests.crash`: conversations over both channels while every process is killed, and what became of them.

The last line of its output is the verdict; 1 is returned if anything was lost, reordered or answered twice.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from random import SystemRandom

from tests.crash.run import Run
from tests.crash.verdict import Verdict

_SHOWN = 20


def main() -> int:
    """Run it, and say what was found."""
    arguments = _read_arguments()
    folder = Path(tempfile.mkdtemp(prefix="farewell-crash-"))
    seed = arguments.seed if arguments.seed is not None else SystemRandom().randrange(10_000)
    run = Run(folder, arguments.conversations, arguments.at_once, seed, calm=arguments.calm)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        verdict = run.make()
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        return 130
    is_good = verdict.is_good and not run.falls
    told = [*run.account]
    if is_good:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        told += [*_list_faults(verdict), f"The record and the logs are in {folder}."]
    sys.stdout.write("\n".join([*told, verdict.line]) + "\n")
    return 0 if is_good else 1


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--conversations", type=int, default=200, help="how many, half of them on Telegram")
    parser.add_argument("--at-once", type=int, default=24, help="how many at the same time")
    parser.add_argument(
        "--seed", type=int, help="what is said and who is killed is drawn from it; another one each time"
    )
    parser.add_argument("--calm", action="store_true", help="kill nobody: what the judge says when nothing goes wrong")
    return parser.parse_args()


def _list_faults(verdict: Verdict) -> list[str]:
    kinds = ("lost", "reordered", "answered_twice", "unexplained")
    return [f"  {kind}: {fault}" for kind in kinds for fault in getattr(verdict, kind)[:_SHOWN]]


if __name__ == "__main__":
    sys.exit(main())
