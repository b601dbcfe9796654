"""What a company hands in of its customers is stored once, on SQLite and on PostgreSQL, and brought up to date."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.intake.desk import Kind
from bot.intake.outcomes import Outcome, Result
from bot.retention.channels import Channel
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import BillingReason, Reason
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import AuditEntry, ContactPoint, Customer, OfferGrant, PlannedTouch
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.intake import LAPSE, Office, is_taken

UNCHANGED = Outcome(Result.UNCHANGED)
ADA = {
    "name": "Ada Lindholm",
    "email": "ada@example.org",
    "phone": "+442079460958",
    "telegram": "77012345",
    "timezone": "Europe/London",
    "plan": "Family",
    "monthly_value": "39.00",
    "currency": "EUR",
    "joined_at": "2024-03-01",
    "cancelled_at": "2026-05-01",
    "reason": "too_expensive",
    "place": "Leeds",
    "consent_email": "true",
    "consent_phone": "false",
    "consent_source": "checkout",
    "consent_at": "2024-03-01",
    "notes": "prefers mornings",
}


@pytest.fixture
def office(database: Database, clock: FixedClock) -> Office:
    return Office(database, clock)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def end(text: str) -> datetime:
    """Return the end of a day, which is when somebody bought or came back of whom the day alone is told."""
    return day(f"{text}T23:59:59")


def settle(office: Office, external_id: str = "C-1", **values: Any) -> None:
    """Store something of a customer as if it had come another way."""
    with office.database.write() as work:
        customer = work.customers.find_by_external_id(external_id)
        assert customer is not None
        for name, value in values.items():
            setattr(customer, name, value)
        work.commit()


def say_of_address(office: Office, consent: bool, source: str, at: str = "2026-04-01") -> None:
    """Have a person said themselves whether they may be written to by e-mail."""
    with office.database.write() as work:
        customer = work.customers.find_by_external_id("C-1")
        assert customer is not None
        for point in customer.contact_points:
            if point.channel is Channel.EMAIL:
                point.consent, point.consent_source, point.consent_at = consent, source, day(at)
        work.commit()


def test_a_customer_is_kept_with_all_that_the_company_tells_of_them(office: Office, clock: FixedClock) -> None:
    assert is_taken(office.tell(**ADA))
    ada = office.find()
    assert (ada.name, ada.monthly_value, ada.currency, ada.place) == ("Ada Lindholm", 3900, "EUR", "Leeds")
    assert (ada.joined_at, ada.cancelled_at) == (day("2024-03-01"), day("2026-05-01"))
    assert (ada.reported_reason, ada.notes) == (BillingReason.TOO_EXPENSIVE, "prefers mornings")
    email, phone, chat = (office.point(one) for one in (Channel.EMAIL, Channel.PHONE, Channel.TELEGRAM))
    assert (email.consent, email.consent_source, email.consent_at) == (True, "checkout", day("2024-03-01"))
    assert (phone.consent, chat.consent, chat.address) == (False, None, "77012345")
    assert ada.look_at == clock()


def test_handing_the_same_in_twice_changes_nothing(office: Office, clock: FixedClock) -> None:
    office.tell(**ADA)
    settle(office, look_at=None)
    clock.move(days=1)
    assert office.tell(**ADA) == UNCHANGED
    assert office.find().look_at is None
    assert len(office.find().contact_points) == 3


def test_what_is_absent_stays_as_it_was_and_what_is_other_is_brought_up_to_date(office: Office) -> None:
    office.tell(**ADA)
    assert is_taken(office.tell(plan="Single"))
    ada = office.find()
    assert (ada.plan, ada.name, ada.monthly_value) == ("Single", "Ada Lindholm", 3900)


def test_one_list_may_name_somebody_twice_and_the_last_word_counts(office: Office) -> None:
    given = [{"external_id": "C-1", "plan": plan} for plan in ("Family", "Family", "Single")]
    outcomes = office.desk.take(Kind.CUSTOMERS, given)
    assert [one.result for one in outcomes] == [Result.TAKEN, Result.UNCHANGED, Result.TAKEN]
    assert office.find().plan == "Single"


def test_a_bad_record_keeps_no_other_from_being_taken(office: Office) -> None:
    outcomes = office.desk.take(Kind.CUSTOMERS, [{"external_id": "C-1"}, {"email": "x"}, {"external_id": "C-2"}])
    assert [one.result for one in outcomes] == [Result.TAKEN, Result.REJECTED, Result.TAKEN]
    assert office.find("C-2").external_id == "C-2"


def test_how_much_was_handed_in_is_audited_without_saying_of_whom(office: Office) -> None:
    office.desk.take(Kind.CUSTOMERS, [{"external_id": "C-1", "name": "Ada"}, {}], audited_as="company API")
    with office.database.read() as work:
        [entry] = work.session.query(AuditEntry)
        assert (entry.actor, entry.action, entry.subject) == ("company API", "customers.imported", None)
        assert entry.details == {"taken": 1, "unchanged": 0, "rejected": 1}


# Who is looked at, and when.


def test_somebody_who_complains_is_left_in_peace_until_that_is_settled(office: Office, clock: FixedClock) -> None:
    office.tell(cancelled_at="2026-05-01")
    settle(office, look_at=None)
    assert is_taken(office.tell(disputed="yes"))
    assert (office.find().disputed_at, office.find().look_at) == (clock(), clock())
    clock.move(days=1)
    assert office.tell(disputed="true") == UNCHANGED
    assert is_taken(office.tell(disputed="no"))
    assert office.find().disputed_at is None


def test_somebody_who_cancelled_is_looked_at_at_once(office: Office, clock: FixedClock) -> None:
    office.tell()
    assert office.find().look_at is None
    clock.move(days=1)
    office.tell(cancelled_at="2026-05-03")
    assert office.find().look_at == clock()


def test_a_customer_who_has_not_left_is_not_looked_at(office: Office) -> None:
    office.tell(**{name: told for name, told in ADA.items() if name not in ("cancelled_at", "reason")})
    assert office.find().look_at is None


@pytest.mark.parametrize("change", [{"timezone": "Asia/Tokyo"}, {"consent_telegram": "true"}, {"reason": "unused"}])
def test_somebody_who_left_is_looked_at_when_something_changes(
    office: Office, clock: FixedClock, change: dict[str, str]
) -> None:
    office.tell(**ADA)
    clock.move(days=1)
    office.tell(**ADA | change)
    assert office.find().look_at == clock()


@pytest.mark.parametrize("written", ["none", "None"])
def test_a_cancellation_can_be_taken_back(office: Office, clock: FixedClock, written: str) -> None:
    office.tell(**ADA)
    clock.move(days=1)
    assert is_taken(office.tell(cancelled_at=written))
    assert (office.find().cancelled_at, office.find().look_at) == (None, clock())
    clock.move(days=1)
    assert office.tell(cancelled_at=written) == UNCHANGED
    assert office.find().look_at != clock()


def test_a_note_is_no_cause_to_look_at_anybody(office: Office, clock: FixedClock) -> None:
    office.tell(**ADA)
    looked_at = office.find().look_at
    clock.move(days=1)
    assert is_taken(office.tell(notes="has a dog"))
    assert office.find().look_at == looked_at


# Consent: the company's no always counts; its yes never undoes the person's own word.


@pytest.mark.parametrize("source", ["exit interview", "opt-out", "conversation"])
def test_no_import_turns_a_refusal_given_to_us_into_a_yes(office: Office, source: str) -> None:
    office.tell(**ADA)
    say_of_address(office, False, source)
    outcome = office.tell(**ADA | {"consent_at": "2026-05-03", "consent_source": "newsletter"})
    assert outcome.said == "consent_email is not taken: they said no themselves."
    assert (office.point().consent, office.point().consent_source) == (False, source)


def test_a_refusal_given_to_us_holds_for_a_new_address_too(office: Office) -> None:
    office.tell(**ADA)
    say_of_address(office, False, "opt-out")
    office.tell(**ADA | {"email": "ada.new@example.org", "consent_at": "2026-05-03"})
    points = {point.address: point.consent for point in office.find().contact_points if point.channel is Channel.EMAIL}
    assert points == {"ada@example.org": False, "ada.new@example.org": None}


@pytest.mark.parametrize("address", ["ada@example.org", "Ada@example.org"])
def test_a_visitors_refusal_of_an_address_holds_for_the_customer_who_has_it(
    office: Office, clock: FixedClock, address: str
) -> None:
    with office.database.write() as work:
        visitor = Customer(external_id=None, created_at=clock())
        point = ContactPoint(channel=Channel.EMAIL, address=address, created_at=clock())
        point.consent, point.consent_source, point.consent_at = False, "opt-out", clock()
        visitor.contact_points.append(point)
        work.customers.add(visitor)
        work.commit()
    assert (
        office.tell(**ADA | {"email": "aDA@example.org"}).said == "consent_email is not taken: they said no themselves."
    )
    assert office.point().consent is None


def test_no_import_lifts_a_suppression(office: Office, clock: FixedClock) -> None:
    with office.database.write() as work:
        work.suppressions.add("hash", "conversation c1", clock())
        work.commit()
    office.tell(**ADA)
    with office.database.read() as work:
        assert work.suppressions.holds("hash")


def test_the_companys_no_always_counts(office: Office) -> None:
    office.tell(**ADA)
    say_of_address(office, True, "exit interview", "2026-05-02")
    office.tell(consent_email="false", consent_at="2026-01-01", consent_source="letter")
    assert (office.point().consent, office.point().consent_source) == (False, "letter")


def test_a_yes_given_to_us_is_not_written_over_by_the_companys(office: Office) -> None:
    office.tell(**ADA)
    say_of_address(office, True, "exit interview")
    assert office.tell(**ADA | {"consent_source": "newsletter"}).said is None
    assert office.point().consent_source == "exit interview"


@pytest.mark.parametrize(
    ("dated", "granted"), [({}, False), ({"consent_at": "2026-03-01"}, False), ({"consent_at": "2026-04-02"}, True)]
)
def test_a_no_of_the_companys_gives_way_to_a_yes_that_is_dated_later(
    office: Office, dated: dict[str, str], granted: bool
) -> None:
    office.tell(email="ada@example.org", consent_email="false", consent_at="2026-04-01")
    outcome = office.tell(email="ada@example.org", consent_email="true", **dated)
    assert office.point().consent is granted
    assert (outcome.said is None) is granted


def test_an_older_list_does_not_bring_an_old_yes_back(office: Office) -> None:
    office.tell(**ADA)
    office.tell(consent_email="false", consent_at="2026-04-01")
    office.tell(**ADA)
    assert office.point().consent is False


def test_a_yes_without_an_address_is_told(office: Office) -> None:
    assert office.tell(consent_email="true").said == "consent_email is kept for nothing: no address is known there."


def test_a_yes_reaches_the_address_that_is_known(office: Office) -> None:
    office.tell(email="ada@example.org")
    office.tell(consent_email="true", consent_source="till", consent_at="2026-05-02")
    assert (office.point().consent, office.point().consent_source) == (True, "till")


def test_an_address_that_the_company_replaced_is_not_written_to_any_more(office: Office) -> None:
    office.tell(**ADA)
    office.tell(**ADA | {"email": "ada.new@example.org"})
    assert agreed(office) == {"ada.new@example.org": True, "ada@example.org": False}
    office.tell(consent_email="true", consent_source="till", consent_at="2026-05-03")
    assert agreed(office) == {"ada.new@example.org": True, "ada@example.org": False}
    office.tell(consent_email="false")
    assert is_taken(office.tell(**ADA | {"email": "ada.new@example.org", "consent_at": "2026-05-05"}))
    assert agreed(office) == {"ada.new@example.org": True, "ada@example.org": False}


def test_an_address_to_which_the_company_goes_back_is_written_to_again(office: Office) -> None:
    office.tell(**ADA)
    office.tell(**ADA | {"email": "ada.new@example.org"})
    assert is_taken(office.tell(**ADA))
    assert agreed(office) == {"ada.new@example.org": False, "ada@example.org": True}


def agreed(office: Office) -> dict[str, bool | None]:
    return {point.address: point.consent for point in office.find().contact_points if point.channel is Channel.EMAIL}


def test_an_address_in_other_letters_is_the_same_one(office: Office) -> None:
    office.tell(**ADA)
    assert office.tell(**ADA | {"email": "ADA@example.org"}) == UNCHANGED


# Purchases.


def test_a_purchase_is_kept_once_and_says_when_they_are_missed(office: Office) -> None:
    office.tell()
    assert is_taken(office.sell("O-1", "2026-05-01"))
    assert office.sell("O-1", "2026-05-01") == UNCHANGED
    buyer = office.find()
    assert (buyer.last_purchase_at, buyer.look_at) == (end("2026-05-01"), end("2026-05-01") + LAPSE)
    with office.database.read() as work:
        [purchase] = work.purchases.list_of(buyer.id)
        assert (purchase.amount, purchase.currency) == (990, "EUR")


def test_an_older_purchase_that_comes_later_moves_nothing(office: Office) -> None:
    office.tell()
    office.sell("O-2", "2026-05-01")
    office.sell("O-1", "2026-02-01")
    assert office.find().last_purchase_at == end("2026-05-01")
    assert office.find().look_at == end("2026-05-01") + LAPSE


def test_a_last_purchase_that_was_on_another_day_is_put_right(office: Office) -> None:
    office.tell()
    office.sell("O-1", "2026-03-01")
    office.sell("O-2", "2026-05-01")
    assert is_taken(office.sell("O-2", "2026-02-01"))
    assert office.find().last_purchase_at == end("2026-03-01")


def test_two_customers_may_have_an_order_of_the_same_number(office: Office) -> None:
    office.tell("C-1")
    office.tell("C-2")
    assert is_taken(office.sell(external_id="C-1"))
    assert is_taken(office.sell(external_id="C-2"))


def test_one_list_may_have_an_order_twice(office: Office) -> None:
    office.tell()
    order = {"external_id": "C-1", "order_id": "O-1", "at": "2026-05-01", "amount": "9.90"}
    outcomes = office.desk.take(Kind.PURCHASES, [order, order, order | {"amount": "8"}])
    assert [one.result for one in outcomes] == [Result.TAKEN, Result.UNCHANGED, Result.TAKEN]
    with office.database.read() as work:
        assert [one.amount for one in work.purchases.list_of(office.find().id)] == [800]


def test_who_cancelled_and_buys_or_is_about_to_be_written_to_is_looked_at_at_once(
    office: Office, clock: FixedClock
) -> None:
    office.tell("C-1", cancelled_at="2026-04-01")
    office.tell("C-2")
    office.sell("O-1", "2026-02-01", external_id="C-2")
    with office.database.write() as work:
        work.session.add(make_touch(office.find("C-2").id, clock()))
        work.commit()
    clock.move(days=1)
    for external_id in ("C-1", "C-2"):
        office.sell("O-9", "2026-05-02", external_id=external_id)
        assert office.find(external_id).look_at == clock()


def make_touch(customer_id: int, now: datetime, key: str = "check_in") -> PlannedTouch:
    return PlannedTouch(
        id=f"{customer_id}-{key}",
        customer_id=customer_id,
        key=key,
        kind=TouchKind.CHECK_IN,
        state=TouchState.PLANNED,
        due_at=now,
        wanted_at=now,
        planned_at=now,
        changed_at=now,
        rule="plans.none",
        because="plans.none",
        policy_version=1,
    )


def test_a_purchase_or_return_of_a_stranger_is_refused(office: Office) -> None:
    for outcome in (office.sell(external_id="C-9"), office.greet(external_id="C-9")):
        assert outcome == Outcome(Result.REJECTED, "external_id: no such customer is known; hand in customers first.")


# Returns.


def offer(office: Office, external_id: str = "C-1", code: str = "BACK-2345", **values: Any) -> None:
    """Make a customer an offer that stands until the tenth of May."""
    given: dict[str, Any] = {
        "offer": "price.every",
        "kind": OfferKind.DISCOUNT,
        "reason": Reason.PRICE,
        "worth": 1000,
        "details": {},
        "code": code,
        "state": GrantState.ACCEPTED,
        "rule": "winback.offers.price.every",
        "policy_version": 1,
        "offered_at": day("2026-04-20"),
        "deadline": day("2026-05-10"),
    }
    with office.database.write() as work:
        customer = work.customers.find_by_external_id(external_id)
        assert customer is not None
        work.offers.add(OfferGrant(customer_id=customer.id, **given | values))
        work.commit()


def grant_state(office: Office) -> GrantState:
    with office.database.read() as work:
        [grant] = work.session.query(OfferGrant)
        return grant.state


def test_who_came_back_is_kept_as_having_left_and_is_looked_at(office: Office, clock: FixedClock) -> None:
    office.tell(**ADA)
    clock.move(days=1)
    assert is_taken(office.greet("2026-05-03", amount="39.00"))
    ada = office.find()
    assert (ada.cancelled_at, ada.look_at) == (day("2026-05-01"), clock())
    with office.database.read() as work:
        [back] = work.returns.list_of(ada.id)
        assert (back.at, back.amount, back.currency) == (end("2026-05-03"), 3900, "EUR")


def test_the_offer_somebody_came_back_with_is_redeemed_once(office: Office, clock: FixedClock) -> None:
    office.tell(**ADA)
    offer(office)
    assert is_taken(office.greet("2026-05-02", offer_code="back-2345"))
    assert grant_state(office) is GrantState.REDEEMED
    clock.move(days=1)
    looked_at = office.find().look_at
    assert office.greet("2026-05-02", offer_code="back-2345") == UNCHANGED
    assert office.find().look_at == looked_at
    outcome = office.greet("2026-05-03", offer_code="BACK-2345")
    assert (outcome.result, outcome.said) == (
        Result.TAKEN,
        "The return is kept, and its offer code redeems nothing: it was redeemed before.",
    )


@pytest.mark.parametrize(
    ("at", "state", "why"),
    [
        ("2026-05-04T10:00", GrantState.REFUSED, "the offer was not granted"),
        ("2026-04-01", GrantState.ACCEPTED, "the offer was made later"),
    ],
)
def test_a_code_that_does_not_stand_redeems_nothing_and_is_told(
    office: Office, at: str, state: GrantState, why: str
) -> None:
    office.tell(**ADA)
    offer(office, state=state)
    outcome = office.greet(at, offer_code="BACK-2345")
    assert outcome.result is Result.TAKEN
    assert outcome.said == f"The return is kept, and its offer code redeems nothing: {why}."
    assert grant_state(office) is state


def test_an_offer_that_had_ended_redeems_nothing(office: Office, clock: FixedClock) -> None:
    office.tell(**ADA)
    offer(office)
    clock.move(days=30)
    outcome = office.greet("2026-05-10T00:00:01Z", offer_code="BACK-2345")
    assert outcome.said is not None
    assert "had ended by then" in outcome.said
    assert grant_state(office) is GrantState.ACCEPTED


@pytest.mark.parametrize(
    ("offered", "deadline"),
    [("2026-05-03T09:00", "2026-05-10"), ("2026-04-20", "2026-05-03T15:00")],
    ids=["offered on that day", "ends on that day"],
)
def test_who_came_back_on_a_day_is_given_the_benefit_of_it(office: Office, offered: str, deadline: str) -> None:
    office.tell(**ADA | {"cancelled_at": "2026-05-03T08:00"})
    offer(office, offered_at=day(offered), deadline=day(deadline))
    assert is_taken(office.greet("2026-05-03", offer_code="BACK-2345"))
    assert grant_state(office) is GrantState.REDEEMED
    with office.database.read() as work:
        [back] = work.returns.list_of(office.find().id)
        assert back.at == end("2026-05-03")


def test_an_offer_taken_in_time_is_redeemed_even_if_it_is_told_late(office: Office, clock: FixedClock) -> None:
    office.tell(**ADA)
    offer(office, state=GrantState.EXPIRED)
    clock.move(days=30)
    assert is_taken(office.greet("2026-05-09", offer_code="BACK-2345"))
    assert grant_state(office) is GrantState.REDEEMED


def test_somebody_elses_code_redeems_nothing_and_a_code_of_the_companys_own_is_kept(office: Office) -> None:
    office.tell("C-1", **ADA)
    office.tell("C-2", cancelled_at="2026-05-01")
    offer(office, "C-1")
    outcome = office.greet("2026-05-03", external_id="C-2", offer_code="BACK-2345")
    assert outcome.said == "The return is kept, and its offer code redeems nothing: it is somebody else's."
    assert grant_state(office) is GrantState.ACCEPTED
    assert is_taken(office.greet("2026-05-03", offer_code="SPRING SALE"))
    with office.database.read() as work:
        assert [one.offer_code for one in work.returns.list_of(office.find("C-1").id)] == ["SPRING SALE"]


def test_a_return_told_later_in_more_detail_is_brought_up_to_date(office: Office) -> None:
    office.tell(**ADA)
    office.greet("2026-05-03")
    assert is_taken(office.greet("2026-05-03", amount="39"))
    with office.database.read() as work:
        [back] = work.returns.list_of(office.find().id)
        assert back.amount == 3900


def test_two_systems_that_hand_in_the_same_customers_at_once_lose_nothing(office: Office) -> None:
    lists = [[{"external_id": f"C-{n}", "plan": f"P-{turn}"} for n in range(40)] for turn in range(4)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda given: office.desk.take(Kind.CUSTOMERS, given), lists))
    assert all(one.result is Result.TAKEN for taken in outcomes for one in taken)
    with office.database.read() as work:
        assert work.session.query(Customer).count() == 40
