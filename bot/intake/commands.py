"""`farewell customers|purchases|returns import FILE`: takes a file in, shows how far it is, and says what became of it.

They must not print what a row says.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot.clock import utc_now
from bot.conversations.policy_versions import find_ruling, get_policy_file
from bot.intake.desk import Desk, Kind
from bot.intake.outcomes import Result
from bot.intake.rejected import RejectedRows
from bot.intake.table import Row, Table, open_table
from bot.settings import Settings
from bot.storage.ready import open_ready

OPERATOR = "operator"
SOME_REJECTED = 3
"""The exit status where some rows could not be taken."""
BATCH = 2000
"""Rows that are stored in one transaction, so that nobody in a conversation waits for long."""
REMARKS_SHOWN = 20

customers = typer.Typer(help="Whom your own system knows (docs/imports.md).", no_args_is_help=True)
purchases = typer.Typer(help="What your customers bought (docs/imports.md).", no_args_is_help=True)
returns = typer.Typer(help="Who had left and came back (docs/imports.md).", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="CSV in UTF-8; its first line names the columns.")]
IgnoreUnknown = Annotated[bool, typer.Option("--ignore-unknown", help="Leave columns aside that are not known.")]


@customers.callback()
@purchases.callback()
@returns.callback()
def _commands() -> None:
    """Keep `import` a command of its own."""


@customers.command("import")
def import_customers(file: File, ignore_unknown: IgnoreUnknown = False) -> None:
    """Take customers in, with addresses, consents and cancellations. Again and again: nothing is doubled."""
    _import(Kind.CUSTOMERS, file, ignore_unknown)


@purchases.command("import")
def import_purchases(file: File, ignore_unknown: IgnoreUnknown = False) -> None:
    """Take purchases in. Again and again: nothing is doubled."""
    _import(Kind.PURCHASES, file, ignore_unknown)


@returns.command("import")
def import_returns(file: File, ignore_unknown: IgnoreUnknown = False) -> None:
    """Take returns in; the offer whose code somebody came back with is redeemed. Nothing is doubled."""
    _import(Kind.RETURNS, file, ignore_unknown)


def _import(kind: Kind, file: Path, ignore_unknown: bool) -> None:
    settings = Settings.load()
    fields = kind.record.model_fields
    needed = [name for name, field in fields.items() if field.is_required()]
    with (
        open_table(file, list(fields), needed, ignores_unknown=ignore_unknown) as table,
        RejectedRows(file, table.columns) as rejected,
        open_ready(settings.database_url) as database,
    ):
        policy = find_ruling(database, get_policy_file(settings)).policy
        run = _Run(Desk(database, policy, utc_now), kind, rejected)
        began = time.monotonic()
        try:
            with _show_progress(file) as tell:
                for rows in _batch(table):
                    run.take(rows)
                    tell(table.position)
        finally:
            run.desk.audit(kind, OPERATOR, run.counts, file.name[:80])
    run.report(time.monotonic() - began)
    if run.counts[Result.REJECTED]:
        raise typer.Exit(SOME_REJECTED)


class _Run:
    """One import: what became of how many rows."""

    def __init__(self, desk: Desk, kind: Kind, rejected: RejectedRows) -> None:
        self.desk = desk
        self.counts: Counter[Result] = Counter()
        self._kind = kind
        self._rejected = rejected
        self._remarks: list[str] = []
        self._remark_count = 0

    def take(self, rows: list[Row]) -> None:
        """Take a batch in, and keep aside what cannot be taken."""
        outcomes = iter(self.desk.take(self._kind, [row.given for row in rows if row.cause is None]))
        for row in rows:
            outcome = None if row.cause else next(outcomes)
            result = outcome.result if outcome else Result.REJECTED
            said = outcome.said if outcome else row.cause
            self.counts[result] += 1
            if result is Result.REJECTED:
                self._rejected.keep(row, said or "")
            elif said:
                self._remark_count += 1
                if self._remark_count <= REMARKS_SHOWN:
                    self._remarks.append(f"line {row.line}: {said}")

    def report(self, seconds: float) -> None:
        """Say what became of all of it."""
        for remark in self._remarks:
            typer.echo(remark)
        if self._remark_count > REMARKS_SHOWN:
            typer.echo(f"... and {self._remark_count - REMARKS_SHOWN:,} more like these.")
        counts = ", ".join(f"{self.counts[result]:,} {result.value}" for result in Result)
        typer.echo(f"{self.counts.total():,} {self._kind.value} read in {seconds:,.0f} s: {counts}.")
        if self.counts[Result.REJECTED]:
            typer.echo(f"What was rejected is in {self._rejected.path}, with line and cause.")
            typer.echo("Correct it there and import that file.")
        elif self._rejected.remove_earlier():
            typer.echo(f"What was rejected last time is done with: {self._rejected.path} was removed.")


def _batch(table: Table) -> Iterator[list[Row]]:
    rows: list[Row] = []
    for row in table:
        rows.append(row)
        if len(rows) == BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


@contextmanager
def _show_progress(file: Path) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal and nothing anywhere else; standard output stays free for results."""
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(file.name, total=file.stat().st_size or None)
        yield lambda position: progress.update(task, completed=position)
