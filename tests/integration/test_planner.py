"""The rules of winning back over the real database: whom the planner looks at, what it writes down, and how it says
why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.conversations.opt_out import OptOutService
from bot.outreach.persons import Persons
from bot.outreach.planner import Claimed, Planner
from bot.outreach.why import CustomerNotFound, Why
from bot.retention.channels import Channel
from bot.retention.facts import FactKind, make_key
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import BillingReason, Reason
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
    PlannedTouch,
    Purchase,
    ReasonSource,
    RecordedImprovement,
    Return,
    StatedFact,
    StatedReason,
)
from bot.storage.unit_of_work import Database
from tests import lapsed
from tests.conftest import FixedClock
from tests.gateway import make_settings
from tests.lapsed import Life, somebody

SETTINGS = make_settings()
# Whether a name is held out is chance; here nobody is.
POLICY = replace(lapsed.POLICY, winback=replace(lapsed.POLICY.winback, holdout=0))


class Company:
    """A company with a planner that is run by hand, and customers who have left."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database = database
        self.clock = clock
        opt_outs = OptOutService(database, SETTINGS, clock)
        persons = Persons(SETTINGS, POLICY, opt_outs)
        self.opt_outs = opt_outs
        self.planner = Planner(database, POLICY, persons, clock)
        self.why = Why(database, POLICY, persons, clock)

    def add(self, name: str, *, reason: BillingReason | None = BillingReason.TOO_EXPENSIVE, **facts: object) -> int:
        values = {"monthly_value": 4900, "currency": "EUR", "timezone": "Europe/Lisbon", "cancelled_at": self.clock.now}
        with self.database.write() as work:
            customer = Customer(
                external_id=name,
                created_at=self.clock.now,
                look_at=self.clock.now,
                reported_reason=reason,
                **(values | facts),
            )
            customer.contact_points.append(
                ContactPoint(
                    channel=Channel.EMAIL,
                    address=f"{name}@example.org",
                    consent=True,
                    reachable=True,
                    created_at=self.clock.now,
                )
            )
            work.customers.add(customer)
            work.commit()
            return customer.id

    def change(self, what: Callable[[Customer], object], name: str = "ana") -> None:
        with self.database.write() as work:
            customer = work.customers.find_by_external_id(name)
            assert customer is not None
            what(customer)
            customer.look_at = self.clock.now
            work.commit()

    def pass_days(self, days: float, state: TouchState = TouchState.SENT) -> list[Claimed]:
        """Let so many days go by, and whatever is claimed be sent."""
        end = self.clock.now + timedelta(days=days)
        sent: list[Claimed] = []
        while (due := self._find_next()) is not None and due <= end:
            self.clock.now = max(self.clock.now, due)
            claimed = self.planner.tick().claimed
            for one in claimed:
                self.planner.settle(one.touch_id, state)
            sent += claimed
        self.clock.now = end
        return sent

    def _find_next(self) -> datetime | None:
        with self.database.read() as work:
            return work.session.scalar(
                select(Customer.look_at).where(Customer.look_at.is_not(None)).order_by(Customer.look_at)
            )

    def read_touches(self) -> list[PlannedTouch]:
        with self.database.read() as work:
            return list(work.session.scalars(select(PlannedTouch).order_by(PlannedTouch.planned_at)))


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


def test_a_message_that_may_have_left_is_not_sent_again(company: Company) -> None:
    company.add("ana")
    sent = company.pass_days(20, TouchState.UNKNOWN)
    company.planner.settle(sent[0].touch_id, TouchState.SENT)
    assert [row.state for row in company.read_touches()][:1] == [TouchState.UNKNOWN]


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


def test_a_purchase_after_leaving_counts_as_a_return(company: Company) -> None:
    customer_id = company.add("ana")
    with company.database.write() as work:
        work.session.add(
            Purchase(customer_id=customer_id, order_id="1", at=company.clock.now, amount=100, currency="EUR")
        )
        work.commit()
    company.change(lambda customer: setattr(customer, "last_purchase_at", company.clock.now + timedelta(hours=1)))
    assert company.pass_days(100) == []


def test_only_those_who_are_due_are_looked_at(company: Company) -> None:
    for number in range(20):
        company.add(f"customer{number}")
    assert company.planner.tick().looked_at == 20
    assert company.planner.tick().looked_at == 0


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


def hold_interview(company: Company, customer_id: int, outcome: Outcome | None, **facts: object) -> None:
    now = company.clock.now
    values = {"started_at": now, "finished_at": now if outcome else None, "leading_reason": None}
    with company.database.write() as work:
        work.interviews.add(ExitInterview(customer_id=customer_id, outcome=outcome, **(values | facts)))
        work.commit()
    company.clock.move(minutes=5)


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
