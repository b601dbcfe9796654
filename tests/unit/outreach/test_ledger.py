"""Booking what those who came back have brought in since, against what their offer cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.outreach.ledger import Entry, History, book_returns
from bot.retention.offers import OfferKind
from bot.storage.ledger import Income, Redeemed

LEFT = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LAPSE = 180 * DAY


def book(**history: object) -> list[Entry]:
    return list(book_returns(History(**{"left_at": LEFT, **history}), "EUR"))  # type: ignore[arg-type]


def sold(day: float, amount: int = 1000, currency: str = "EUR") -> Income:
    return Income(LEFT + day * DAY, amount, currency)


def came(day: float, amount: int | None = None, code: str | None = None) -> Income:
    return Income(LEFT + day * DAY, amount, "EUR" if amount is not None else None, code)


def test_what_somebody_bought_since_they_came_back_is_booked_and_what_they_bought_before_is_not() -> None:
    (entry,) = book(told=[came(40, 3900)], bought=[sold(-30), sold(60), sold(90)])
    assert (entry.at, entry.left_at, entry.revenue) == (LEFT + 40 * DAY, LEFT, 5900)


def test_a_purchase_on_the_day_of_a_return_whose_amount_was_told_is_that_return() -> None:
    (entry,) = book(told=[came(40, 3900)], bought=[sold(40.1, 3900), sold(70, 3900)])
    assert entry.revenue == 7800


def test_a_purchase_on_the_day_of_a_return_without_an_amount_counts() -> None:
    (entry,) = book(told=[came(40)], bought=[sold(40, 3900)])
    assert entry.revenue == 3900


def test_who_buys_after_leaving_has_come_back_by_that_without_anybody_telling() -> None:
    (entry,) = book(bought=[sold(-30), sold(20, 500), sold(50, 700)])
    assert (entry.at, entry.revenue) == (LEFT + 20 * DAY, 1200)


def test_who_buys_again_after_a_long_silence_has_come_back() -> None:
    (entry,) = book(left_at=None, bought=[sold(0), sold(30), sold(300, 800)], lapse=LAPSE)
    assert (entry.at, entry.left_at, entry.revenue) == (LEFT + 300 * DAY, LEFT + 210 * DAY, 800)


def test_a_return_that_is_told_and_the_purchase_it_came_with_are_one() -> None:
    (entry,) = book(left_at=None, told=[came(300, 800)], bought=[sold(0), sold(300, 800)], lapse=LAPSE)
    assert entry.revenue == 800


def test_who_pays_every_month_is_not_gone_because_an_order_is_long_ago() -> None:
    assert book(left_at=None, bought=[sold(0), sold(300)]) == []


def test_who_came_back_twice_has_each_purchase_booked_once() -> None:
    first, second = book(left_at=None, told=[came(40), came(100)], bought=[sold(50, 500), sold(110, 700)])
    assert (first.revenue, second.revenue) == (500, 700)


def test_an_offer_costs_once_and_where_its_code_was_used() -> None:
    redeemed = [Redeemed("BACK-2345", OfferKind.DISCOUNT, 3920, "EUR", LEFT + 40 * DAY)]
    first, second = book(told=[came(40, code="back-2345"), came(100, code="BACK-2345")], redeemed=redeemed)
    assert (first.offer, first.cost) == (OfferKind.DISCOUNT, 3920)
    assert (second.offer, second.cost) == (None, 0)


def test_amounts_in_another_currency_are_counted_and_not_added() -> None:
    (entry,) = book(told=[came(40, 3900)], bought=[sold(60, 5000, "USD")])
    assert (entry.revenue, entry.elsewhere) == (3900, 1)


def test_nobody_has_come_back_who_bought_nothing_since() -> None:
    assert book(bought=[sold(-30)]) == []
