"""What a company hands in of its customers is stored once, on SQLite and on PostgreSQL, and brought up to date."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.intake.desk import Kind
from bot.intake.outcomes import Outcome, Result
from bot.retention.channels import Channel
from bot.retention.reasons import BillingReason
from bot.storage.tables import AuditEntry, Customer
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.intake import ADA, LAPSE, UNCHANGED, Office, day, end, is_taken, make_touch, settle


@pytest.fixture
def office(database: Database, clock: FixedClock) -> Office:
    return Office(database, clock)


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


def test_a_purchase_or_return_of_a_stranger_is_refused(office: Office) -> None:
    for outcome in (office.sell(external_id="C-9"), office.greet(external_id="C-9")):
        assert outcome == Outcome(Result.REJECTED, "external_id: no such customer is known; hand in customers first.")


def test_two_systems_that_hand_in_the_same_customers_at_once_lose_nothing(office: Office) -> None:
    lists = [[{"external_id": f"C-{n}", "plan": f"P-{turn}"} for n in range(40)] for turn in range(4)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda given: office.desk.take(Kind.CUSTOMERS, given), lists))
    assert all(one.result is Result.TAKEN for taken in outcomes for one in taken)
    with office.database.read() as work:
        assert work.session.query(Customer).count() == 40
