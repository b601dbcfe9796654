"""The rules of winning back over the real database: whom the planner looks at, what it writes down, and how it says
why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.outreach.persons import Persons
from bot.outreach.why import CustomerNotFound
from bot.retention.channels import Channel
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import Reason
from bot.retention.winback.person import Lapsed
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.lapsed import Record
from bot.storage.tables import (
    ContactPoint,
    Conversation,
    Customer,
    EndedBy,
    ExitInterview,
    Mode,
    OfferGrant,
    Outcome,
)
from bot.storage.unit_of_work import Database
from tests.company import POLICY, Company, hold_interview
from tests.conftest import FixedClock
from tests.lapsed import Life, somebody


@pytest.fixture
def company(database: Database, clock: FixedClock) -> Company:
    return Company(database, clock)


def test_somebody_who_left_over_the_price_is_written_to_as_the_rules_say(company: Company) -> None:
    company.add("ana")
    left = company.clock.now
    sent = company.pass_days(400)
    life = Life(somebody(Reason.PRICE, left_at=left, monthly_value=4900, currency="EUR"), now=left, look_at=left)
    life.pass_days(400)
    assert [(it.touch.kind, it.touch.channel) for it in sent] == [(it.kind, it.channel) for it in life.heard]
    written = [row for row in company.read_touches() if row.state is TouchState.SENT]
    assert [(row.kind, row.changed_at) for row in written] == [(it.kind, it.changed_at) for it in life.heard]
    assert {row.policy_version for row in written} == {POLICY.version}


def test_an_offer_that_is_made_is_written_down_with_its_deadline(company: Company) -> None:
    company.add("ana")
    company.pass_days(60)
    with company.database.read() as work:
        grant = work.session.scalars(select(OfferGrant)).one()
    assert (grant.state, grant.rule) == (GrantState.PROPOSED, "winback.offers.price.middle")
    assert grant.worth == 4900 * 4 * 20 // 100
    assert grant.details == {"percent": 20, "months": 4, "timezone": "Europe/Lisbon"}
    assert grant.deadline > company.clock.now


def test_who_declines_is_not_reminded(company: Company) -> None:
    company.add("ana")
    company.pass_days(50)
    with company.database.write() as work:
        work.session.scalars(select(OfferGrant)).one().state = GrantState.DECLINED
        work.commit()
    company.change(lambda customer: None)
    assert company.pass_days(400) == []


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("barred.flagged", lambda customer, now: setattr(customer, "flagged_at", now)),
        ("barred.disputed", lambda customer, now: setattr(customer, "disputed_at", now)),
        ("barred.returned", lambda customer, now: setattr(customer, "last_purchase_at", now)),
        ("barred.no_consent", lambda customer, now: setattr(customer.contact_points[0], "consent", False)),
        ("barred.unreachable", lambda customer, now: setattr(customer.contact_points[0], "reachable", False)),
    ],
)
def test_what_is_learnt_of_somebody_ends_what_was_planned(
    company: Company, rule: str, what: Callable[[Customer, datetime], None]
) -> None:
    company.add("ana")
    company.pass_days(3)
    company.change(lambda customer: what(customer, company.clock.now))
    assert company.pass_days(400) == []
    assert [(row.state, row.because) for row in company.read_touches()] == [(TouchState.SKIPPED, rule)]


def test_who_is_suppressed_under_any_address_hears_nothing(company: Company) -> None:
    company.add("ana")
    company.pass_days(3)
    with company.database.write() as work:
        work.suppressions.add(company.opt_outs.hash_contact(Channel.EMAIL, "Ana@example.org "), "test", company.clock())
        work.commit()
    assert company.pass_days(400) == []
    assert "suppressed" in "\n".join(company.why.explain("ana"))


def test_who_opted_out_in_a_conversation_hears_nothing_on_any_other_channel(company: Company) -> None:
    customer_id = company.add("ana")
    now = company.clock.now
    with company.database.write() as work:
        work.conversations.add(
            Conversation(
                id="c1",
                channel=Channel.WEB,
                customer_id=customer_id,
                opted_out_at=now,
                created_at=now,
                last_message_at=now,
                heard_at=now,
            )
        )
        work.commit()
    assert company.pass_days(400) == []


def test_while_staff_have_the_conversation_a_message_is_held(company: Company) -> None:
    customer_id = company.add("ana")
    now = company.clock.now
    with company.database.write() as work:
        work.conversations.add(
            Conversation(
                id="c1",
                channel=Channel.WEB,
                customer_id=customer_id,
                mode=Mode.STAFF,
                created_at=now,
                last_message_at=now,
                heard_at=now,
            )
        )
        work.commit()
    assert company.pass_days(20) == []
    assert [(row.state, row.because) for row in company.read_touches()] == [(TouchState.HELD, "hold.handoff")]
    assert "staff are talking with them" in "\n".join(company.why.explain("ana"))


def test_somebody_who_told_us_of_a_hardship_hears_nothing(company: Company) -> None:
    customer_id = company.add("ana")
    now = company.clock.now
    with company.database.write() as work:
        work.interviews.add(
            ExitInterview(
                customer_id=customer_id,
                started_at=now,
                finished_at=now,
                outcome=Outcome.LEFT,
                ended_by=EndedBy.SENSITIVE,
                leading_reason=Reason.NO_LONGER_NEEDED,
                sensitive=True,
            )
        )
        work.commit()
    assert company.pass_days(400) == []


def test_a_message_that_may_have_left_is_not_sent_again(company: Company) -> None:
    company.add("ana")
    sent = company.pass_days(20, TouchState.UNKNOWN)
    company.planner.settle(sent[0].touch_id, TouchState.SENT)
    assert [row.state for row in company.read_touches()][:1] == [TouchState.UNKNOWN]


def test_the_planner_says_why(company: Company) -> None:
    company.add("ana")
    company.pass_days(3)
    said = company.why.explain("ana")
    assert said[0] == "ana left on Monday 4 May 13:00 (Europe/Lisbon) over price."
    assert said[1] == "Until now:"
    assert said[2] == (
        "  Check-in: planned for Monday 18 May 13:00 in Lisbon, because step 1 of the plan for people who left over "
        f"price (winback.plans.price.1). Policy version {POLICY.version}."
    )
    assert said[-1] == f"By policy version {POLICY.version}."
    with pytest.raises(CustomerNotFound, match="There is no customer 'nobody'"):
        company.why.explain("nobody")


def test_only_those_who_are_due_are_looked_at(company: Company) -> None:
    for number in range(20):
        company.add(f"customer{number}")
    assert company.planner.tick().looked_at == 20
    assert company.planner.tick().looked_at == 0


def test_somebody_known_under_two_names_at_one_address_hears_from_us_once(company: Company) -> None:
    company.add("ana")
    company.add("visitor")
    with company.database.write() as work:
        for point in work.session.scalars(select(ContactPoint)):
            point.address = "ana@example.org"
        work.commit()
    assert [it.touch.kind for it in company.pass_days(20)] == [TouchKind.CHECK_IN]


def test_what_a_visitor_told_us_spares_the_customer_with_the_same_address(company: Company) -> None:
    company.add("ana")
    visitor = company.add("visitor", cancelled_at=None)
    hold_interview(company, visitor, Outcome.LEFT, leading_reason=Reason.NO_LONGER_NEEDED, sensitive=True)
    with company.database.write() as work:
        for point in work.session.scalars(select(ContactPoint)):
            point.address = "ana@example.org"
        work.commit()
    assert company.pass_days(400) == []


def test_a_record_that_cannot_be_read_keeps_nobody_else_waiting(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = company.add("ana")
    company.add("rui")
    describe = Persons.describe

    def stumble(self: Persons, record: Record, left_at: datetime, *, suppressed: bool) -> Lapsed:
        if record.customer.id == broken:
            raise ValueError("something nobody thought of")
        return describe(self, record, left_at, suppressed=suppressed)

    monkeypatch.setattr(Persons, "describe", stumble)
    assert [it.customer_id for it in company.pass_days(20)] != []
    assert {row.customer_id for row in company.read_touches()} == {broken + 1}


def test_who_took_a_call_and_left_still_gets_an_offer(company: Company) -> None:
    customer_id = company.add("ana")
    now = company.clock.now
    with company.database.write() as work:
        work.session.add(
            OfferGrant(
                customer_id=customer_id,
                offer="call",
                kind=OfferKind.CALL,
                reason=Reason.PRICE,
                worth=0,
                details={},
                state=GrantState.ACCEPTED,
                rule="save_offers.price.every",
                policy_version=1,
                offered_at=now,
                deadline=now,
                decided_at=now,
            )
        )
        work.commit()
    assert [it.touch.offer is not None for it in company.pass_days(50)] == [False, True]
