"""`farewell policy`: checks the business rules, says in plain words what they come to, and changes which ones rule."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import utc_now
from bot.conversations.policy import POLICY_FILE, load_policy
from bot.conversations.policy_summary import describe_changes, find_remarks, summarise
from bot.conversations.policy_versions import find_ruling, find_text, get_policy_file, import_policy
from bot.errors import FarewellError
from bot.settings import Settings
from bot.storage.ready import open_ready

STANDARD_OUTPUT = Path("-")

app = typer.Typer(help="The business rules: what is offered, and how we win back.", no_args_is_help=True)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The file to check.", show_default="policy.yml")] = POLICY_FILE,
) -> None:
    """Check a policy; exit status 1 with every mistake and its line, else a summary."""
    policy = load_policy(file)
    typer.echo(f"{file.name} is in order.\n")
    for line in summarise(policy):
        typer.echo(line)
    for number, remark in enumerate(find_remarks(policy)):
        typer.echo(remark if number else f"\nWorth knowing\n{remark}")


@app.command("list")
def list_command() -> None:
    """List the policies that are or were in force, the newest first."""
    with open_ready(Settings.load().database_url) as database, database.read() as work:
        versions = work.policies.list_all()
    for number, kept in enumerate(versions):
        ruling = "" if number else "  in force"
        typer.echo(f"version {kept.version}  since {kept.taken_at:%Y-%m-%d %H:%M} UTC  {kept.taken_from}{ruling}")
    if not versions:
        typer.echo("None yet: policy.yml is taken in at the first start.")


@app.command("export")
def export_command(
    file: Annotated[Path, typer.Argument(help="The file to write; - prints it.")] = STANDARD_OUTPUT,
    version: Annotated[int | None, typer.Option(help="An earlier version.", show_default="the one in force")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write the policy in force, or an earlier one, word for word."""
    settings = Settings.load()
    with open_ready(settings.database_url) as database:
        text = (
            find_ruling(database, get_policy_file(settings)).text if version is None else find_text(database, version)
        )
    if file == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    try:
        with file.open("wb" if force else "xb") as output:
            output.write(text.encode("utf-8"))
    except FileExistsError:
        raise FarewellError(f"{file} is there already: name another file, or replace it with --force.") from None
    except OSError as error:
        raise FarewellError(f"{file} cannot be written: {error.strerror}") from None
    typer.echo(f"The policy is in {file}.")


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="The file to take in.")],
) -> None:
    """Check a policy, say what it changes, and make it the one in force from the next start on."""
    settings = Settings.load()
    with open_ready(settings.database_url) as database:
        before, after = import_policy(database, file, get_policy_file(settings), utc_now())
    if before == after:
        typer.echo(f"Version {after.version} is in force already, word for word.")
        return
    changes = list(describe_changes(before, after)) if before else [*summarise(after)]
    for line in changes or ["Nothing changes but the text."]:
        typer.echo(line)
    typer.echo(f"\nVersion {after.version} is in force. Restart Farewell, so that it goes by it.")
