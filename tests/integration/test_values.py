"""What customers are worth, from the database and back into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer import Typer
from typer.testing import CliRunner

from bot.conversations.policy import load_policy
from bot.retention.policy import Policy
from bot.storage.tables import Customer, CustomerValue, Purchase, Return
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.values import IdRange, ValueRow, read_returned_buyers, write_values
from bot.value import reckoning
from bot.value.commands import value_command
from bot.value.reckoning import ValueService
from bot.value.subscriptions import DAYS_A_MONTH
from tests.conftest import FixedClock

OURS = Path(__file__).parents[1] / "policy.yml"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(OURS)


@pytest.fixture
def values(database: Database, policy: Policy, clock: FixedClock) -> ValueService:
    return ValueService(database, policy, clock)


def add(database: Database, now: datetime, purchases: Sequence[tuple[float, int, str]] = (), **known: object) -> int:
    """Add a customer; of each purchase, how many days ago it was, the amount, and the currency."""
    with database.write() as work:
        customer_id = put(work, now, purchases, **known)
        work.commit()
        return customer_id


def put(work: UnitOfWork, now: datetime, purchases: Sequence[tuple[float, int, str]] = (), **known: object) -> int:
    customer = Customer(created_at=now, **known)
    work.customers.add(customer)
    for number, (days, amount, currency) in enumerate(purchases):
        at = now - timedelta(days=days)
        order = Purchase(customer_id=customer.id, order_id=str(number), at=at, amount=amount, currency=currency)
        work.session.add(order)
    return customer.id


def come_back(database: Database, customer_id: int, at: datetime) -> None:
    with database.write() as work:
        work.session.add(Return(customer_id=customer_id, at=at))
        work.commit()


def kept(database: Database, customer_id: int) -> CustomerValue | None:
    with database.read() as work:
        return work.session.get(CustomerValue, customer_id)


def amounts(value: CustomerValue | None) -> tuple[int, int, int]:
    assert value is not None
    return value.so_far, value.remaining, value.second_life


def test_a_subscriber_who_left_is_worth_the_margin_of_their_months(
    database: Database, values: ValueService, policy: Policy, clock: FixedClock
) -> None:
    joined, left = (clock.now - timedelta(days=months * DAYS_A_MONTH) for months in (15, 5))
    ines = add(database, clock.now, monthly_value=2000, currency="EUR", joined_at=joined, cancelled_at=left)
    values.reckon()
    value = kept(database, ines)
    valuing = policy.winback.valuing
    month = 2000 * valuing.margin // 100
    life = month * valuing.default_months
    assert amounts(value) == (pytest.approx(month * 10, abs=2), life, life * valuing.second_life // 100)
    assert value is not None
    assert (value.basis, value.currency, value.reckoned_at) == ("subscription_default", "EUR", clock.now)


def test_of_a_buyer_only_what_was_paid_in_our_currency_until_now_counts(
    database: Database, values: ValueService, policy: Policy, clock: FixedClock
) -> None:
    bought = [(300, 5000, "EUR"), (200, 9900, "USD"), (100, 3000, "EUR"), (-5, 7700, "EUR")]
    tom = add(database, clock.now, bought)
    values.reckon()
    value = kept(database, tom)
    assert amounts(value)[:2] == (8000 * policy.winback.valuing.margin // 100, 0)
    assert value is not None
    assert value.basis == "purchases_so_far"


def test_two_orders_on_one_day_are_one_purchase_and_a_day_on_which_nothing_was_paid_is_none(
    database: Database, values: ValueService, clock: FixedClock
) -> None:
    add(database, clock.now, [(50.0, 100, "EUR"), (50.1, 200, "EUR"), (20, 300, "EUR"), (10, 0, "EUR")])
    add(database, clock.now, [(9, 0, "EUR")])
    habits = values.reckon().habits
    assert (habits.customers, habits.again) == (1, 1)


def test_who_pays_by_the_month_is_no_buyer_beside_it(
    database: Database, values: ValueService, clock: FixedClock
) -> None:
    both = add(database, clock.now, [(10, 99_900, "EUR")], monthly_value=1000, joined_at=clock.now - timedelta(days=10))
    done = values.reckon()
    assert (len(done.subscribers.ids), len(done.buyers.ids)) == (1, 0)
    assert amounts(kept(database, both))[0] < 1000


def test_of_whom_nothing_is_known_nothing_is_kept(database: Database, values: ValueService, clock: FixedClock) -> None:
    nobody = add(database, clock.now)
    abroad = add(database, clock.now, [(5, 100, "USD")], monthly_value=1000, currency="USD")
    assert values.reckon().customers == 2
    assert kept(database, nobody) is None
    assert kept(database, abroad) is None


def test_without_a_single_customer_nothing_happens(values: ValueService) -> None:
    assert values.reckon().customers == 0


def test_reckoning_again_replaces_what_was_kept_and_removes_what_no_longer_holds(
    database: Database, values: ValueService, clock: FixedClock
) -> None:
    ines, tom = (add(database, clock.now, monthly_value=1000, joined_at=clock.now) for _ in range(2))
    values.reckon()
    with database.write() as work:
        customer = work.customers.find(tom)
        assert customer is not None
        customer.monthly_value = None
        work.commit()
    clock.move(days=30)
    values.reckon()
    assert amounts(kept(database, ines))[0] > 0
    assert kept(database, tom) is None


def test_who_is_deleted_while_we_reckon_takes_nobody_elses_worth_along(database: Database, clock: FixedClock) -> None:
    ines = add(database, clock.now)
    rows = [ValueRow(ines + 1, 1, 1, 1, "purchases"), ValueRow(ines, 2, 2, 2, "purchases")]
    write_values(database, rows, "EUR", clock.now)
    assert amounts(kept(database, ines)) == (2, 2, 2)


def test_with_enough_customers_curve_and_habits_are_the_companys_own(
    database: Database, values: ValueService, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reckoning, "AT_ONCE", 30)  # So that people are spread over many transactions.
    rng = np.random.default_rng(5)
    with database.write() as work:
        for number in range(80):
            joined = clock.now - timedelta(days=500 + number)
            left = joined + timedelta(days=float(rng.exponential(300)))
            put(work, clock.now, monthly_value=1500, joined_at=joined, cancelled_at=left)
            put(work, clock.now, [(float(days), 2500, "EUR") for days in rng.uniform(1, 400, 1 + number % 3)])
        work.commit()
    done = values.reckon()
    assert {done.subscribers.basis.value, done.buyers.basis.value} == {"subscription", "purchases"}
    assert done.habits.purchases is not None
    assert 0 < done.lifetime.expected() < 20
    assert done.buyers.remaining.max() > 0
    for worths in (done.subscribers, done.buyers):
        rows = zip(worths.ids, worths.so_far, worths.remaining, worths.second_life, strict=True)
        assert all(amounts(kept(database, int(who))) == tuple(map(int, worth)) for who, *worth in rows)


def test_a_buyers_second_year_is_set_beside_the_first(database: Database, clock: FixedClock) -> None:
    back = add(database, clock.now, [(1500, 1000, "EUR"), (1300, 500, "EUR"), (1000, 70, "EUR"), (399, 300, "EUR")])
    come_back(database, back, clock.now - timedelta(days=400))
    recent = add(database, clock.now, [(1500, 1000, "EUR"), (99, 300, "EUR")])
    come_back(database, recent, clock.now - timedelta(days=100))
    rows = read_returned_buyers(database, IdRange(1, 100), "EUR", clock.now)
    assert [tuple(row) for row in rows] == [(1500.0, 300.0)]


def test_the_house_is_kept_once_a_day(
    database: Database, values: ValueService, policy: Policy, clock: FixedClock
) -> None:
    ines = add(database, clock.now, monthly_value=1000, joined_at=clock.now)
    begun = clock.now
    for hours, reckoned_at in ((0, begun), (23, begun), (1, begun + timedelta(days=1))):
        clock.move(hours=hours)
        values.reckon_daily()
        value = kept(database, ines)
        assert value is not None
        assert value.reckoned_at == reckoned_at
    clock.move(hours=1)
    ValueService(database, policy, clock).reckon_daily()  # After a restart it is known when that was.
    value = kept(database, ines)
    assert value is not None
    assert value.reckoned_at == begun + timedelta(days=1)


@pytest.mark.usefixtures("command_settings")
def test_the_command_says_how_it_came_out(sqlite_database: Database, clock: FixedClock) -> None:
    app = Typer()
    app.command("value")(value_command)
    assert "Nobody to reckon" in CliRunner().invoke(app).stdout
    left = clock.now - timedelta(days=30)
    add(sqlite_database, clock.now, monthly_value=3000, joined_at=left - timedelta(days=300), cancelled_at=left)
    add(sqlite_database, clock.now, [(600, 5000, "EUR")])
    said = CliRunner().invoke(app)
    assert said.exit_code == 0
    for words in (
        "subscription_default",
        "purchases_so_far",
        "middle",
        "1 ended, 0 go on; it takes 30",
        "0 of 1 customers bought again",
    ):
        assert words in said.stdout
