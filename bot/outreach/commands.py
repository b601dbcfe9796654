"""`farewell outreach`: says why somebody was written to and what came of it all, and tries the rules on invented
customers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bot.clock import utc_now
from bot.conversations.opt_out import OptOutService
from bot.conversations.policy import POLICY_FILE, load_policy
from bot.conversations.policy_versions import find_ruling, get_policy_file
from bot.errors import FarewellError
from bot.outreach.means import limit_channels
from bot.outreach.persons import Persons
from bot.outreach.why import Why
from bot.settings import Settings
from bot.storage.ready import open_ready

app = typer.Typer(help="Writing to customers who have left: the rules, tried out.", no_args_is_help=True)

Customers = Annotated[int, typer.Option(min=1, max=1_000_000, help="How many customers leave.")]
Days = Annotated[int, typer.Option(min=1, max=3660, help="How many days the clock runs.")]
Seed = Annotated[int, typer.Option(help="Chance starts here: the same seed gives the same year.")]
Start = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day (UTC).")]
ReportFile = Annotated[Path, typer.Option(help="Where the figures go, as JSON.")]
EventsFile = Annotated[Path, typer.Option(help="Where everything that happens goes, a line of JSON each.")]
PolicyFile = Annotated[Path, typer.Option(help="The policy to try.", show_default="policy.yml")]


@app.command("simulate")
def simulate_command(
    customers: Customers,
    days: Days,
    seed: Seed,
    report: ReportFile,
    events: EventsFile,
    start: Start = datetime(2026, 1, 1),  # noqa: DTZ001  # Typer reads dates without a zone; it is UTC.
    policy: PolicyFile = POLICY_FILE,
) -> None:
    """Run the rules for many days over invented customers and check every promise; exit status 1 if one is broken."""
    from bot.outreach.simulation.simulate import simulate
    from bot.outreach.simulation.world import World

    if report.resolve() == events.resolve():
        raise FarewellError("--report and --events name the same file: give each its own.")
    if not 1970 <= start.year <= 2100:
        raise FarewellError("--start is a day from 1970 to 2100, such as 2026-01-01.")
    first = start.replace(tzinfo=UTC)
    world = World(load_policy(policy), customers, days, seed, first)
    with _show_days(first, days) as tell:
        result = simulate(world, events, report, tell)
    returns, broken = result["returns"], result["promises_broken"]
    sent = sum(states["sent"] + states["unknown"] for states in result["touches"].values())
    typer.echo(f"{result['customers']:,} customers, {sent:,} touches, {result['outcomes']['return']:,} returns.")
    if returns["lift"] is not None:
        low, high = (f"{100 * bound:+.1f}" for bound in returns["interval"])
        typer.echo(
            f"Came back: {returns['treated']:.1%}, and {returns['holdout']:.1%} of those held out: "
            f"{100 * returns['lift']:+.1f} points ({low} to {high}, 95 %)."
        )
    typer.echo(f"Promises broken: {broken}")
    if broken:
        raise typer.Exit(1)


@app.command("why")
def why_command(
    customer: Annotated[str, typer.Argument(help="Their id in your own system, or # and their number here.")],
) -> None:
    """Say what was and will be sent to a customer, or why nothing is: each time with the rule that decided."""
    settings = Settings.load()
    with open_ready(settings.database_url) as database:
        policy = limit_channels(find_ruling(database, get_policy_file(settings)).policy, settings)
        persons = Persons(settings, policy, OptOutService(database, settings, utc_now))
        for line in Why(database, policy, persons, utc_now).explain(customer):
            typer.echo(line)


@app.command("report")
def report_command(
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="From this day on (UTC).", show_default="the first touch"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with every return by itself.")] = False,
) -> None:
    """Say what came of writing to people: touches, answers, offers, returns beside those held out, and the money."""
    from bot.outreach.result_words import describe, write_json
    from bot.outreach.results import ResultService

    settings = Settings.load()
    with open_ready(settings.database_url) as database:
        policy = limit_channels(find_ruling(database, get_policy_file(settings)).policy, settings)
        persons = Persons(settings, policy, OptOutService(database, settings, utc_now))
        beginning = since.replace(tzinfo=UTC) if since is not None else None
        results = ResultService(database, policy, persons, utc_now).reckon(beginning)
    if as_json:
        typer.echo(json.dumps(write_json(results), indent=2))
        return
    for line in describe(results):
        typer.echo(line)


@contextmanager
def _show_days(start: datetime, days: int) -> Iterator[Callable[[datetime], None]]:
    """Show on a terminal how far the virtual clock is, and nothing anywhere else."""
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"{start:%d %b %Y}", total=days)
        shown = start

        def tell(now: datetime) -> None:
            nonlocal shown
            if now - shown >= timedelta(hours=12):
                shown = now
                progress.update(task, completed=(now - start) / timedelta(days=1), description=f"{now:%d %b %Y}")

        yield tell
        progress.update(task, completed=days)
