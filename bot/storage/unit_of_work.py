"""The unit of work: one transaction, the repositories on it, and an explicit commit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from bot.storage.chats import Chats
from bot.storage.conversations import Conversations
from bot.storage.customer_register import CustomerRegister
from bot.storage.customers import Customers, Suppressions
from bot.storage.database import connect
from bot.storage.deliveries import Deliveries
from bot.storage.erasures import Erasures
from bot.storage.improvements import Improvements
from bot.storage.interviews import Interviews
from bot.storage.lapsed import LapsedRecords
from bot.storage.ledger import Ledger
from bot.storage.letters import Letters
from bot.storage.offers import OfferGrants
from bot.storage.personal_data import PersonalData
from bot.storage.policies import Policies
from bot.storage.purchases import Purchases, Returns
from bot.storage.staff import AuditLog, StaffUsers
from bot.storage.telegram_updates import TelegramUpdates
from bot.storage.timelines import Timelines
from bot.storage.touches import Touches
from bot.storage.turns import Turns

Store = Callable[[], "UnitOfWork"]


PATIENCE_SECONDS = 10
"""How long a writer waits for its turn."""


class UnitOfWork:
    """One transaction. Leaving it without `commit()` undoes everything, so an error needs no handling of its own."""

    def __init__(self, session: Session, turn_to_write: threading.Lock | None = None) -> None:
        self.session = session
        self._turn_to_write = turn_to_write
        self.conversations = Conversations(session)
        self.turns = Turns(session)
        self.letters = Letters(session)
        self.chats = Chats(session)
        self.telegram_updates = TelegramUpdates(session)
        self.interviews = Interviews(session)
        self.offers = OfferGrants(session)
        self.customers = Customers(session)
        self.register = CustomerRegister(session)
        self.purchases = Purchases(session)
        self.returns = Returns(session)
        self.lapsed = LapsedRecords(session)
        self.touches = Touches(session)
        self.timelines = Timelines(session)
        self.improvements = Improvements(session)
        self.ledger = Ledger(session)
        self.suppressions = Suppressions(session)
        self.staff = StaffUsers(session)
        self.audit = AuditLog(session)
        self.deliveries = Deliveries(session)
        self.erasures = Erasures(session)
        self.personal_data = PersonalData(session)
        self.policies = Policies(session)

    def __enter__(self) -> Self:
        if self._turn_to_write is not None and not self._turn_to_write.acquire(timeout=PATIENCE_SECONDS):
            raise sa.exc.TimeoutError("others have been writing for too long")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closing undoes what was not committed, and leaves what was read as it was read.
        try:
            self.session.close()
        finally:
            if self._turn_to_write is not None:
                self._turn_to_write.release()

    def commit(self) -> None:
        """Make everything done since the beginning permanent."""
        self.session.commit()


class Database:
    """An open database. `write` begins a unit of work; `read` one that takes no write lock and must not commit."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        # SQLite lets one write at a time, and lets the others look again and again whether it is their turn. Whoever
        # waits here goes on the moment it is.
        self._turn_to_write = threading.Lock() if self.engine.dialect.name == "sqlite" else None
        self._writes = sessionmaker(self.engine, expire_on_commit=False)
        self._reads = sessionmaker(self.engine.execution_options(reads_only=True), expire_on_commit=False)

    def write(self) -> UnitOfWork:
        """Begin a transaction that may write."""
        return UnitOfWork(self._writes(), self._turn_to_write)

    def read(self) -> UnitOfWork:
        """Begin a transaction that only reads."""
        return UnitOfWork(self._reads())

    def answers(self) -> bool:
        """Tell whether the database can be asked at all."""
        try:
            with self.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
        except sa.exc.SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
