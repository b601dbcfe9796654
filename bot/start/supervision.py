"""Runs Rasa and the application under one supervisor until told to stop, and knows when both are ready.

Restarting, stopping and log files are supervisord's work; this starts it, asks it, and takes it down again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

import httpx
from supervisor.xmlrpc import SupervisorTransport

from bot.errors import FarewellError
from bot.settings import Settings

READY_SECONDS = 180
"""How long Rasa may take to load its model on a slow machine before the start counts as failed."""


class StartFailed(FarewellError):
    """Farewell could not be started."""


class Stopped(BaseException):
    """Somebody asked for the end, by Ctrl-C or a signal."""


class Supervision:
    """Rasa and the application, running; leaving it stops both, whatever the reason, and leaves no process behind."""

    def __init__(self, settings: Settings, root: Path) -> None:
        self._settings = settings
        self._root = root
        self._logs = root / "var/log"
        # The control socket's path must be short (about 100 characters), which the project's own may not be.
        self._run = tempfile.TemporaryDirectory(prefix="farewell-")
        self._supervisord: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        for signum in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(signum, _stop)
        self._supervisord = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(Path(__file__).with_name("supervisord.conf"))],
            cwd=self._root,
            env=build_environment(self._settings, self._root)
            | {
                "FAREWELL_LOGS": str(self._logs),
                "FAREWELL_RUN": self._run.name,
                "FAREWELL_PYTHON": sys.executable,
            },
            # Ctrl-C reaches every process of the terminal's group; stopping in order is supervisord's work alone.
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for signum in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(signum, signal.SIG_IGN)
        if self._supervisord is not None:
            self._supervisord.terminate()
            self._supervisord.wait()
        self._run.cleanup()

    def wait_until_ready(self) -> None:
        """Return when a customer can be served.

        Raises:
            StartFailed: when a process ends while it loads, or is not ready in time; names its log.
        """
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            # What ends while loading has said why; trying it again would only keep the operator waiting.
            self._check(failed=("BACKOFF", "EXITED", "FATAL"))
            if self._is_healthy():
                return
            time.sleep(0.3)
        raise StartFailed(f"Not ready after {READY_SECONDS} s. The logs are in {self._logs}.")

    def wait(self) -> None:
        """Return never by itself: a process that ends is started again.

        Raises:
            StartFailed: when one cannot be started again; names it and its log.
        """
        while True:
            self._check(failed=("FATAL",))
            time.sleep(2)

    def _is_healthy(self) -> bool:
        try:
            health = httpx.get(f"{self._settings.local_address}/health", timeout=2).json()
        except (httpx.HTTPError, ValueError):
            return False
        # Telegram may be away for a while; on the web people can be served all the same.
        return bool(health.get("rasa") and health.get("database"))

    def _check(self, failed: tuple[str, ...]) -> None:
        if self._supervisord is None or self._supervisord.poll() is not None:
            raise StartFailed(f"The supervisor ended. See {self._logs / 'supervisor.log'}.")
        for process in self._list_processes():
            if process["statename"] in failed:
                log = self._logs / f"{process['name']}.log"
                raise StartFailed(
                    f"{_read_last_line(log)}\n(The {process['name']} process did not start; its log is {log}.)"
                )

    def _list_processes(self) -> list[Any]:
        socket = Path(self._run.name) / "control"
        if not socket.exists():
            return []
        transport = SupervisorTransport(None, None, f"unix://{socket}")
        server = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        try:
            processes = server.supervisor.getAllProcessInfo()
        except (OSError, xmlrpc.client.Error):
            return []
        finally:
            transport.close()
        return processes if isinstance(processes, list) else []


def build_environment(settings: Settings, root: Path) -> dict[str, str]:
    """Return what both processes find in their environment. Secrets travel here, never on a command line."""
    return {
        **_without_bytecode_ban(os.environ),
        "PYTHONPATH": str(root),
        "PYTHONUNBUFFERED": "1",
        "RASA_GATEWAY_SECRET": settings.rasa_gateway_secret.get_secret_value(),
        "RASA_PORT": str(settings.rasa_port),
        "RASA_MEMORY_PATH": str(root / "var/rasa_memory.db"),
        "ACTION_ENDPOINT_URL": f"{settings.local_address}/internal/actions",
        "ENCODER_PATH": str(settings.encoder_path or ""),
        "RASA_TELEMETRY_ENABLED": "false",
    }


def _without_bytecode_ban(environment: Mapping[str, str]) -> dict[str, str]:
    # Without bytecode Rasa takes nine seconds longer to import.
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _read_last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it said nothing"


def _stop(_signum: int, _frame: FrameType | None) -> None:
    raise Stopped
