"""`farewell updates`: an operator looks at what came from Telegram and could not be dealt with, and has it tried again.

They must not show what it says.
"""

from __future__ import annotations

import typer

from bot.channels.telegram.update_book import UpdateBook
from bot.clock import utc_now
from bot.settings import Settings
from bot.storage.ready import open_ready

app = typer.Typer(help="What came from Telegram and could not be dealt with.", no_args_is_help=True)


@app.command("list")
def list_command() -> None:
    """List what has been put aside: when it came, and why."""
    with open_ready(Settings.load().database_url) as database, database.read() as work:
        failed = work.telegram_updates.list_failed()
    for update in failed:
        typer.echo(f"{update.received_at:%Y-%m-%d %H:%M} UTC  {update.id}  {update.error}")
    typer.echo(f"{len(failed)} put aside." if failed else "Nothing has been put aside.")


@app.command("retry")
def retry_command() -> None:
    """Try everything once more that has been put aside; the running application takes it up."""
    with open_ready(Settings.load().database_url) as database:
        count = UpdateBook(database, utc_now).retry_failed()
    typer.echo(f"{count} to be tried once more." if count else "Nothing has been put aside.")
