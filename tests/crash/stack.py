"""The real stack, whose processes die and are started again at once.

It kills and supervises; when and why is decided elsewhere.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.crash.deaths import FOLDER_VARIABLE, Deaths
from tests.stack import ROOT, Stack

APPLICATION, RASA = "application", "rasa"
_LOOK_SECONDS = 0.05
_FALLS_ALLOWED = 5


class MortalStack(Stack):
    """A stack under supervision. `kills` counts those by us, `falls` names what ended in any other way."""

    def __init__(self, folder: Path, **settings: object) -> None:
        super().__init__(folder, **settings)
        self.deaths = Deaths(folder)
        self.kills: Counter[str] = Counter()
        self.falls: list[str] = []
        self._environment[FOLDER_VARIABLE] = str(folder)
        self._starting = threading.RLock()
        self._over = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def __enter__(self) -> Self:
        super().__enter__()
        self._supervisor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._supervisor.join()
        super().__exit__(kind, error, trace)

    @property
    def is_over(self) -> bool:
        """Tell whether the test is ending, so that nobody need wait any longer."""
        return self._over.is_set()

    def start_rasa(self, *, wait: bool = True) -> None:
        python = ROOT / "rasa_runtime/.venv/bin/python"
        command = [str(python), "-m", "tests.crash.rasa", "--model", "models/dialogue.tar.gz"]
        self._start(RASA, [*command, "--port", str(self.settings.rasa_port)])
        if wait:
            self.wait_healthy()

    def start_application(self) -> None:
        self._start(APPLICATION, [sys.executable, "-m", "tests.crash.application"])

    def kill(self, name: str) -> None:
        """Kill a process without a warning, wherever it is."""
        with self._starting:
            self._processes[name].kill()

    def list_pids(self) -> dict[str, int]:
        """Return the ids of the processes that run, by name."""
        with self._starting:
            return {name: process.pid for name, process in self._processes.items()}

    def wait_healthy(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not self._answers_well():
            if time.monotonic() > deadline:
                raise AssertionError(f"not healthy again after {seconds} s; the logs are in {self.folder}")
            time.sleep(0.2)

    def _answers_well(self) -> bool:
        try:
            return bool(httpx.get(f"{self.url}/health", timeout=2).json()["status"] == "ok")
        except (httpx.HTTPError, ValueError, KeyError):
            return False

    def _supervise(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            with self._starting:
                for name, process in list(self._processes.items()):
                    if process.poll() is not None:
                        self._bury(name, process.returncode)

    def _bury(self, name: str, code: int) -> None:
        if code == -signal.SIGKILL:
            self.kills[name] += 1
        else:
            self.falls.append(f"{name} ended by itself with {code}")
            if len(self.falls) > _FALLS_ALLOWED:
                del self._processes[name]
                return
        if name == RASA:
            self.start_rasa(wait=False)
        else:
            self.start_application()
