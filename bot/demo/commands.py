"""`farewell demo`: invented customers to try winning back on, and a clock that can be put forward."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import structlog
import typer
from rich.console import Console
from rich.progress import Progress

from bot.clock import utc_now
from bot.conversations.opt_out import OptOutService
from bot.conversations.policy_versions import find_ruling, get_policy_file
from bot.demo.biographer import Biographer
from bot.demo.cast import MOST
from bot.demo.demo_data import DemoData
from bot.demo.outlook import Outlook, write_prospects
from bot.demo.personas import read_people
from bot.demo.time_travel import MOST_WEEKS, TimeTravel
from bot.outreach.means import limit_channels
from bot.outreach.persons import Persons
from bot.outreach.why import Why
from bot.retention.policy import Policy
from bot.settings import ENV_FILE, Settings
from bot.storage.ready import open_ready
from bot.storage.unit_of_work import Database

app = typer.Typer(help="Invented customers, to try winning back on.", no_args_is_help=True)

_ADVICE = {
    "barred.holdout": "By chance they are one of the few who are left alone. To try it all the same, set "
    "holdout_percent: 0 in policy.yml, raise its version, and start Farewell again.",
    "hold.window": "It comes when the hours begin in which we write, by their clock: by TIMEZONE in .env for whoever "
    "wrote on Telegram. The hours are `window` in policy.yml.",
}
"""What to do about a rule that keeps back what somebody wants to see."""

HowMany = Annotated[int, typer.Option(min=1, max=MOST, help="How many customers there are to be.")]
Seed = Annotated[int, typer.Option(help="Chance starts here: the same seed gives the same people.")]
Sure = Annotated[bool, typer.Option("--yes", help="Do it although real customers are, or may be, concerned.")]
Weeks = Annotated[int, typer.Argument(min=1, max=MOST_WEEKS, help="How many weeks are to have passed.")]
Customer = Annotated[str | None, typer.Option(help="Their id in your own system, or # and their number here.")]
ChatId = Annotated[str | None, typer.Option(help="The number of their chat on Telegram.")]


@app.command("data")
def data_command(customers: HowMany = 50, seed: Seed = 1, yes: Sure = False) -> None:
    """Add invented customers who have left the demo shop, and say who of them hears from us when. Done twice, it adds
    nothing."""
    # What the services note down of every step would stand between the lines of what came of it.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settings = Settings.load()
    with open_ready(settings.database_url) as database:
        policy = find_ruling(database, get_policy_file(settings)).policy
        demo = _make_demo(database, settings, policy)
        if not yes:
            demo.check()
        with _show_progress() as tell:
            added = demo.fill(lambda: _hire(database, settings, policy), customers, seed, tell)
        here = demo.list_here()
        typer.echo(f"{added} invented customers were added; {len(here)} are here, demo-0001 to {max(here)}.\n")
        for line in _tell_outlook(database, settings, policy, list(here.values())):
            typer.echo(line)


@app.command("remove")
def remove_command() -> None:
    """Take all invented customers away, with everything that hangs on them."""
    settings = Settings.load()
    with open_ready(settings.database_url) as database:
        policy = find_ruling(database, get_policy_file(settings)).policy
        removed = _make_demo(database, settings, policy).remove()
    typer.echo(f"{removed} invented customers were removed." if removed else "There are no invented customers here.")


@app.command("mail")
def mail_command() -> None:
    """Have e-mails written into a folder and not sent, unless a mail server is set up."""
    from bot.demo.mail_setup import FOLDER, set_up_mail_folder

    if set_up_mail_folder(Settings.load(), ENV_FILE):
        typer.echo(f"No mail server is set up, so .env now says MAIL_FOLDER={FOLDER}: e-mails are written there, and")
        typer.echo("none is sent. If Farewell is running, start it again.\n")


@app.command("weeks-ago")
def weeks_ago_command(weeks: Weeks, customer: Customer = None, chat: ChatId = None, yes: Sure = False) -> None:
    """Let whoever was interviewed last, or somebody else, have been interviewed so many weeks ago, so that what is due
    to them by now comes within a minute."""
    settings = Settings.load()
    with open_ready(settings.database_url) as database:
        travel = TimeTravel(database, utc_now)
        traveller = travel.find(customer, chat)
        if not yes:
            travel.check(traveller)
        travel.move_back(traveller, weeks)
        policy = limit_channels(find_ruling(database, get_policy_file(settings)).policy, settings)
        typer.echo(f"What has happened to {traveller.name} has happened {weeks} weeks earlier.\n")
        persons = _make_persons(database, settings, policy)
        told = Why(database, policy, persons, utc_now).explain(traveller.name)
        for line in (*told, *_advise(told)):
            typer.echo(line)


def _advise(told: tuple[str, ...]) -> Iterator[str]:
    """Say what to do so that something comes at once, where chance or the hour keeps it."""
    for rule, advice in _ADVICE.items():
        if any(f"({rule})" in line for line in told):
            yield f"\n{advice}"


def _hire(database: Database, settings: Settings, policy: Policy) -> Biographer:
    """Return who writes pasts down. The classifier takes seconds to load."""
    from bot.bootstrap import ROOT
    from bot.demo.interviewer import Interviewer
    from bot.demo.touched import Correspondent
    from bot.demo.words import BotWords
    from bot.intake.desk import Desk
    from bot.reasons.artefact import MODEL_DIRECTORY
    from bot.reasons.classifier import ReasonClassifier

    reader, words = ReasonClassifier.load(ROOT / MODEL_DIRECTORY, settings.encoder_path), BotWords(settings)
    return Biographer(
        database,
        Desk(database, policy, utc_now),
        Interviewer(database, settings, policy, reader, words),
        Correspondent(database, settings, policy, words),
    )


def _make_demo(database: Database, settings: Settings, policy: Policy) -> DemoData:
    return DemoData(database, policy, read_people(), OptOutService(database, settings, utc_now), utc_now)


def _make_persons(database: Database, settings: Settings, policy: Policy) -> Persons:
    return Persons(settings, policy, OptOutService(database, settings, utc_now))


def _tell_outlook(database: Database, settings: Settings, policy: Policy, customer_ids: list[int]) -> Iterator[str]:
    policy, now = limit_channels(policy, settings), utc_now()
    persons = _make_persons(database, settings, policy)
    found = Outlook(database, policy, persons, utc_now).foresee(customer_ids)
    at_once = [one for one in found if one.at is None]
    later = sorted((one for one in found if one.at is not None), key=lambda one: (one.at or now, one.external_id))
    if at_once:
        yield f"Within a minute of `make start` these {len(at_once)} hear from us:"
        yield from write_prospects(at_once, now)
    else:
        yield "Nobody hears from us right now: it is night, or a day on which we write to nobody, wherever they live"
        yield "(`window` and `quiet_days` in policy.yml). Leave Farewell running: they hear in the order below."
    if later:
        yield f"\n{len(later)} hear later, when their day has come and it is daytime where they live; the next ones:"
        yield from write_prospects(later[:8], now)
    yield from _say_where_to_look(settings)


def _say_where_to_look(settings: Settings) -> Iterator[str]:
    yield ""
    if settings.mail_folder is not None:
        yield f"Their mails lie in {settings.mail_folder.resolve()}: open an .html one, and press its button."
    elif settings.writes_by_email:
        yield "Their mails go to your mail server; at their addresses (@demo.example) nobody is, so they bounce."
    else:
        yield "No e-mail is set up, so nobody hears by e-mail; `farewell demo mail` has mails written into a folder."
    yield f"Staff read everything at {settings.address}/console, and see what was sent to whom under Outreach."
    yield "Why somebody hears something, or nothing:  .venv/bin/farewell outreach why demo-0001"
    yield "What came of it:                           .venv/bin/farewell outreach report"
    yield "Take them all away again:                  .venv/bin/farewell demo remove"


@contextmanager
def _show_progress() -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how many there are already, and nothing anywhere else."""
    console = Console(stderr=True, highlight=False)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Making up customers", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
