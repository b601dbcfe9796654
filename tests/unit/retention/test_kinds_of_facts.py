"""A fact belongs to the reason that it is about, and its name is the same however it is written."""

from __future__ import annotations

import pytest

from bot.retention.facts import Fact, FactKind, choose_reason, drop_overlaps, make_key
from bot.retention.reasons import Reason


@pytest.mark.parametrize(
    ("kind", "reasons", "chosen"),
    [
        (FactKind.AMOUNT, [Reason.CUSTOMER_SERVICE, Reason.PRICE], Reason.PRICE),
        (FactKind.AMOUNT, [Reason.BILLING_ACCOUNT, Reason.CUSTOMER_SERVICE], Reason.BILLING_ACCOUNT),
        (FactKind.COMPETITOR, [Reason.PRICE, Reason.COMPETITOR], Reason.PRICE),
        (FactKind.PLACE, [Reason.PRICE, Reason.RELOCATION], Reason.RELOCATION),
        (FactKind.FEATURE, [Reason.PRICE, Reason.TECHNICAL_RELIABILITY], Reason.TECHNICAL_RELIABILITY),
        (FactKind.TIME, [Reason.DELIVERY_FULFILMENT, Reason.PRICE], Reason.DELIVERY_FULFILMENT),
        (FactKind.PLACE, [Reason.CUSTOMER_SERVICE], Reason.CUSTOMER_SERVICE),
        (FactKind.PLACE, [], None),
    ],
)
def test_a_fact_belongs_to_the_reason_it_is_about(kind: FactKind, reasons: list[Reason], chosen: Reason | None) -> None:
    assert choose_reason(kind, reasons) is chosen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Evening Classes", "evening class"),
        ("offline downloads", "Offline Download"),
        ("your app", "app"),
        ("Leeds", "LEEDS"),
        ("eSIM", "esim"),
        ("new boxes", "new box"),
    ],
)
def test_the_same_name_is_found_however_it_was_written(one: str, other: str) -> None:
    assert make_key(one) == make_key(other)


def test_other_names_stay_apart() -> None:
    keys = {make_key(name) for name in ("bus", "gas", "class", "Paris", "Par", "dark mode", "mode")}
    assert len(keys) == 7


def test_of_two_facts_in_one_place_the_surer_kind_stays() -> None:
    amount, time = Fact(FactKind.AMOUNT, "£5", 10, 12), Fact(FactKind.TIME, "5 days", 11, 17)
    place = Fact(FactKind.PLACE, "Porto", 0, 5)
    assert drop_overlaps([amount, time, place]) == (place, amount)
