"""A small crash test, as `make test-crash` makes a large one: both processes die, and nothing that was said is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.stack import ROOT

CONVERSATIONS = 12
VERDICT = re.compile(r"lost=0 reordered=0 answered_twice=0 redelivered=\d+ unknown=\d+")

pytestmark = [pytest.mark.scenario, pytest.mark.timeout(400)]


def test_whatever_dies_nothing_is_lost_answered_twice_or_out_of_order_on_either_channel() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.crash",
        "--conversations",
        str(CONVERSATIONS),
        "--at-once",
        "12",
        "--seed",
        "1",
    ]
    made = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    assert VERDICT.fullmatch(made.stdout.splitlines()[-1]), made.stdout
    for moment in ("an action's commit", "Rasa's tracker save", "an answer's leaving", "the keeping of updates"):
        assert f"after {moment}" in made.stdout, made.stdout
    assert "not met" not in made.stdout, made.stdout
