"""Takes customers in: new ones are added, known ones brought up to date, and what is absent stays as it is.

It must not decide whom to write to; it only says when somebody is to be looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.conversations.consents import OWN_WORDS
from bot.intake.contacts import Address, fold, write_contacts
from bot.intake.outcomes import Outcome, Result
from bot.intake.records import NONE, CustomerRecord
from bot.intake.terms import Terms
from bot.storage.customer_register import CustomerRow
from bot.storage.unit_of_work import UnitOfWork

CONTACTS = "contact_points"
_OF_NO_MATTER = {"name", "notes"}
"""Whatever else changes may change whether, when or where somebody is written to."""
_AS_TOLD = ("name", "plan", "place", "timezone", "joined_at", "notes")


def take_customers(work: UnitOfWork, records: Sequence[CustomerRecord], terms: Terms) -> list[Outcome]:
    """Store what the records say, in their order, and return what became of each. It does not commit."""
    rows = work.register.read({record.external_id for record in records})
    refused = _list_refused(work, records)
    outcomes = []
    for record in records:
        row = rows.get(record.external_id)
        is_new = row is None
        row = rows.setdefault(record.external_id, row or CustomerRow(record.external_id))
        changed = _write_values(row, record, terms.currency, terms.now)
        points = _describe_points(row)
        said = write_contacts(row, record, refused, terms.now)
        if _describe_points(row) != points:
            changed.add(CONTACTS)
        _look(row, changed, terms)
        outcomes.append(Outcome(Result.TAKEN if changed or is_new else Result.UNCHANGED, " ".join(said) or None))
    work.register.write(rows.values(), terms.now)
    return outcomes


def _list_refused(work: UnitOfWork, records: Sequence[CustomerRecord]) -> set[Address]:
    written = {fold(address) for record in records for _, address in record.list_addresses()}
    found = work.register.list_refused(written, OWN_WORDS)
    return {(channel, fold(address)) for channel, address in found}


def _write_values(row: CustomerRow, record: CustomerRecord, default_currency: str, now: datetime) -> set[str]:
    """Bring the values up to date, and return the columns that changed."""
    told = {name: getattr(record, name) for name in _AS_TOLD} | {"reported_reason": record.reason}
    if (value := record.value(default_currency)) is not None:
        told["monthly_value"], told["currency"] = value
    changed = {name for name, value in told.items() if value is not None and row.set(name, value)}
    cancelled_at = record.cancelled_at
    if cancelled_at is not None and row.set("cancelled_at", None if cancelled_at == NONE else cancelled_at):
        changed.add("cancelled_at")
    if record.disputed is not None and record.disputed is not (row.values["disputed_at"] is not None):
        row.set("disputed_at", now if record.disputed else None)
        changed.add("disputed_at")
    return changed


def _describe_points(row: CustomerRow) -> list[object]:
    return [(one.channel, one.address, one.consent, one.consent_source, one.consent_at) for one in row.points]


def _look(row: CustomerRow, changed: set[str], terms: Terms) -> None:
    """Have somebody looked at who has left, or may have, if it may matter what is known now, and somebody who stays
    after all."""
    may_have_left = row.values["cancelled_at"] is not None or row.values["last_purchase_at"] is not None
    may_have_left |= "cancelled_at" in changed
    if may_have_left and changed - _OF_NO_MATTER:
        row.set("look_at", terms.now)
