"""`farewell reasons corrections`: what staff have corrected, for the classifier to learn from.

It must not show what a customer said unless it is asked to, and every use that does is audited.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.clock import utc_now
from bot.conversations.corrections import correct_reasons, list_corrections
from bot.conversations.private_files import STANDARD_OUTPUT, write_privately
from bot.errors import FarewellError
from bot.reasons.corrections import Correction, select_examples
from bot.retention.reasons import Reason
from bot.settings import Settings
from bot.storage.ready import open_ready

OPERATOR = "operator"

app = typer.Typer(help="What staff have corrected; without a sub-command they are listed.")
results = Console(highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, not a table.")]


class ReasonUnknown(FarewellError):
    """This is none of the reasons."""


def read_corrections() -> list[Correction]:
    """Return all corrections in the database that the settings name.

    Raises:
        SettingsError: when a setting is missing or malformed.
        NotSetUp: when the database has no tables for this version yet.
    """
    with open_ready(Settings.load().database_url) as database:
        return list_corrections(database)


@app.callback(invoke_without_command=True)
def corrections(context: typer.Context) -> None:
    """What staff have corrected; without a sub-command they are listed."""
    if context.invoked_subcommand is None:
        list_command()


@app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """List who found which reasons instead of which, and whether they are learnt from. It shows nobody's words."""
    found = read_corrections()
    if as_json:
        sys.stdout.write(json.dumps([_describe(correction) for correction in found], indent=2) + "\n")
        return
    if found:
        results.print(_tabulate(found))
    examples = len(select_examples(found))
    typer.echo(f"{len(found)} corrected, {examples} to learn from." if found else "Nothing has been corrected yet.")
    if examples:
        typer.echo("To learn from them: farewell reasons train --with-corrections")


@app.command("export")
def export_command(
    output: Annotated[Path, typer.Option(help="The file to write; - prints it.")] = STANDARD_OUTPUT,
) -> None:
    """Write what is learnt from as JSON lines, like data/reasons/train.jsonl, each with where it comes from."""
    with open_ready(Settings.load().database_url) as database:
        examples = select_examples(list_corrections(database))
        with database.write() as work:
            work.audit.record(OPERATOR, "corrections.exported", utc_now(), count=len(examples))
            work.commit()
    write_privately((json.dumps(example.to_json(), ensure_ascii=False) + "\n" for example in examples), output)
    if output != STANDARD_OUTPUT:
        typer.echo(f"{len(examples)} in {output}. They are customers' words: keep them no longer than you need them.")


@app.command("add")
def add_command(
    conversation: Annotated[str, typer.Argument(help="The conversation's id, as in its address in the console.")],
    reasons: Annotated[str, typer.Option(help="All its reasons, the leading one first: price,competitor")],
) -> None:
    """Note which reasons a conversation really gives, in place of an earlier correction."""
    said = _read_reasons(reasons)
    with open_ready(Settings.load().database_url) as database:
        correct_reasons(database, conversation, said, OPERATOR, utc_now())
        (noted,) = [it for it in list_corrections(database) if it.conversation == conversation]
    typer.echo(f"Noted: {_write(noted.labels)}.")
    if noted.barrier is not None:
        typer.echo(f"Nothing is learnt from it: {noted.barrier}.")


def _read_reasons(written: str) -> list[Reason]:
    names = [name.strip().lower() for name in written.split(",") if name.strip()]
    unknown = sorted(set(names) - {reason.value for reason in Reason})
    if unknown or not names:
        complaint = f"There is no reason {', '.join(unknown)}" if unknown else "Name at least one reason"
        raise ReasonUnknown(f"{complaint}. The reasons are {', '.join(Reason)}.")
    return [Reason(name) for name in names]


def _tabulate(found: list[Correction]) -> Table:
    # Without lines, and over several rows, it fits into eighty columns.
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("conversation", no_wrap=True)
    for heading in ("corrected", "had been read", "learnt from"):
        table.add_column(heading)
    for it in found:
        read = _write(tuple(prediction.label for prediction in it.predicted)) or "nothing"
        table.add_row(
            it.conversation,
            f"{it.corrected_at:%Y-%m-%d} {it.corrected_by or ''}: {_write(it.labels)}",
            "the same" if it.confirms else read,
            f"no, {it.barrier}" if it.barrier else "yes",
        )
    return table


def _describe(correction: Correction) -> dict[str, Any]:
    return correction.describe() | {
        "labels": [label.value for label in correction.labels],
        "confirms": correction.confirms,
        "learnt_from": correction.barrier is None,
        "barrier": correction.barrier.value if correction.barrier else None,
    }


def _write(labels: tuple[Reason, ...]) -> str:
    return ", ".join(label.value for label in labels)
