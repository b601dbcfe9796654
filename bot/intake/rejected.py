"""Keeps rows aside that could not be taken, with line and cause, in a file that nobody else here can read."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from bot.errors import FarewellError
from bot.intake.cells import disarm
from bot.intake.table import CAUSE, LINE, Row


class RejectedUnwritable(FarewellError):
    """Rows that cannot be taken cannot be kept aside."""


class RejectedRows:
    """The file beside an imported one; it is made with the first row."""

    def __init__(self, imported: Path, columns: list[str]) -> None:
        self.path = imported.with_name(f"{imported.name}.rejected.csv")
        self._columns = columns
        self._shown = [number for number, column in enumerate(columns) if column not in (LINE, CAUSE)]
        self._file: TextIO | None = None
        self._writer: Any = None
        if not os.access(self.path if self.path.exists() else self.path.parent, os.W_OK):
            raise RejectedUnwritable(f"{self.path} cannot be written, where rows are kept that cannot be taken.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def keep(self, row: Row, cause: str) -> None:
        """Keep a row with the line it stood on and why it was not taken."""
        if self._file is None:
            self._open()
        whole = len(row.cells) == len(self._columns)
        cells = [row.cells[number] for number in self._shown] if whole else row.cells
        self._writer.writerow([row.line, cause, *map(disarm, cells)])

    def remove_earlier(self) -> bool:
        """Remove the file of an earlier import if this one rejected nothing; return whether there was one."""
        if self._file is not None or not self.path.is_file():
            return False
        try:
            self.path.unlink()
        except OSError as error:
            raise RejectedUnwritable(f"All is taken, but {self.path} cannot be removed: {error.strerror}.") from None
        return True

    def _open(self) -> None:
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise RejectedUnwritable(f"{self.path} cannot be written: {error.strerror}.") from None
        os.fchmod(descriptor, 0o600)  # It may have been there before, for everybody to read.
        self._file = os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([LINE, CAUSE, *(disarm(self._columns[number]) for number in self._shown)])
