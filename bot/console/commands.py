"""`farewell staff`: adds members of staff and changes passwords. Each command asks, calls one function and says so."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.clock import utc_now
from bot.console.passwords import MINIMUM_LENGTH, make_password
from bot.console.staff import add_staff, change_password, check_staff
from bot.settings import Settings
from bot.storage.ready import open_ready

app = typer.Typer(help="Who may sign in to the console.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name they sign in with.")]
Generate = Annotated[bool, typer.Option("--generate", help="Make a random password and print it once.")]


@app.command()
def add(name: Name, generate: Generate = False) -> None:
    """Add a member of staff."""
    with open_ready(Settings.load().database_url) as database:
        chosen = _choose_password(generate)
        add_staff(database, utc_now, name, chosen)
    _tell(f"{name.strip()} may sign in.", chosen if generate else None)


@app.command()
def password(name: Name, generate: Generate = False) -> None:
    """Change a password, and sign them out everywhere."""
    with open_ready(Settings.load().database_url) as database:
        check_staff(database, name)
        chosen = _choose_password(generate)
        change_password(database, utc_now, name, chosen)
    _tell(f"The password of {name.strip()} is changed; they are signed out everywhere.", chosen if generate else None)


def _choose_password(generate: bool) -> str:
    if generate:
        return make_password()
    if not sys.stdin.isatty():
        # A script hands the password over on one line.
        return sys.stdin.readline().rstrip("\r\n")
    chosen: str = typer.prompt(
        f"Password (at least {MINIMUM_LENGTH} characters)", hide_input=True, confirmation_prompt="Once more"
    )
    return chosen


def _tell(done: str, generated: str | None) -> None:
    typer.echo(done)
    if generated:
        typer.echo(f"Password, shown only now: {generated}")
