"""The real thing for tests: Rasa with the trained model and the application, on free ports and an own database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from bot.clock import utc_now
from bot.console.staff import ensure_first_staff
from bot.settings import Settings
from bot.start.supervision import build_environment
from bot.storage.migrate import migrate
from bot.storage.unit_of_work import Database

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 120


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(holds: Callable[[], bool], what: str, seconds: float = 30, every: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain until {what}")
        time.sleep(every)


class Stack:
    """Rasa and the application as processes of their own; a test may stop one and start it again."""

    def __init__(self, folder: Path, **settings: object) -> None:
        if not (ROOT / "models/dialogue.tar.gz").exists():
            raise AssertionError("the dialogue model is missing: run `make train`")
        self.folder = folder
        self.settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            secret_key="k" * 40,
            rasa_gateway_secret="g" * 40,
            staff_password="staff-password",
            customer_token_secret="t" * 40,
            database_url=f"sqlite:///{folder}/farewell.db",
            port=find_free_port(),
            rasa_port=find_free_port(),
            **{
                "policy_path": ROOT / "tests/policy.yml",
                "company_name": "Bramble & Oak",
                "support_contact": "help@bramble-and-oak.example",
                "cancel_url": "https://bramble-and-oak.example/cancel",
                # What is said to somebody who wants a person must not depend on when the tests are run.
                "office_hours": "whenever the shop is open",
            }
            | settings,
        )
        self.url = f"http://127.0.0.1:{self.settings.port}"
        self.database = Database(self.settings.database_url)
        self._environment = build_environment(self.settings, ROOT) | {
            "RASA_MEMORY_PATH": str(folder / "rasa_memory.db"),
            **_as_environment(self.settings),
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        migrate(self.database.engine)
        ensure_first_staff(self.database, self.settings, utc_now)
        try:
            self.start_rasa(wait=False)
            self.start_application()
            wait_until(self.is_healthy, "Rasa and the application are ready", READY_SECONDS)
        except BaseException:
            self._stop_all()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_all()

    def start_rasa(self, *, wait: bool = True) -> None:
        python = ROOT / "rasa_runtime/.venv/bin/python"
        command = [str(python), "-m", "rasa_runtime.serve", "--model", "models/dialogue.tar.gz"]
        self._start("rasa", [*command, "--port", str(self.settings.rasa_port)])
        if wait:
            wait_until(self.is_healthy, "Rasa is back", READY_SECONDS)

    def stop_rasa(self) -> None:
        self._stop("rasa")

    def start_application(self) -> None:
        self._start("application", [sys.executable, "-m", "bot.application"])

    def stop_application(self) -> None:
        self._stop("application")

    def is_healthy(self) -> bool:
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise AssertionError(f"{name} ended:\n{self.read_log(name)[-3000:]}")
        try:
            return bool(httpx.get(f"{self.url}/health", timeout=2).json()["status"] == "ok")
        except (httpx.HTTPError, ValueError, KeyError):
            return False

    def read_log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _start(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def _stop_all(self) -> None:
        for name in list(self._processes):
            self._stop(name)
        self.database.close()

    def _stop(self, name: str) -> None:
        process = self._processes.pop(name)
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _as_environment(settings: Settings) -> dict[str, str]:
    values = {}
    for name, value in settings:
        if value is not None:
            plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
            values[name.upper()] = ",".join(map(str, plain)) if isinstance(plain, tuple) else str(plain)
    return values
