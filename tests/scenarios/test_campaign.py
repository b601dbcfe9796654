"""A small campaign, as `make test-campaign` makes a large one: the application is killed on the way, and nobody hears
twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.stack import ROOT

PEOPLE = 60
VERDICT = re.compile(r"twice=0 lost=0 sent=(\d+) unknown=(\d+)")

pytestmark = [pytest.mark.scenario, pytest.mark.timeout(300)]


def test_everybody_due_hears_once_or_it_is_known_that_nobody_can_tell_though_the_application_is_killed_twice() -> None:
    command = [sys.executable, "-m", "tests.campaign", "--people", str(PEOPLE), "--kills", "2"]
    made = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    verdict = VERDICT.fullmatch(made.stdout.splitlines()[-1])
    assert verdict is not None, made.stdout
    assert sum(map(int, verdict.groups())) == PEOPLE
    assert "killed: 2 times" in made.stdout
