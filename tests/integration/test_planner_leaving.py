"""When somebody has left, has come back or has left again, as the planner sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import (
    Outcome,
    Purchase,
    Return,
)
from bot.storage.unit_of_work import Database
from tests.company import POLICY, Company, hold_interview
from tests.conftest import FixedClock


@pytest.fixture
def company(database: Database, clock: FixedClock) -> Company:
    return Company(database, clock)


def test_who_has_bought_nothing_for_long_is_asked_why_once(company: Company, clock: FixedClock) -> None:
    bought = clock.now
    company.add("ana", reason=None, cancelled_at=None, monthly_value=None, last_purchase_at=bought)
    sent = company.pass_days(600)
    assert [it.touch.kind for it in sent] == [TouchKind.CHECK_IN]
    (row,) = company.read_touches()
    lapsed = bought + timedelta(days=POLICY.winback.lapsed_after_days)
    assert timedelta(days=7) <= row.changed_at - lapsed <= timedelta(days=30)


def test_who_has_not_left_is_not_planned_for(company: Company) -> None:
    company.add("ana", cancelled_at=None)
    company.add("rui", cancelled_at=company.clock.now + timedelta(days=10))
    company.planner.tick()
    assert company.read_touches() == []
    assert company.why.explain("ana")[0] == "ana has not left: nothing is planned for them."
    assert company.pass_days(60) != []


def test_who_came_back_and_left_again_gets_a_new_plan(company: Company) -> None:
    customer_id = company.add("ana")
    company.pass_days(20)
    with company.database.write() as work:
        work.session.add(Return(customer_id=customer_id, at=company.clock.now))
        work.commit()
    company.change(lambda customer: None)
    company.pass_days(50)
    company.change(lambda customer: setattr(customer, "cancelled_at", company.clock.now))
    sent = company.pass_days(30)
    assert [it.touch.kind for it in sent] == [TouchKind.CHECK_IN]


def test_a_purchase_after_leaving_counts_as_a_return(company: Company) -> None:
    customer_id = company.add("ana")
    with company.database.write() as work:
        work.session.add(
            Purchase(customer_id=customer_id, order_id="1", at=company.clock.now, amount=100, currency="EUR")
        )
        work.commit()
    company.change(lambda customer: setattr(customer, "last_purchase_at", company.clock.now + timedelta(hours=1)))
    assert company.pass_days(100) == []


def test_who_pays_every_month_has_not_lapsed_however_long_ago_they_last_ordered(company: Company) -> None:
    company.add("ana", reason=None, cancelled_at=None, last_purchase_at=company.clock.now - timedelta(days=200))
    assert company.pass_days(400) == []


def test_when_the_day_of_leaving_moves_later_so_does_what_was_planned(company: Company) -> None:
    company.add("ana")
    company.pass_days(3)
    leaves = company.clock.now + timedelta(days=30)
    company.change(lambda customer: setattr(customer, "cancelled_at", leaves))
    sent = company.pass_days(60)
    assert [it.touch.kind for it in sent] == [TouchKind.CHECK_IN]
    assert timedelta(days=7) <= sent[0].touch.wanted_at - leaves <= timedelta(days=30)
    assert company.read_touches()[0].because == "barred.not_left"


def test_when_the_day_of_leaving_moves_within_the_past_nobody_hears_from_us_too_soon(company: Company) -> None:
    company.add("ana")
    company.pass_days(12)
    left = company.clock.now - timedelta(days=1)
    company.change(lambda customer: setattr(customer, "cancelled_at", left))
    company.pass_days(40)
    sent = [row for row in company.read_touches() if row.state is TouchState.SENT]
    assert [row.kind for row in sent] == [TouchKind.CHECK_IN]
    assert sent[0].changed_at - left >= timedelta(days=7)


def test_a_new_conversation_in_which_nothing_is_said_does_not_undo_what_they_told_us(company: Company) -> None:
    customer_id = company.add("ana", reason=None)
    hold_interview(company, customer_id, Outcome.LEFT, leading_reason=Reason.POOR_FIT_EXPECTATIONS)
    hold_interview(company, customer_id, None)
    assert company.pass_days(400) == []


def test_who_was_won_over_to_stay_is_not_asked_how_they_are_without_us(company: Company) -> None:
    customer_id = company.add("ana", cancelled_at=company.clock.now + timedelta(days=20))
    hold_interview(company, customer_id, Outcome.SAVED, leading_reason=Reason.PRICE)
    bought = company.clock.now - timedelta(days=180)
    rui = company.add("rui", reason=None, cancelled_at=None, monthly_value=None, last_purchase_at=bought)
    hold_interview(company, rui, Outcome.SAVED, leading_reason=Reason.PRICE)
    assert company.pass_days(100) == []


def test_what_somebody_said_before_they_came_back_is_not_why_they_left_again(company: Company) -> None:
    customer_id = company.add("ana", reason=None)
    hold_interview(company, customer_id, Outcome.LEFT, leading_reason=Reason.PRICE)
    company.pass_days(5)
    with company.database.write() as work:
        work.session.add(Return(customer_id=customer_id, at=company.clock.now))
        work.commit()
    company.pass_days(200)
    company.change(lambda customer: setattr(customer, "cancelled_at", company.clock.now))
    sent = company.pass_days(300)
    assert [it.touch.rule for it in sent] == ["winback.plans.unknown.1"]


def test_a_buyer_who_came_back_by_buying_and_fell_silent_again_is_asked_again(company: Company) -> None:
    company.add("ana", reason=None, cancelled_at=None, monthly_value=None, last_purchase_at=company.clock.now)
    assert len(company.pass_days(230)) == 1
    company.change(lambda customer: setattr(customer, "last_purchase_at", company.clock.now))
    assert len(company.pass_days(400)) == 1


def test_who_came_back_after_hearing_from_us_is_thanked_once(company: Company) -> None:
    ana = company.add("ana")
    company.pass_days(20)
    with company.database.write() as work:
        work.session.add(Return(customer_id=ana, at=company.clock.now))
        work.commit()
    company.change(lambda customer: None)
    assert "Thanks: planned for" in "\n".join(company.why.explain("ana"))
    sent = company.pass_days(200)
    assert [it.touch.kind for it in sent] == [TouchKind.THANKS]
    said = "\n".join(company.why.explain("ana"))
    assert "because they came back (barred.returned)" in said
