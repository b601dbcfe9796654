"""What was put right is told to those who left over it, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.retention.facts import FactKind, make_key
from bot.retention.reasons import BillingReason, Reason
from bot.retention.winback.touches import TouchKind
from bot.storage.tables import (
    Customer,
    ExitInterview,
    Outcome,
    Purchase,
    ReasonSource,
    RecordedImprovement,
    StatedFact,
    StatedReason,
)
from bot.storage.unit_of_work import Database
from tests.company import Company, hold_interview
from tests.conftest import FixedClock


@pytest.fixture
def company(database: Database, clock: FixedClock) -> Company:
    return Company(database, clock)


def test_what_was_put_right_is_told_to_those_who_left_over_it(company: Company) -> None:
    company.add("ana", reason=BillingReason.MISSING_FEATURES)
    company.add("rui", reason=BillingReason.SWITCHED_SERVICE)
    company.pass_days(40)
    with company.database.write() as work:
        work.session.add(
            RecordedImprovement(
                id="dark-mode",
                what="There is a dark mode",
                reasons=[Reason.MISSING_FEATURES.value],
                told_at=company.clock.now,
                recorded_by="Robin",
            )
        )
        work.commit()
    for name in ("ana", "rui"):
        company.change(lambda customer: None, name)
    told = [row for row in company.read_touches() if row.kind is TouchKind.ANNOUNCEMENT]
    assert told == []
    sent = company.pass_days(30)
    assert [(it.touch.kind, it.touch.improvement) for it in sent] == [(TouchKind.ANNOUNCEMENT, "dark-mode")]


def test_what_somebody_says_in_a_trial_is_not_why_they_left(company: Company) -> None:
    customer_id = company.add("ana", reason=None, cancelled_at=None)
    hold_interview(company, customer_id, Outcome.LEFT, leading_reason=Reason.PRICE, trial=True)
    assert company.pass_days(400) == []


def improve(company: Company, *reasons: Reason, **about: str) -> None:
    with company.database.write() as work:
        work.session.add(
            RecordedImprovement(
                id="it",
                what="It works",
                reasons=[reason.value for reason in reasons],
                told_at=company.clock.now,
                recorded_by="Robin",
                **about,
            )
        )
        work.session.execute(update(Customer).values(look_at=company.clock.now))
        work.commit()


def list_told(company: Company) -> list[int]:
    """Return the numbers of those who hear of it within half a year."""
    sent = company.pass_days(180)
    return [one.customer_id for one in sent if one.touch.kind is TouchKind.ANNOUNCEMENT]


def test_of_a_feature_hear_those_who_named_it_in_their_interview(company: Company) -> None:
    ids = {name: company.add(name, reason=None) for name in ("ana", "rui", "eva")}
    for name, feature in (("ana", "an offline mode"), ("rui", "a dark mode")):
        hold_interview(company, ids[name], Outcome.LEFT, leading_reason=Reason.MISSING_FEATURES)
        with company.database.write() as work:
            interview = work.session.scalars(select(ExitInterview).where(ExitInterview.customer_id == ids[name])).one()
            stated = StatedReason(
                label=Reason.MISSING_FEATURES, source=ReasonSource.INFERRED, score=0.9, stated_at=company.clock.now
            )
            work.interviews.add_reason(interview, stated)
            work.interviews.add_fact(
                stated,
                StatedFact(
                    question="reason",
                    kind=FactKind.FEATURE,
                    text=feature,
                    key=make_key(feature),
                    start=0,
                    end=len(feature),
                ),
            )
            work.commit()
    improve(company, Reason.MISSING_FEATURES, feature="Offline mode")
    assert list_told(company) == [ids["ana"]]


def test_of_a_product_hear_those_who_had_it_by_plan_or_purchase(company: Company) -> None:
    ids = {name: company.add(name, reason=BillingReason.LOW_QUALITY) for name in ("ana", "rui", "eva")}
    company.change(lambda customer: setattr(customer, "plan", "Green Tea"), "ana")
    with company.database.write() as work:
        before = company.clock.now - timedelta(days=30)
        for number, (name, product) in enumerate([("rui", "green tea"), ("rui", "green tea"), ("eva", "Coffee")]):
            work.session.add(
                Purchase(
                    customer_id=ids[name], order_id=str(number), at=before, amount=1, currency="EUR", product=product
                )
            )
        work.commit()
    improve(company, Reason.PRODUCT_QUALITY, product="Green tea")
    assert sorted(list_told(company)) == [ids["ana"], ids["rui"]]
