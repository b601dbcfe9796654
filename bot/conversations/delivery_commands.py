"""`farewell deliveries`: an operator looks at news that did not arrive, and has it sent once more.

They must not show what it says.
"""

from __future__ import annotations

import typer

from bot.clock import utc_now
from bot.conversations.deliveries import DeliveryBook
from bot.settings import Settings
from bot.storage.ready import open_ready

app = typer.Typer(help="News to other systems that did not arrive.", no_args_is_help=True)


@app.command("list")
def list_command() -> None:
    """List what has been given up: since when, which kind, and why."""
    with open_ready(Settings.load().database_url) as database, database.read() as work:
        failed = work.deliveries.list_failed()
    for delivery in failed:
        typer.echo(f"{delivery.created_at:%Y-%m-%d %H:%M} UTC  {delivery.event}  {delivery.id}  {delivery.error}")
    typer.echo(f"{len(failed)} given up." if failed else "Nothing has been given up.")


@app.command("retry")
def retry_command() -> None:
    """Send everything once more that has been given up, for another day."""
    with open_ready(Settings.load().database_url) as database:
        count = DeliveryBook(database, utc_now).retry_failed()
    typer.echo(f"{count} to be sent once more." if count else "Nothing has been given up.")
