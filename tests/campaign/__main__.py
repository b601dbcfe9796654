"""`python -m tests.campaign`: many people are due at once while the application is killed, and what each has heard.

The last line of its output is the verdict; 1 is returned if anybody heard twice, or nothing and nobody knows it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.campaign.run import Campaign

_SHOWN = 20


def main() -> int:
    """Run it, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=5, help="how often the application is killed on the way")
    parser.add_argument("--talkers", type=int, default=0, help="people who talk with the bot meanwhile")
    parser.add_argument("--seed", type=int, default=1, help="how each kill comes is drawn from it")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="farewell-campaign-"))
    campaign = Campaign(folder, arguments.people, arguments.kills, arguments.talkers, arguments.seed)
    verdict = campaign.make()
    is_good = verdict.is_good and not campaign.falls
    told = list(campaign.account)
    if is_good:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        told += [f"  {fault}" for fault in [*verdict.twice[:_SHOWN], *verdict.lost[:_SHOWN]]]
        told.append(f"The record and the logs are in {folder}.")
    sys.stdout.write("\n".join([*told, verdict.line]) + "\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
