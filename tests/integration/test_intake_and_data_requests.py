"""What a company handed in of somebody is in their export, and goes when they have it erased."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.conversations.data_requests import DataRequests
from bot.retention.channels import Channel
from bot.retention.winback.touches import TouchState
from bot.storage.tables import (
    ContactPoint,
    Customer,
    CustomerValue,
    Erasure,
    OfferGrant,
    PlannedTouch,
    Purchase,
    Return,
)
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.conftest import FixedClock
from tests.intake import ADA, Office, make_touch, offer


@pytest.fixture
def office(database: Database, clock: FixedClock) -> Office:
    office = Office(database, clock)
    office.tell(**ADA)
    office.sell("O-1", "2026-04-01", product="Tea")
    office.greet("2026-05-03", amount="39", offer_code="SPRING")
    offer(office)
    with database.write() as work:
        ada = office.find().id
        work.session.add(make_touch(ada, clock()))
        work.session.add(
            CustomerValue(
                customer_id=ada,
                so_far=990,
                remaining=5,
                second_life=700,
                currency="EUR",
                basis="purchases",
                reckoned_at=clock(),
            )
        )
        work.commit()
    return office


def count(database: Database) -> dict[str, int]:
    tables = (Customer, ContactPoint, Purchase, Return, PlannedTouch, CustomerValue)
    with database.read() as work:
        return {table.__tablename__: work.session.query(table).count() for table in tables}


def test_a_customers_export_has_all_that_the_company_handed_in_and_what_was_planned(
    office: Office, clock: FixedClock
) -> None:
    document = json.loads(json.dumps(DataRequests(office.database, clock).export_customer("C-1")))
    known = document["customer"]
    assert (known["notes"], known["reported_reason"]) == ("prefers mornings", "too_expensive")
    assert known["last_purchase_at"] == "2026-04-01T23:59:59+00:00"
    [purchase] = known["purchases"]
    assert (purchase["order_id"], purchase["amount"], purchase["product"]) == ("O-1", 990, "Tea")
    assert [back["offer_code"] for back in known["returns"]] == ["SPRING"]
    assert [touch["kind"] for touch in known["touches"]] == ["check_in"]
    assert [grant["code"] for grant in known["offers"]] == ["BACK-2345"]
    assert (known["value"]["so_far"], known["value"]["basis"]) == (990, "purchases")


def test_a_customer_to_whom_nobody_ever_spoke_is_erased_with_a_receipt(office: Office, clock: FixedClock) -> None:
    [receipt] = DataRequests(office.database, clock).erase_customer("C-1")
    assert receipt.removed == {
        "customers": 1,
        "contact_points": 3,
        "purchases": 1,
        "returns": 1,
        "touches": 1,
        "offers": 1,
    }
    assert set(count(office.database).values()) == {0}
    with office.database.read() as work:
        [kept] = work.session.query(OfferGrant)
        assert (kept.customer_id, kept.code, kept.terms, kept.worth) == (None, None, None, 1000)
        [proof] = work.session.query(Erasure)
        assert proof.receipt == receipt.code
        assert work.erasures.list_unforgotten() == []


@pytest.mark.usefixtures("command_settings")
def test_an_operator_exports_and_erases_somebody_who_was_only_imported(
    sqlite_database: Database, clock: FixedClock
) -> None:
    office = Office(sqlite_database, clock)
    office.tell(**ADA)
    office.sell()
    exported = CliRunner().invoke(app, ["export", "C-1"])
    assert json.loads(exported.output)["customer"]["purchases"][0]["order_id"] == "O-1"
    erased = CliRunner().invoke(app, ["erase", "C-1", "--yes"])
    assert "Deleted; receipt " in erased.output
    assert "purchases: 1" in erased.output
    assert count(sqlite_database)["purchases"] == 0


def test_a_visitor_who_turns_out_to_be_a_customer_brings_along_what_was_planned_for_them(
    office: Office, clock: FixedClock
) -> None:
    with office.database.write() as work:
        visitor = Customer(external_id=None, look_at=clock(), created_at=clock())
        visitor.contact_points.append(ContactPoint(channel=Channel.TELEGRAM, address="7", created_at=clock()))
        work.customers.add(visitor)
        for key in ("check_in", "welcome_back"):
            work.session.add(make_touch(visitor.id, clock(), key))
        work.session.flush()
        ada = work.customers.find_by_external_id("C-1")
        assert ada is not None
        work.customers.absorb(visitor, ada)
        work.commit()
    with office.database.read() as work:
        dealings = work.personal_data.read_dealings(office.find().id)
        assert sorted(touch.key for touch in dealings.touches) == ["check_in", "welcome_back"]
        assert work.session.query(PlannedTouch).count() == 2
        assert work.session.query(Customer).count() == 1


def test_what_a_visitor_heard_of_us_stays_known_when_they_turn_out_to_be_a_customer_who_heard_the_like(
    office: Office, clock: FixedClock
) -> None:
    heard = ("step.1", "reminder.step.1", "announcement.X")
    ada_id = office.find().id

    def tell(work: UnitOfWork, customer_id: int, mark: str) -> None:
        for key in (*heard, "step.4"):
            touch = make_touch(customer_id, clock(), key)
            touch.id = f"{mark}-{key}"
            touch.state = TouchState.SENT if key in heard else TouchState.PLANNED
            work.session.add(touch)

    with office.database.write() as work:
        tell(work, ada_id, "ada")
        work.commit()
    for mark in ("first", "second"):  # The second visitor may well have the id of the first, who is gone by then.
        with office.database.write() as work:
            visitor, ada = Customer(external_id=None, created_at=clock()), work.customers.find(ada_id)
            assert ada is not None
            work.customers.add(visitor)
            tell(work, visitor.id, mark)
            work.customers.absorb(visitor, ada)
            work.commit()
    with office.database.read() as work:
        touches = {touch.id: touch for touch in work.session.query(PlannedTouch)}
        assert {touch.customer_id for touch in touches.values()} == {ada_id}
        sent = {name: touch.key for name, touch in touches.items() if touch.state is TouchState.SENT}
        planned = [touch.key for touch in touches.values() if touch.state is TouchState.PLANNED]
    marks = {"ada": "", "first": ".v2", "second": ".v3"}
    assert sent == {f"{name}-{key}": f"{key}{mark}" for name, mark in marks.items() for key in heard}
    assert sorted(planned) == ["check_in", "step.4"]
