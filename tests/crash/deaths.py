"""Lets a process kill itself at an exact point when a test asks for it, by way of a file in a folder both know.

It runs in both environments, so it needs nothing but the standard library of Python 3.10, and it imports no product.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

FOLDER_VARIABLE = "FAREWELL_DEATHS_FOLDER"

ACTION_COMMITTED = "an action's commit"
TRACKER_SAVED = "Rasa's tracker save"
ANSWER_LEFT = "an answer's leaving"
UPDATES_KEPT = "the keeping of updates"
REPLIES_HEARD = "Rasa's answer"
"""The points, each right after the named thing, and before anything that follows from it."""


class Deaths:
    """Where deaths are ordered and met; each order is met once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def from_environment(cls) -> Deaths:
        return cls(Path(os.environ[FOLDER_VARIABLE]))

    def order(self, point: str) -> None:
        """Let whoever comes to this point next die there."""
        self._file(point).touch()

    def is_met(self, point: str) -> bool:
        """Tell whether nobody is to die at this point any more."""
        return not self._file(point).exists()

    def cancel(self, point: str) -> None:
        """Take an order back that nobody has met."""
        self._file(point).unlink(missing_ok=True)

    def pass_by(self, point: str) -> None:
        """Go on, unless it is here that this process is to die."""
        try:
            self._file(point).unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    def _file(self, point: str) -> Path:
        return self._folder / f"die-after-{point.replace(' ', '-')}"
