"""`farewell export` and `farewell erase`: an operator answers a data request that came by another way, or takes all
interviews along as a table.

They must not show what they were not asked for, and every use of them is audited.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import utc_now
from bot.conversations.data_requests import DataRequests
from bot.conversations.interview_table import begin_of, end_of, write_table
from bot.conversations.private_files import STANDARD_OUTPUT, write_privately
from bot.errors import FarewellError, NotFound
from bot.settings import Settings
from bot.storage.ready import open_ready
from bot.storage.unit_of_work import Database
from bot.storage.views.interviews import read_interviews

OPERATOR = "operator"

INTERVIEWS = "interviews"

Whose = Annotated[
    str, typer.Argument(metavar="ID", help="A conversation's id, or the id your own system has for a customer.")
]
What = Annotated[
    str,
    typer.Argument(
        metavar="ID|interviews",
        help="A conversation's id, or the id your own system has for a customer; or the word interviews.",
    ),
]
FirstDay = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Interviews from this day on (UTC).")]
LastDay = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Interviews up to this day (UTC).")]


class PersonNotFound(NotFound):
    """There is no conversation and no customer with this id. The console shows a conversation's id in its address."""


class NotForOnePerson(FarewellError):
    """--since and --until choose among interviews: farewell export interviews --since 2026-01-01."""


def export_command(
    conversation_or_customer: What,
    output: Annotated[Path, typer.Option(help="The file to write; - prints it.")] = STANDARD_OUTPUT,
    since: FirstDay = None,
    until: LastDay = None,
) -> None:
    """Write everything stored about a conversation or a customer, as JSON; or all interviews, as CSV without trials."""
    if conversation_or_customer == INTERVIEWS:
        _export_interviews(output, since, until)
        return
    if since or until:
        raise NotForOnePerson
    with open_ready(Settings.load().database_url) as database:
        requests = DataRequests(database, utc_now)
        if _is_conversation(database, conversation_or_customer):
            document = requests.export(conversation_or_customer)
        else:
            document = requests.export_customer(conversation_or_customer)
        _audit(database, "data.exported", conversation_or_customer)
    write_privately([json.dumps(document, indent=2, ensure_ascii=False) + "\n"], output)


def _export_interviews(output: Path, since: datetime | None, until: datetime | None) -> None:
    with open_ready(Settings.load().database_url) as database:
        first = begin_of(since.date()) if since else None
        last = end_of(until.date()) if until else None
        _audit(database, "interviews.exported", INTERVIEWS)
        write_privately(write_table(read_interviews(database, first, last)), output)


def erase_command(
    conversation_or_customer: Whose,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Delete what a person said and gave us, and print the receipts. Counts and a "stop" stay."""
    with open_ready(Settings.load().database_url) as database:
        requests = DataRequests(database, utc_now)
        is_conversation = _is_conversation(database, conversation_or_customer)
        if not yes:
            typer.confirm(f"Delete everything about {conversation_or_customer} for good?", abort=True)
        if is_conversation:
            receipts = [requests.erase(conversation_or_customer)]
        else:
            receipts = requests.erase_customer(conversation_or_customer)
        _audit(database, "data.erased", conversation_or_customer)
    for receipt in receipts:
        counts = ", ".join(f"{kind.replace('_', ' ')}: {count}" for kind, count in receipt.removed.items() if count)
        typer.echo(f"Deleted; receipt {receipt.code} ({counts or 'nothing was left'}).")


def _is_conversation(database: Database, some_id: str) -> bool:
    with database.read() as work:
        if work.conversations.find(some_id) is not None:
            return True
        if work.customers.find_by_external_id(some_id) is None:
            raise PersonNotFound
        return False


def _audit(database: Database, action: str, subject: str) -> None:
    with database.write() as work:
        work.audit.record(OPERATOR, action, utc_now(), subject=subject[:80])
        work.commit()
