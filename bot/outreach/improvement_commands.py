"""`farewell improvements`: says what was put right, after showing exactly who is told of it, and who is not and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import typer

from bot.clock import utc_now
from bot.conversations.announcements import AnnouncementCopy
from bot.conversations.opt_out import OptOutService
from bot.conversations.policy_versions import find_ruling, get_policy_file
from bot.conversations.reason_names import ReasonNames
from bot.conversations.stories import StoryService
from bot.outreach.improvements import ImprovementService, Preview, Recipient
from bot.outreach.means import limit_channels
from bot.outreach.persons import Persons
from bot.retention.reasons import Reason
from bot.retention.winback.telling import explain_rule, write_moment
from bot.retention.winback.touches import TouchState
from bot.settings import Settings
from bot.storage.ready import open_ready
from bot.storage.tables import RecordedImprovement

app = typer.Typer(help="What was put right, and telling those who left over it.", no_args_is_help=True)

What = Annotated[
    str, typer.Option(help='What was put right, as customers will read it: "Orders to Leeds arrive on the day again".')
]
Reasons = Annotated[list[Reason], typer.Option("--reason", help="The reason that it answers; again for more of them.")]
Place = Annotated[str | None, typer.Option(help="Only for those who were with this place, or moved near it.")]
Product = Annotated[str | None, typer.Option(help="Only for those who had this product, by purchase or plan.")]
Feature = Annotated[str | None, typer.Option(help="Only for those who named this feature when they left.")]
Yes = Annotated[bool, typer.Option("--yes", help="Record it without asking.")]


@app.command()
def add(
    what: What,
    reason: Reasons,
    place: Place = None,
    product: Product = None,
    feature: Feature = None,
    yes: Yes = False,
) -> None:
    """Record an improvement, and have those told who left over it. First it shows exactly who that is and what they
    will read; nothing is stored before you agree."""
    settings = Settings.load()
    with open_ready(settings.database_url) as database:
        policy = limit_channels(find_ruling(database, get_policy_file(settings)).policy, settings)
        persons = Persons(settings, policy, OptOutService(database, settings, utc_now))
        stories = StoryService(database, utc_now, settings.timezone)
        copy = AnnouncementCopy(settings, ReasonNames())
        service = ImprovementService(database, policy, persons, stories, copy, utc_now)
        draft = service.draft(what, reason, place, product, feature)
        preview = service.preview(draft)
        for line in describe_preview(draft, preview):
            typer.echo(line)
        if not yes and not typer.confirm("\nRecord it?"):
            typer.echo("Nothing was recorded.")
            raise typer.Exit(1)
        service.record(draft, preview)
    told = _count(len(preview.recipients), "person is", "people are")
    typer.echo(f"\nRecorded as {draft.id}. While Farewell runs, {told} told at the time above.")


@app.command("list")
def list_command() -> None:
    """List what was put right, the newest first, and how many were told of it."""
    with open_ready(Settings.load().database_url) as database, database.read() as work:
        improvements, told = work.improvements.list_all(), work.improvements.count_told()
    for improvement in improvements:
        states = Counter({row.state: row.touches for row in told if row.improvement_id == improvement.id})
        typer.echo(f"{improvement.told_at:%Y-%m-%d}  {improvement.what}")
        typer.echo(f"            {_describe_scope(improvement)}")
        typer.echo(f"            {_describe_told(states)}  {improvement.id}")
    if not improvements:
        typer.echo("None yet: `farewell improvements add` records one.")


def describe_preview(draft: RecordedImprovement, preview: Preview) -> Iterator[str]:
    """Yield what recording an improvement comes to, line by line."""
    yield f"{draft.what}\n{_describe_scope(draft)}\n"
    if not preview.recipients:
        yield "Nobody would be told now."
    else:
        yield f"{_count(len(preview.recipients), 'person', 'people')} would be told, once:"
        for one in preview.recipients:
            how = f"over {one.reason.title.lower()}, by {one.channel.value}"
            yield f"  {one.name}: {how}, {_write_when(one, draft)} at the earliest"
            yield f"    {one.words}"
    if preview.kept:
        yield f"\n{_count(preview.kept.total(), 'other', 'others')} left over it and would not be told now:"
        for rule, count in sorted(preview.kept.items(), key=lambda item: (-item[1], item[0])):
            yield f"  {count:,}  {explain_rule(rule)} ({rule})"
        yield "Of those it is meant for, whoever may be written to later is told then, while it is news."


def _write_when(one: Recipient, draft: RecordedImprovement) -> str:
    place = str(one.zone).rpartition("/")[2].replace("_", " ")
    return f"{write_moment(one.at, one.zone, draft.told_at)} in {place}"


def _describe_scope(improvement: RecordedImprovement) -> str:
    about = {"in": improvement.place, "product": improvement.product, "feature": improvement.feature}
    reasons = ", ".join(Reason(value).title.lower() for value in improvement.reasons)
    return "; ".join([f"for those who left over {reasons}", *(f"{name} {it}" for name, it in about.items() if it)])


def _describe_told(states: Counter[TouchState]) -> str:
    told = sum(count for state, count in states.items() if state.counts)
    waiting = sum(count for state, count in states.items() if state.is_open)
    return f"{told:,} told, {waiting:,} to be told."


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
