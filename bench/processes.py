"""Starts and stops the processes that are measured, and reads what they use from /proc (Linux).

It must not leave a process behind, and knows nothing of what the processes do.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 240
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_MEGABYTES = os.sysconf("SC_PAGE_SIZE") / 1e6
# Where the fields of /proc/PID/stat stand once the name in brackets is off.
_USER_TICKS, _SYSTEM_TICKS = 11, 12


class NotReady(Exception):
    """A process ended or was not ready in time; says where its log is."""


class Running:
    """One process with its children, in a group of its own so that nothing of it stays."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._began = time.monotonic()
        self.start_seconds = 0.0
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                list(command), cwd=ROOT, env=dict(environment), stdout=log, stderr=log, start_new_session=True
            )

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Return when it is ready, and note the seconds since its start; raises `NotReady`."""
        while not ready():
            if self._process.poll() is not None:
                raise NotReady(f"{self.name} ended; its log is {self.log}")
            if time.monotonic() - self._began > READY_SECONDS:
                raise NotReady(f"{self.name} was not ready after {READY_SECONDS} s; its log is {self.log}")
            time.sleep(0.05)
        self.start_seconds = time.monotonic() - self._began

    def count_cpu_seconds(self) -> float:
        """Return the processor time used since the start, of the program and of the kernel for it."""
        return sum(_read_cpu_seconds(pid) for pid in self._list_pids())

    def measure_megabytes(self) -> float:
        """Return the resident memory, in millions of bytes; what children share counts for each."""
        return sum(_read_megabytes(pid) for pid in self._list_pids())

    def stop(self) -> None:
        """End it and its children."""
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _list_pids(self) -> Iterator[int]:
        waiting = [self._process.pid]
        while waiting:
            pid = waiting.pop()
            yield pid
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += [int(child) for child in children.read_text().split()]


def measure_disk_megabytes(folder: Path) -> float:
    """Return what a folder takes on disk, in millions of bytes."""
    used = subprocess.run(["du", "-sk", str(folder.resolve())], capture_output=True, text=True, check=True)  # noqa: S607
    return int(used.stdout.split()[0]) * 1024 / 1e6


def _read_cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])) / _TICKS


def _read_megabytes(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MEGABYTES
