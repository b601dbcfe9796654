"""The `farewell` command. Each command reads the settings, calls one service and says what it did."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console

from bot.channels.telegram.update_commands import app as update_commands
from bot.console.commands import app as staff_commands
from bot.conversations.commands import erase_command, export_command
from bot.conversations.correction_commands import app as correction_commands
from bot.conversations.correction_commands import read_corrections
from bot.conversations.delivery_commands import app as delivery_commands
from bot.conversations.policy_commands import app as policy_commands
from bot.demo.commands import app as demo_commands
from bot.errors import FarewellError
from bot.intake.commands import customers as customer_commands
from bot.intake.commands import purchases as purchase_commands
from bot.intake.commands import returns as return_commands
from bot.intents.commands import app as intent_commands
from bot.outreach.commands import app as outreach_commands
from bot.outreach.improvement_commands import app as improvement_commands
from bot.reasons.commands import app as reason_commands
from bot.settings import Settings
from bot.value.commands import value_command

ROOT = Path(__file__).resolve().parent.parent

app = typer.Typer(help="Exit interviews that win customers back.", no_args_is_help=True, add_completion=False)
reason_commands.add_typer(correction_commands, name="corrections")
app.add_typer(reason_commands, name="reasons", context_settings={"obj": read_corrections})
app.add_typer(intent_commands, name="intents")
app.add_typer(staff_commands, name="staff")
customer_commands.command("value")(value_command)
app.add_typer(customer_commands, name="customers")
app.add_typer(purchase_commands, name="purchases")
app.add_typer(return_commands, name="returns")
app.add_typer(policy_commands, name="policy")
app.add_typer(improvement_commands, name="improvements")
app.add_typer(outreach_commands, name="outreach")
app.add_typer(demo_commands, name="demo")
app.add_typer(delivery_commands, name="deliveries")
app.add_typer(update_commands, name="updates")
app.command("export")(export_command)
app.command("erase")(erase_command)
errors = Console(stderr=True, highlight=False)


@app.command()
def setup() -> None:
    """Write .env with random secrets, unless there is one."""
    from bot.start.env_file import write_env_file

    made = write_env_file(ROOT / ".env.example", ROOT / ".env")
    typer.echo("Made .env with new secrets; only you can read it." if made else ".env is there and stays as it is.")


@app.command()
def migrate() -> None:
    """Bring the database to the newest table layout."""
    from bot.storage.migrate import migrate as run
    from bot.storage.unit_of_work import Database

    database = Database(Settings.load().database_url)
    run(database.engine)
    database.close()
    typer.echo("The database is up to date.")


@app.command()
def start() -> None:
    """Start Rasa and the application, and stop both on Ctrl-C."""
    from bot.start.launch import launch

    launch(Settings.load(), ROOT, Console(highlight=False))


def main() -> None:
    """Run the command; an error that somebody can act on is one line, not a traceback."""
    try:
        app()
    except FarewellError as error:
        errors.print(str(error), style="red", markup=False, soft_wrap=True)
        raise SystemExit(1) from None
