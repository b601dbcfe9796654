"""Takes purchases in, each once, and says when somebody who buys no more is to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.intake.outcomes import Outcome, Result
from bot.intake.records import PurchaseRecord
from bot.intake.terms import Terms
from bot.storage.customer_register import CustomerRow
from bot.storage.purchases import PurchaseRow
from bot.storage.unit_of_work import UnitOfWork

UNKNOWN = Outcome(Result.REJECTED, "external_id: no such customer is known; hand in customers first.")


def take_purchases(work: UnitOfWork, records: Sequence[PurchaseRecord], terms: Terms) -> list[Outcome]:
    """Store what the records say, and return what became of each. It does not commit."""
    customers = work.register.read({record.external_id for record in records}, points=False)
    rows = [_make_row(customers.get(record.external_id), record, terms.currency) for record in records]
    newest = {(row.customer_id, row.order_id): row for row in rows if row}
    changed = work.purchases.put(newest.values())
    _note_last(work, customers, [newest[key] for key in changed], terms)
    outcomes, seen = [], set()
    for row in rows:
        if row is None:
            outcomes.append(UNKNOWN)
            continue
        is_taken = (row.customer_id, row.order_id) in changed and row not in seen
        seen.add(row)
        outcomes.append(Outcome(Result.TAKEN if is_taken else Result.UNCHANGED))
    return outcomes


def _make_row(customer: CustomerRow | None, record: PurchaseRecord, default_currency: str) -> PurchaseRow | None:
    if customer is None or customer.id is None:
        return None
    return PurchaseRow(customer.id, record.order_id, record.at, *record.value(default_currency), record.product)


def _note_last(
    work: UnitOfWork, customers: dict[str, CustomerRow], changed: Iterable[PurchaseRow], terms: Terms
) -> None:
    """Note when each of these customers bought last, and when they are to be looked at: once they have bought nothing
    for so long that they may have left, or at once where it may change what is planned for them."""
    bought: dict[int, datetime] = {}
    for row in changed:
        bought[row.customer_id] = max(row.at, bought.get(row.customer_id, row.at))
    touched = [row for row in customers.values() if row.id in bought]
    # Where another purchase is the last one, this one may have been it before it was corrected.
    doubtful = [row.id for row in touched if row.id and not _is_last(bought[row.id], row.values["last_purchase_at"])]
    last = bought | (work.purchases.read_last(doubtful) if doubtful else {})
    planned = work.register.list_planned([row.id for row in touched if row.id])
    for customer in touched:
        if customer.id and customer.set("last_purchase_at", last[customer.id]):
            at_once = customer.values["cancelled_at"] is not None or customer.id in planned
            customer.set("look_at", terms.now if at_once else last[customer.id] + terms.lapse)
    work.register.update([customer for customer in touched if customer.changed])


def _is_last(at: datetime, known: datetime | None) -> bool:
    return known is None or at >= known
