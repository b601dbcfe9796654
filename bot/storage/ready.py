"""Opens the database for a command: only one that has this version's tables, and closed again whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import FarewellError
from bot.storage.migrate import find_differences
from bot.storage.unit_of_work import Database


class NotSetUp(FarewellError):
    """The database has no tables for this version yet. Run `farewell migrate` first."""


@contextmanager
def open_ready(url: str) -> Iterator[Database]:
    """Yield the database at `url`.

    Raises:
        NotSetUp: when it is new, or older than this version.
    """
    database = Database(url)
    try:
        if find_differences(database.engine):
            raise NotSetUp
        yield database
    finally:
        database.close()
