"""The storage keeps its promises on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import ConversationNotFound
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import Reason
from bot.storage.migrate import find_differences, migrate
from bot.storage.tables import Author, Channel, Conversation, Message, OfferGrant
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock


def add_conversation(database: Database, clock: FixedClock, conversation_id: str = "c1") -> None:
    with database.write() as uow:
        now = clock()
        uow.conversations.add(
            Conversation(id=conversation_id, channel=Channel.WEB, created_at=now, last_message_at=now)
        )
        uow.commit()


def test_migrations_and_tables_agree(database: Database) -> None:
    assert find_differences(database.engine) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database.engine)
    assert find_differences(database.engine) == []


def test_what_an_offer_is_worth_may_be_more_than_a_small_number_holds(database: Database, clock: FixedClock) -> None:
    with database.write() as uow:
        grant = OfferGrant(
            offer="price.every",
            kind=OfferKind.DISCOUNT,
            reason=Reason.PRICE,
            worth=2**40,
            details={},
            state=GrantState.PROPOSED,
            rule="winback.offers.price.every",
            policy_version=1,
            offered_at=clock(),
            deadline=clock(),
        )
        uow.offers.add(grant)
        uow.commit()
    with database.read() as uow:
        assert [kept.worth for kept in uow.session.scalars(sa.select(OfferGrant))] == [2**40]


def test_what_was_not_committed_is_undone(database: Database, clock: FixedClock) -> None:
    with database.write() as uow:
        uow.conversations.add(Conversation(id="c1", channel=Channel.WEB, created_at=clock(), last_message_at=clock()))
    with database.read() as uow:
        assert uow.conversations.find("c1") is None


def test_messages_are_numbered_from_one_in_each_conversation(database: Database, clock: FixedClock) -> None:
    add_conversation(database, clock, "c1")
    add_conversation(database, clock, "c2")
    with database.write() as uow:
        for conversation_id in ("c1", "c2", "c1"):
            uow.conversations.add_message(
                uow.conversations.get(conversation_id, lock=True), Author.CUSTOMER, "hello", clock()
            )
        uow.commit()
    with database.read() as uow:
        assert [m.position for m in uow.conversations.list_messages("c1")] == [1, 2]
        assert [m.position for m in uow.conversations.list_messages("c2")] == [1]
        assert [m.position for m in uow.conversations.list_messages("c1", after=1)] == [2]


def test_the_same_client_id_cannot_be_stored_twice_in_a_conversation(database: Database, clock: FixedClock) -> None:
    add_conversation(database, clock)
    with database.write() as uow:
        conversation = uow.conversations.get("c1", lock=True)
        uow.conversations.add_message(conversation, Author.CUSTOMER, "hello", clock(), client_id="a")
        with pytest.raises(sa.exc.IntegrityError):
            uow.conversations.add_message(conversation, Author.CUSTOMER, "hello", clock(), client_id="a")


def test_times_come_back_as_utc(database: Database, clock: FixedClock) -> None:
    add_conversation(database, clock)
    with database.read() as uow:
        created = uow.conversations.get("c1").created_at
    assert created == datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    assert created.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 5, 4)  # noqa: DTZ001
    conversation = Conversation(id="c", channel=Channel.WEB, created_at=naive, last_message_at=naive)
    with database.write() as uow, pytest.raises(sa.exc.StatementError, match="without a zone"):
        uow.conversations.add(conversation)


def test_an_unknown_conversation_says_so(database: Database) -> None:
    with database.read() as uow, pytest.raises(ConversationNotFound):
        uow.conversations.get("nobody")


def test_deleting_a_conversation_takes_its_messages_along(database: Database, clock: FixedClock) -> None:
    add_conversation(database, clock)
    with database.write() as uow:
        uow.conversations.add_message(uow.conversations.get("c1", lock=True), Author.CUSTOMER, "hello", clock())
        uow.commit()
    with database.write() as uow:
        uow.session.execute(sa.delete(Conversation))
        uow.commit()
    with database.read() as uow:
        assert uow.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_a_reader_is_not_kept_waiting_by_a_writer(sqlite_database: Database, clock: FixedClock) -> None:
    add_conversation(sqlite_database, clock)
    with sqlite_database.write() as writer:
        writer.conversations.get("c1", lock=True)
        with sqlite_database.read() as reader:
            assert reader.conversations.find("c1") is not None


def test_a_missing_folder_for_the_database_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/farewell.db")
    assert database.answers()
    database.close()
    assert (tmp_path / "new" / "farewell.db").exists()
