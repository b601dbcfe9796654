"""`make shell`: Rasa's own `rasa shell` with the environment that our endpoints need."""

from __future__ import annotations

import os

from bot.cli import ROOT
from bot.settings import Settings
from bot.start.supervision import build_environment


def open_shell() -> None:
    """Replace this process by `rasa shell`. The actions are those of the running application."""
    python = str(ROOT / "rasa_runtime/.venv/bin/python")
    environment = build_environment(Settings.load(), ROOT)
    # The shell keeps its own working memory, so that it never disturbs the one that serves customers.
    environment["RASA_MEMORY_PATH"] = str(ROOT / "var/rasa_shell_memory.db")
    os.chdir(ROOT)
    command = [python, "-m", "rasa", "shell", "--model", "models/dialogue.tar.gz", "--port", "0"]
    os.execve(python, command, environment)  # noqa: S606  Nothing of a customer's reaches this command.


if __name__ == "__main__":
    open_shell()
