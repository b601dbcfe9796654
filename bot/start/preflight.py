"""What must hold before anything is started; each thing that does not is one line that says what to do.

It only looks: it neither repairs nor starts anything.
"""

from __future__ import annotations

import errno
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from bot.conversations.policy import POLICY_FILE, PolicyError, load_policy
from bot.settings import Settings
from rasa_runtime import model_file

FREE_BYTES = 300 * 1024**2
"""Room for the database, logs and Rasa's working memory to grow in; below it a start is refused."""


def find_problems(settings: Settings, root: Path) -> list[str]:
    """Return one line for every reason not to start in the folder `root`, empty when all is well."""
    return [
        *_find_missing_parts(root),
        *_find_model_problems(root),
        *_find_taken_ports(settings),
        *_find_full_disk(root),
        *_find_policy_problems(settings, root),
    ]


def _find_missing_parts(root: Path) -> Iterator[str]:
    parts = {
        root / "rasa_runtime/.venv/bin/python": "The Rasa environment is not complete",
        root / "bot/console/node_modules/htmx.org/dist/htmx.min.js": "The console's scripts are not installed",
        root / "models/reasons/meta.json": "The reason classifier has not been trained yet",
    }
    for path, what in parts.items():
        if not path.exists():
            yield f"{what}: run `make setup`, it goes on where it stopped."


def _find_model_problems(root: Path) -> Iterator[str]:
    match model_file.check(root / "models", root):
        case model_file.ModelState.NEEDS_TRAINING:
            yield "The dialogue model is missing or was made from other files: run `make train`."
        case model_file.ModelState.DAMAGED:
            yield "The dialogue model models/dialogue.tar.gz is damaged: run `make train`, it makes a new one."
        case model_file.ModelState.UP_TO_DATE:
            pass


def _find_policy_problems(settings: Settings, root: Path) -> Iterator[str]:
    try:
        load_policy(settings.policy_path or root / POLICY_FILE.name)
    except PolicyError as error:
        yield str(error)


def _find_taken_ports(settings: Settings) -> Iterator[str]:
    for name, host, port in (("PORT", settings.host, settings.port), ("RASA_PORT", "127.0.0.1", settings.rasa_port)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    yield (
                        f"Port {port} is taken, perhaps by Farewell itself in another window. "
                        f"Stop that program, or set {name} in .env to a free port."
                    )
                else:
                    yield f"Port {port} cannot be opened on {host} ({error.strerror}): change HOST or {name} in .env."


def _find_full_disk(root: Path) -> Iterator[str]:
    free = shutil.disk_usage(root).free
    if free < FREE_BYTES:
        yield f"The disk is full ({free // 1024**2} MB free): make room, {FREE_BYTES // 1024**2} MB at least."
