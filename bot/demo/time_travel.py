"""Puts the clock forward for one person: what has happened to them has happened weeks earlier, so that what is due to
them weeks later is due now.

It is for whoever has just tried an interview. Whom a company knows is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.demo.cast import PREFIX, is_invented
from bot.errors import FarewellError, NotFound
from bot.storage.unit_of_work import Database, UnitOfWork

MOST_WEEKS = 52
SO_MANY_TRIES = 20
"""Where more visitors than this have been interviewed, they are hardly all of them somebody who tries it out."""


class NobodyThere(NotFound):
    """Nobody has been interviewed here yet."""


class OnlyATrial(FarewellError):
    """The last interview was a trial: the demo shop's Ada is signed in, and nobody is written to after a trial. Try it
    as Rosa, or on Telegram with /start, and agree to be written to (docs/demo.md)."""


class LeftNoAddress(FarewellError):
    """Whoever was interviewed last did not agree to be written to, so there is nobody to write to. Try it again, and
    say yes to the last question."""


class MayBeReal(FarewellError):
    """That may be a real customer, who would be written to as if weeks had passed. Add --yes if you are sure."""


@dataclass(frozen=True)
class Traveller:
    """Whose past it is. `invented`: nobody real."""

    customer_id: int
    external_id: str | None

    @property
    def name(self) -> str:
        """How `farewell outreach why` knows them."""
        return self.external_id or f"#{self.customer_id}"


class TimeTravel:
    """Finds whose past is meant, and moves it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def find(self, customer: str | None, chat: str | None) -> Traveller:
        """Return whom an id of the company's system, `#` and a number, or a chat on Telegram means; without any of them
        whoever was interviewed last.

        Raises:
            NobodyThere, OnlyATrial, LeftNoAddress: when that is nobody who can be written to.
        """
        with self._database.read() as work:
            customer_id = self._find_id(work, customer, chat)
            found = work.customers.find(customer_id)
            if found is None:
                raise NobodyThere(f"There is no customer {customer}.")
            return Traveller(found.id, found.external_id)

    def check(self, traveller: Traveller) -> None:
        """Return if they are surely nobody real: invented, or one of a few visitors where no real customer is known.

        Raises:
            MayBeReal: otherwise.
        """
        if is_invented(traveller.external_id):
            return
        with self._database.read() as work:
            is_known = traveller.external_id is not None or work.timelines.list_others(PREFIX)
            if is_known or work.timelines.count_visitors() > SO_MANY_TRIES:
                raise MayBeReal

    def move_back(self, traveller: Traveller, weeks: int) -> None:
        """Move everything back, and have them looked at. Audited."""
        now = self._clock()
        with self._database.write() as work:
            work.timelines.move_back(traveller.customer_id, timedelta(weeks=weeks))
            work.touches.look_again([traveller.customer_id], now)
            work.audit.record("demo", "demo.moved_back", now, subject=traveller.name, weeks=weeks)
            work.commit()

    def _find_id(self, work: UnitOfWork, customer: str | None, chat: str | None) -> int:
        if customer is not None:
            if customer.removeprefix("#").isdecimal() and customer.startswith("#"):
                return int(customer[1:])
            found = work.customers.find_by_external_id(customer)
            if found is None:
                raise NobodyThere(f"There is no customer {customer}: give their id, or # and their number here.")
            return found.id
        if chat is not None:
            owner = work.timelines.find_chat_customer(chat)
            if owner is None:
                raise NobodyThere(f"Nobody is known in chat {chat}, or they did not agree to be written to.")
            return owner
        last = work.timelines.find_last_interviewed()
        if last is None:
            raise NobodyThere
        if last.trial:
            raise OnlyATrial
        if last.customer_id is None:
            raise LeftNoAddress
        return last.customer_id
