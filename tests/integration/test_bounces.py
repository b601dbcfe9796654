"""The company's mail service says from where mail came back; nobody is written to there until they say that they are
there again."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversations.consents import keep_address
from bot.intake.bounces import NOBODYS
from bot.intake.desk import Kind
from bot.intake.outcomes import Outcome, Result
from bot.retention.winback.touches import TouchState
from bot.storage.tables import AuditEntry, LetterState
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.gateway import make_settings
from tests.intake import Office, is_taken
from tests.interviews import add_conversation
from tests.mailed import ADDRESS, Mailing

AGREED = {"consent_email": True, "consent_at": "2026-03-01"}


@pytest.fixture
def office(database: Database, clock: FixedClock) -> Office:
    return Office(database, clock)


def bounce(office: Office, *addresses: Any) -> list[Outcome]:
    return office.desk.take(Kind.BOUNCES, [{"email": address} for address in addresses], "company API")


def test_an_address_from_which_mail_came_back_is_written_to_no_more(
    office: Office, database: Database, clock: FixedClock
) -> None:
    mailing = Mailing(database, clock, make_settings())
    touch = mailing.touch(mailing.add_customer())
    [outcome] = bounce(office, ADDRESS.upper())
    assert is_taken(outcome)
    assert not mailing.find_point().reachable
    assert mailing.find_letter(touch).state is LetterState.FAILED
    assert mailing.find(touch).state is TouchState.FAILED
    assert mailing.letters.take_next(()) is None


def test_everybody_who_has_the_address_is_meant_however_it_is_written(office: Office) -> None:
    office.tell("C-1", email="Ada@shop.example")
    office.tell("C-2", email="ada@shop.example")
    office.tell("C-3", email="bo@shop.example")
    assert [is_taken(one) for one in bounce(office, "ADA@shop.example")] == [True]
    reachable = [office.point(external_id=one).reachable for one in ("C-1", "C-2", "C-3")]
    assert reachable == [False, False, True]


def test_the_same_again_and_a_strangers_address_change_nothing(office: Office) -> None:
    office.tell("C-1", email=ADDRESS)
    bounce(office, ADDRESS)
    assert bounce(office, ADDRESS, "nobody@else.example") == [Outcome(Result.UNCHANGED), NOBODYS]


@pytest.mark.parametrize("address", [None, "", "no address", "a@b.example\r\nBcc: x", 7, "x" * 300 + "@b.example"])
def test_what_is_no_address_is_rejected_and_costs_no_other(office: Office, address: Any) -> None:
    office.tell("C-1", email=ADDRESS)
    rejected, taken = bounce(office, address, ADDRESS)
    assert rejected.result is Result.REJECTED
    assert is_taken(taken)


def test_it_is_in_the_audit_log_as_a_count(office: Office, database: Database) -> None:
    bounce(office, "nobody@else.example")
    with database.read() as work:
        [entry] = work.session.query(AuditEntry).all()
        assert entry.action == "bounces.imported"
        assert "nobody@else.example" not in str(entry.details)


def test_handing_the_customer_in_once_more_does_not_make_the_address_good(office: Office) -> None:
    office.tell("C-1", email=ADDRESS, **AGREED)
    bounce(office, ADDRESS)
    office.tell("C-1", email=ADDRESS, **AGREED)
    assert not office.point().reachable


def test_who_agrees_anew_is_there_again(office: Office) -> None:
    office.tell("C-1", email=ADDRESS, **AGREED)
    bounce(office, ADDRESS)
    office.tell("C-1", email=ADDRESS, consent_email=True, consent_at="2026-05-02")
    assert office.point().reachable


def test_who_types_the_address_in_a_conversation_is_there_again(
    office: Office, database: Database, clock: FixedClock
) -> None:
    office.tell("C-1", email=ADDRESS)
    bounce(office, ADDRESS)
    add_conversation(database, clock())
    with database.write() as work:
        customer = work.customers.find_by_external_id("C-1")
        conversation = work.conversations.get("c1", lock=True)
        assert customer is not None
        conversation.customer_id = customer.id
        keep_address(work, conversation, None, ADDRESS, clock())  # type: ignore[arg-type]
        work.commit()
    assert office.point().reachable
