"""What came of writing to people, as an operator reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app
from bot.outreach.persons import Persons
from bot.outreach.result_words import describe, write_json
from bot.outreach.results import Results, ResultService
from bot.retention.offers import GrantState
from bot.retention.winback.touches import TouchAnswer, TouchKind, TouchState
from bot.storage.tables import OfferGrant, PlannedTouch, Purchase, Return
from bot.storage.unit_of_work import Database
from tests.company import POLICY, SETTINGS, Company
from tests.conftest import FixedClock


@pytest.fixture
def company(database: Database, clock: FixedClock) -> Company:
    return Company(database, clock)


def reckon(company: Company, holdout: int = 0, since_days: float | None = None) -> Results:
    policy = replace(POLICY, winback=replace(POLICY.winback, holdout=holdout))
    persons = Persons(SETTINGS, policy, company.opt_outs)
    since = None if since_days is None else company.clock.now - timedelta(days=since_days)
    return ResultService(company.database, policy, persons, company.clock).reckon(since)


def come_back(company: Company, customer_id: int, amount: int = 3900, code: str | None = None) -> None:
    now = company.clock.now
    with company.database.write() as work:
        work.session.add(Return(customer_id=customer_id, at=now, amount=amount, currency="EUR", offer_code=code))
        work.session.add(
            Purchase(customer_id=customer_id, order_id="1", at=now + timedelta(days=5), amount=1000, currency="EUR")
        )
        work.commit()


def test_the_money_of_somebody_who_came_back_with_an_offer_is_booked_against_its_cost(company: Company) -> None:
    ana = company.add("ana")
    company.add("rui")
    company.pass_days(50)
    with company.database.write() as work:
        grant = work.session.scalars(select(OfferGrant).where(OfferGrant.customer_id == ana)).one()
        grant.state, grant.code, worth = GrantState.REDEEMED, "STAY-2345-6789", grant.worth
        work.commit()
    come_back(company, ana, code="STAY-2345-6789")
    results = reckon(company)
    assert (results.treated.left, results.treated.returned) == (2, 1)
    (booked,) = results.booked
    assert booked.customer == "ana"
    assert booked.entry.touches == (TouchKind.CHECK_IN, TouchKind.WELCOME_BACK)
    assert (results.revenue, results.cost) == (4900, worth)
    assert results.margin == 4900 * POLICY.winback.valuing.margin // 100
    assert results.net == results.margin - worth


def test_touches_answers_and_offers_are_counted_by_kind_and_state(company: Company) -> None:
    company.add("ana")
    company.add("rui")
    company.pass_days(50)
    with company.database.write() as work:
        touch = work.session.scalars(select(PlannedTouch).where(PlannedTouch.kind == TouchKind.CHECK_IN)).first()
        assert touch is not None
        touch.answer, touch.answered_at = TouchAnswer.OPEN, company.clock.now
        work.session.scalars(select(OfferGrant)).first().state = GrantState.DECLINED  # type: ignore[union-attr]
        work.commit()
    written = write_json(reckon(company))
    assert written["touches"]["check_in"] == {"sent": 2}
    assert written["touches"]["welcome_back"] == {"sent": 2}
    assert written["answers"] == {"check_in": {"open": 1}}
    assert written["offers"]["made"] == 2
    assert (written["offers"]["declined"], written["offers"]["open"]) == (1, 1)
    company.clock.move(days=100)
    assert write_json(reckon(company))["offers"]["expired"] == 1


def test_those_held_out_are_counted_apart(company: Company) -> None:
    ids = [company.add(f"customer{number}") for number in range(40)]
    company.planner.tick()
    company.clock.move(days=10)
    for customer_id in ids[:10]:
        come_back(company, customer_id)
    results = reckon(company, holdout=50)
    assert results.treated.left + results.holdout.left == 40
    assert 5 < results.holdout.left < 35
    assert results.treated.returned + results.holdout.returned == 10
    assert results.lift is not None
    assert results.lift.low < results.lift.value < results.lift.high


def test_who_left_before_is_no_part_of_the_comparison_but_their_money_is_booked(company: Company) -> None:
    ana = company.add("ana")
    company.planner.tick()
    company.clock.move(days=100)
    come_back(company, ana)
    results = reckon(company, since_days=10)
    assert (results.treated.left, len(results.booked), results.revenue) == (0, 1, 4900)


def test_who_came_back_and_whose_cancellation_was_taken_back_has_left_all_the_same(company: Company) -> None:
    ana = company.add("ana")
    company.pass_days(20)
    come_back(company, ana)
    company.change(lambda customer: setattr(customer, "cancelled_at", None))
    results = reckon(company)
    assert (results.treated.left, results.treated.returned, results.booked[0].entry.left_at) == (1, 1, None)


def test_a_trial_counts_in_no_number(company: Company) -> None:
    company.add("ana")
    company.pass_days(50)
    with company.database.write() as work:
        work.session.scalars(select(OfferGrant)).one().trial = True
        work.commit()
    assert write_json(reckon(company))["offers"]["made"] == 0


def test_what_may_have_arrived_counts_as_heard(company: Company) -> None:
    ana = company.add("ana")
    company.pass_days(20, TouchState.UNKNOWN)
    come_back(company, ana)
    assert reckon(company).booked[0].entry.touches == (TouchKind.CHECK_IN,)


def test_what_came_of_it_is_said_in_plain_words(company: Company) -> None:
    ana = company.add("ana")
    company.pass_days(50)
    come_back(company, ana)
    said = "\n".join(describe(reckon(company)))
    assert "check-in: 1 sent" in said
    assert "1 made: 0 accepted, 0 declined, 0 ended without an answer, 1 open" in said
    assert "Written to, or free to be: 1 of 1 (100.0%)" in said
    assert "One of the groups is empty" in said
    assert "Returns: 1, 1 of them by people who had heard from us" in said
    assert "Revenue: 49 EUR" in said or "Revenue: 49.00 EUR" in said


def test_an_operator_asks_before_anything_has_happened(command_settings: None) -> None:
    said = CliRunner().invoke(app, ["outreach", "report", "--json"])
    assert said.exit_code == 0, said.output
    read = json.loads(said.stdout)
    assert (read["money"]["revenue"], read["returns"]["lift"], read["ledger"]) == (0, None, [])
    assert "none yet" in CliRunner().invoke(app, ["outreach", "report", "--since", "2026-01-01"]).output
    assert CliRunner().invoke(app, ["outreach", "report", "--since", "soon"]).exit_code == 2
