"""Where records are handed in, whoever carries them: each is read, the good ones are taken in one transaction, and of
every one it is said what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tenacity import Retrying, retry_if_exception, stop_after_attempt

from bot.clock import Clock
from bot.errors import FarewellError
from bot.intake.bounces import take_bounces
from bot.intake.customers import take_customers
from bot.intake.outcomes import Outcome, Result
from bot.intake.purchases import take_purchases
from bot.intake.reading import NotARecord, read_record
from bot.intake.records import BounceRecord, CustomerRecord, PurchaseRecord, Record, ReturnRecord
from bot.intake.returns import take_returns
from bot.intake.terms import Terms, read_terms
from bot.retention.policy import Policy
from bot.storage.database import is_conflict, is_passing
from bot.storage.unit_of_work import Database, UnitOfWork

_TRIES = 3


class Kind(StrEnum):
    """What can be handed in."""

    CUSTOMERS = "customers"
    PURCHASES = "purchases"
    RETURNS = "returns"
    BOUNCES = "bounces"

    @property
    def record(self) -> type[Record]:
        """The form of one record."""
        return _RECORDS[self]


_RECORDS: dict[Kind, type[Record]] = {
    Kind.CUSTOMERS: CustomerRecord,
    Kind.PURCHASES: PurchaseRecord,
    Kind.RETURNS: ReturnRecord,
    Kind.BOUNCES: BounceRecord,
}
_TAKERS: dict[Kind, Callable[[UnitOfWork, Any, Terms], list[Outcome]]] = {
    Kind.CUSTOMERS: take_customers,
    Kind.PURCHASES: take_purchases,
    Kind.RETURNS: take_returns,
    Kind.BOUNCES: take_bounces,
}


class DatabaseBusy(FarewellError):
    """The database did not answer in time. Everything before is stored; hand the same in again."""


@dataclass(frozen=True)
class Desk:
    """Takes in what the company's system hands in."""

    database: Database
    policy: Policy
    clock: Clock

    def take(self, kind: Kind, given: Sequence[object], audited_as: str | None = None) -> list[Outcome]:
        """Return what became of each record, in their order. With `audited_as`, the counts go into the audit log under
        that name, in the same transaction.

        Raises:
            DatabaseBusy: when nothing of it could be stored for now.
        """
        terms = read_terms(self.policy, self.clock())
        read = [_read(kind, one, terms) for one in given]
        # Somebody else who hands in the same customers may be faster.
        tries = Retrying(retry=retry_if_exception(_is_conflict), stop=stop_after_attempt(_TRIES), reraise=True)
        try:
            return tries(self._store, kind, read, terms, audited_as)
        except Exception as error:
            if is_passing(error):
                raise DatabaseBusy from error
            raise

    def audit(self, kind: Kind, actor: str, counts: Counter[Result], subject: str | None = None) -> None:
        """Write down who handed in how much, and what became of it."""
        with self.database.write() as work:
            self._audit(work, kind, actor, counts, subject)
            work.commit()

    def _store(self, kind: Kind, read: list[Record | Outcome], terms: Terms, actor: str | None) -> list[Outcome]:
        records = [one for one in read if isinstance(one, Record)]
        with self.database.write() as work:
            taken = iter(_TAKERS[kind](work, records, terms) if records else ())
            outcomes = [next(taken) if isinstance(one, Record) else one for one in read]
            if actor is not None:
                self._audit(work, kind, actor, Counter(one.result for one in outcomes))
            work.commit()
        return outcomes

    def _audit(
        self, work: UnitOfWork, kind: Kind, actor: str, counts: Counter[Result], subject: str | None = None
    ) -> None:
        numbers = {result.value: counts[result] for result in Result}
        work.audit.record(actor, f"{kind.value}.imported", self.clock(), subject=subject, **numbers)


def _read(kind: Kind, given: object, terms: Terms) -> Record | Outcome:
    try:
        return read_record(kind.record, given, terms.now, terms.currency)
    except NotARecord as error:
        return Outcome(Result.REJECTED, str(error))


def _is_conflict(error: BaseException) -> bool:
    return isinstance(error, Exception) and is_conflict(error)
