"""Takes returns in, each once: who came back is to be looked at, and the offer whose code they used is redeemed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from bot.intake.outcomes import Outcome, Result
from bot.intake.purchases import UNKNOWN
from bot.intake.records import END_OF_DAY, ReturnRecord
from bot.intake.terms import Terms
from bot.retention.offers import GrantState
from bot.storage.customer_register import CustomerRow
from bot.storage.purchases import ReturnRow
from bot.storage.tables import OfferGrant
from bot.storage.unit_of_work import UnitOfWork

REDEEMS_NOTHING = "The return is kept, and its offer code redeems nothing: {why}."


def take_returns(work: UnitOfWork, records: Sequence[ReturnRecord], terms: Terms) -> list[Outcome]:
    """Store what the records say, and return what became of each. It does not commit."""
    customers = work.register.read({record.external_id for record in records}, points=False)
    grants = work.offers.lock_by_codes({fold(record.offer_code) for record in records if record.offer_code})
    rows = [_make_row(customers.get(record.external_id), record, terms.currency) for record in records]
    newest = {(row.customer_id, row.at): row for row in rows if row}
    changed = work.returns.put(newest.values())
    outcomes, seen = [], set()
    for record, row in zip(records, rows, strict=True):
        if row is None:
            outcomes.append(UNKNOWN)
            continue
        is_taken = (row.customer_id, row.at) in changed and row not in seen
        seen.add(row)
        if is_taken:
            customers[record.external_id].set("look_at", terms.now)
        why = _redeem(work, grants.get(fold(row.offer_code or "")), row)
        said = REDEEMS_NOTHING.format(why=why) if why else None
        outcomes.append(Outcome(Result.TAKEN if is_taken else Result.UNCHANGED, said))
    work.register.update([row for row in customers.values() if row.changed])
    return outcomes


def fold(code: str) -> str:
    """Return an offer code as it was given out: people type it in small letters."""
    return code.upper()


def _make_row(customer: CustomerRow | None, record: ReturnRecord, default_currency: str) -> ReturnRow | None:
    if customer is None or customer.id is None:
        return None
    amount, currency = record.value(default_currency) or (None, None)
    return ReturnRow(customer.id, record.at, amount, currency, record.offer_code)


def _redeem(work: UnitOfWork, grant: OfferGrant | None, row: ReturnRow) -> str | None:
    """Redeem an offer by the return that used its code, or say why that cannot be. A code that is not ours is the
    company's own affair."""
    if grant is None:
        return None
    if grant.customer_id != row.customer_id:
        return "it is somebody else's"
    if grant.state is GrantState.REDEEMED:
        return "it was redeemed before" if _has_used(work, grant, row) else None
    if grant.state is GrantState.REFUSED:
        return "the offer was not granted"
    if _begin(row.at) > grant.deadline:
        return "the offer had ended by then"
    if row.at < grant.offered_at:
        return "the offer was made later"
    grant.state = GrantState.REDEEMED
    grant.decided_at = grant.decided_at or row.at
    return None


def _begin(at: datetime) -> datetime:
    """Return the earliest moment that may be meant: who came back on a day, at a time that was not told, need not have
    been too late."""
    return datetime.combine(at, time(), UTC) if at.time() == END_OF_DAY else at


def _has_used(work: UnitOfWork, grant: OfferGrant, row: ReturnRow) -> bool:
    """Tell whether an earlier return of the same customer has used this code already."""
    code = grant.code
    earlier = (one for one in work.returns.list_of(row.customer_id) if one.at < row.at)
    return any(one.offer_code is not None and fold(one.offer_code) == code for one in earlier)
