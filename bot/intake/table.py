"""Reads a table of records: CSV in UTF-8, its first line naming the columns. A row that cannot be read costs no other.

It must not check what the cells say.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

from bot.errors import FarewellError
from bot.intake.cells import arm

LINE, CAUSE = "line", "cause"
"""Columns that rejected rows have besides, so that they can be corrected where they are and imported again."""
LONGEST_LINE = 1_000_000
_KEPT_OF_LONGEST = 1000
_NOT_CSV = {
    b"\xff\xfe": "it is UTF-16; save it as UTF-8",
    b"\xfe\xff": "it is UTF-16; save it as UTF-8",
    b"PK\x03\x04": "it is a workbook or an archive; save the sheet as CSV (UTF-8)",
    b"\x1f\x8b": "it is compressed; unpack it first",
}


class TableUnusable(FarewellError):
    """The file cannot be imported."""


@dataclass(frozen=True)
class Row:
    """A row and the line it begins on. `given` is what its cells say by column, without empty ones; where the row
    cannot be read, `cause` says why."""

    line: int
    cells: list[str]
    given: dict[str, str]
    cause: str | None = None


class Table:
    """The rows of an open file."""

    def __init__(self, file: BinaryIO, name: str, known: Sequence[str], needed: Sequence[str], ignores: bool) -> None:
        self._file = file
        self._lines = _Lines(io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline=""))
        self._read = csv.reader(self._lines, strict=True)
        self.columns = self._read_head(name)
        self._is_corrected = {LINE, CAUSE} <= set(self.columns)
        self._named = [column in known for column in self.columns]
        _check_columns(name, self.columns, known, needed, ignores)

    @property
    def position(self) -> int:
        """How many bytes of the file have been read."""
        return self._file.tell()

    def __iter__(self) -> Iterator[Row]:
        while True:
            self._lines.begin()
            try:
                cells = next(self._read)
            except StopIteration:
                return
            except (csv.Error, _LineTooLong) as error:
                yield self._give_up(_explain(error))
                continue
            if cells:
                yield self._make_row(cells)

    def _make_row(self, cells: list[str]) -> Row:
        if not self._lines.is_text():
            return self._give_up("This line is not UTF-8; save the file as UTF-8.")
        while len(cells) > len(self.columns) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(self.columns):
            cause = f"The row has {len(cells)} cells, the first line has {len(self.columns)}."
            return self._give_up(cause) if self._lines.count > 1 else Row(self._lines.first, cells, {}, cause)
        if self._is_corrected:
            cells = [arm(cell) for cell in cells]
        triples = zip(self.columns, cells, self._named, strict=True)
        given = {column: cell for column, cell, named in triples if named and cell.strip()}
        return Row(self._lines.first, cells, given)

    def _give_up(self, cause: str) -> Row:
        """Give up on a line alone: what a quotation mark that was left open has swallowed is read anew."""
        row = Row(self._lines.first, [self._lines.keep_first()], {}, cause)
        self._read = csv.reader(self._lines, strict=True)
        return row

    def _read_head(self, name: str) -> list[str]:
        try:
            head = next(self._read, [])
        except (csv.Error, _LineTooLong) as error:
            raise TableUnusable(f"{name}: the first line cannot be read. {_explain(error)}") from None
        columns = [cell.strip().lower() for cell in head]
        while columns and not columns[-1]:
            columns.pop()
        if not columns:
            raise TableUnusable(f"{name} is empty: its first line must name the columns, like external_id,name,email.")
        if len(columns) == 1 and any(mark in columns[0] for mark in ";\t|"):
            raise TableUnusable(f"{name}: the first line has no commas; separate the columns by commas.")
        return columns


@contextmanager
def open_table(
    path: Path, known: Sequence[str], needed: Sequence[str], *, ignores_unknown: bool = False
) -> Iterator[Table]:
    """Open a table whose columns are among those `known`, with all that are `needed`.

    Raises:
        TableUnusable: when it is no such file; it says what to do.
    """
    try:
        file = path.open("rb")
    except IsADirectoryError:
        raise TableUnusable(f"{path} is a folder; name a CSV file.") from None
    except OSError as error:
        raise TableUnusable(f"{path} cannot be read ({error.strerror}); name a CSV file.") from None
    with file:
        begin = file.peek(4096)[:4096]
        for mark, problem in _NOT_CSV.items():
            if begin.startswith(mark):
                raise TableUnusable(f"{path} is no CSV file: {problem}.")
        if b"\0" in begin:
            raise TableUnusable(f"{path} is no text file; name a CSV file in UTF-8.")
        yield Table(file, str(path), known, needed, ignores_unknown)


class _LineTooLong(ValueError):
    """A line has no end."""


class _Lines(Iterator[str]):
    """The lines of a file, with those of the present row at hand, of which all but the first can be read again."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._file = file
        self._waiting: deque[str] = deque()
        self._row: list[str] = []
        self.first = 1

    @property
    def count(self) -> int:
        """How many lines the present row has."""
        return len(self._row)

    def begin(self) -> None:
        """Begin another row."""
        self.first += len(self._row)
        self._row = []

    def is_text(self) -> bool:
        """Tell whether the present row was UTF-8."""
        return all(line.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in line) for line in self._row)

    def keep_first(self) -> str:
        """Return the first line of the present row, and have the others read again."""
        self._waiting.extendleft(reversed(self._row[1:]))
        del self._row[1:]
        line = self._row[0].rstrip("\r\n") if self._row else ""
        return line if len(line) < LONGEST_LINE else line[:_KEPT_OF_LONGEST]

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self._row.append(line)
        if len(line) >= LONGEST_LINE:
            while (rest := self._file.readline(LONGEST_LINE)) and len(rest) == LONGEST_LINE:
                pass
            raise _LineTooLong
        return line


def _check_columns(
    name: str, columns: Sequence[str], known: Sequence[str], needed: Sequence[str], ignores: bool
) -> None:
    problems = []
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        problems.append(f"These columns are there twice: {', '.join(map(_quote, twice))}.")
    if missing := [column for column in needed if column not in columns]:
        problems.append(f"These columns are missing: {', '.join(missing)}.")
    unknown = [column for column in columns if column not in (*known, LINE, CAUSE)]
    if unknown and not ignores:
        problems.append(f"Farewell does not know these columns: {', '.join(_suggest(one, known) for one in unknown)}.")
        problems.append(
            f"It knows: {', '.join(known)}. Correct the names, or leave the others aside: --ignore-unknown."
        )
    if problems:
        raise TableUnusable(f"{name}: " + " ".join(problems))


def _suggest(column: str, known: Sequence[str]) -> str:
    close = get_close_matches(column, known, 1)
    return f"{_quote(column)} (did you mean {close[0]}?)" if close else _quote(column)


def _quote(column: str) -> str:
    return ascii(column[:40])


def _explain(error: Exception) -> str:
    if isinstance(error, _LineTooLong):
        return f"The line is longer than {LONGEST_LINE:,} characters; its beginning is kept."
    if "field limit" in str(error):
        return "A cell is far too long; is a quotation mark left open?"
    return "A quotation mark is left open or out of place."
