"""What a company's system may say of its customers, and what it is told where it says what cannot be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.reading import NotARecord, read_record
from bot.intake.records import CustomerRecord, PurchaseRecord, Record, ReturnRecord
from bot.retention.reasons import BillingReason

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PURCHASE = {"external_id": "C-1", "order_id": "O-1", "at": "2026-05-01", "amount": "9.90"}


def read(kind: type[Record] = CustomerRecord, **given: Any) -> Any:
    return read_record(kind, {"external_id": "C-1"} | given, NOW, "EUR")


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [
        ("email", "Ada@Shop.Example", "Ada@shop.example"),
        ("phone", "+44 (20) 7946-0958", "+442079460958"),
        ("phone", "0044 20 7946 0958", "+442079460958"),
        ("telegram", "77012345", "77012345"),
        ("consent_email", "yes", True),
        ("consent_phone", "0", False),
        ("reason", "too_expensive", BillingReason.TOO_EXPENSIVE),
        ("joined_at", "2024-03-01", datetime(2024, 3, 1, tzinfo=UTC)),
        ("joined_at", "2024-03-01T12:30:00", datetime(2024, 3, 1, 12, 30, tzinfo=UTC)),
        ("joined_at", "2024-03-01T12:30:00+02:00", datetime(2024, 3, 1, 10, 30, tzinfo=UTC)),
        ("cancelled_at", "2024-03-01", datetime(2024, 3, 1, tzinfo=UTC)),
        ("cancelled_at", " None ", "none"),
        ("notes", "first line\nsecond line", "first line\nsecond line"),
        ("name", "  Zoë 👩‍🍳 ", "Zoë 👩‍🍳"),
        ("name", "=HYPERLINK(1)", "=HYPERLINK(1)"),
    ],
)
def test_a_company_is_understood_as_it_writes(field: str, written: str, meant: object) -> None:
    assert getattr(read(**{field: written}), field) == meant


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("email", "ada at example", "email: this is no e-mail address."),
        ("email", "ada@example.org, bo@example.org", "email: this is no e-mail address."),
        ("phone", "call me", "phone: write a telephone number, like +44 20 7946 0958."),
        ("telegram", "@ada", "telegram: write the number of the person's chat; to a name like @ada no bot can write."),
        ("timezone", "Europe/Atlantis", "timezone: write the IANA name of the time zone, like Europe/London."),
        ("currency", "euro", "currency: write the currency's code, like EUR."),
        ("monthly_value", "39,00", "monthly_value: write it as a decimal number with a point, like 39.00."),
        ("monthly_value", "39.005", "monthly_value: it has more decimals than EUR."),
        ("monthly_value", "9999999999", "monthly_value: it is too large."),
        (
            "joined_at",
            "2024-02-30",
            "joined_at: write a date (2024-03-01), a time with its zone, or seconds since 1970.",
        ),
        (
            "joined_at",
            "01.03.2024",
            "joined_at: write a date (2024-03-01), a time with its zone, or seconds since 1970.",
        ),
        (
            "cancelled_at",
            "never",
            "cancelled_at: write a date (2024-03-01), a time with its zone, or seconds since 1970.",
        ),
        ("consent_at", "2026-06-01", "consent_at: this is in the future."),
        ("consent_email", "perhaps", "consent_email: write true or false."),
        ("name", "x" * 201, "name is too long: 200 characters at most."),
        ("name", "bell\a", "name: control characters have no place here."),
        ("notes", "x" * 5001, "notes is too long: 5000 characters at most."),
        ("external_id", "  ", "external_id is missing."),
        ("external_id", 17, "external_id must be a text."),
        ("monthly_value", {}, "monthly_value: this cannot be read."),
    ],
)
def test_what_cannot_be_is_told_in_plain_words(field: str, written: object, said: str) -> None:
    with pytest.raises(NotARecord) as told:
        read(**{field: written})
    assert str(told.value) == said


def test_all_mistakes_of_a_record_are_told_at_once() -> None:
    with pytest.raises(NotARecord) as told:
        read(email="nope", timezone="Mars", consent_fax="true")
    assert str(told.value).startswith("email: this is no e-mail address. timezone: write the IANA name")
    assert "'consent_fax' is not a field that Farewell knows; these are: external_id, name, email" in str(told.value)


def test_an_unknown_reason_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(NotARecord, match=r"reason: write one of customer_service, low_quality, .* or unused\."):
        read(reason="bored")


def test_a_cancellation_may_be_still_to_come_and_a_purchase_may_not() -> None:
    assert read(cancelled_at="2026-12-31").cancelled_at == datetime(2026, 12, 31, tzinfo=UTC)
    with pytest.raises(NotARecord, match=r"at: this is in the future\."):
        read_record(PurchaseRecord, PURCHASE | {"at": "2026-12-31"}, NOW, "EUR")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-05-01", datetime(2026, 5, 1, 23, 59, 59, tzinfo=UTC)),
        ("2026-05-05", datetime(2026, 5, 5, 23, 59, 59, tzinfo=UTC)),
        ("2026-05-01T00:00", datetime(2026, 5, 1, tzinfo=UTC)),
        (1777593600, datetime(2026, 5, 1, tzinfo=UTC)),
    ],
)
def test_who_buys_or_comes_back_on_a_day_has_done_so_by_its_end(written: object, meant: datetime) -> None:
    assert read_record(PurchaseRecord, PURCHASE | {"at": written}, NOW, "EUR").at == meant
    assert read(ReturnRecord, at=written).at == meant


def test_the_day_after_tomorrow_has_begun_nowhere() -> None:
    with pytest.raises(NotARecord, match=r"at: this is in the future\."):
        read(ReturnRecord, at="2026-05-06")


@pytest.mark.parametrize("missing", ["external_id", "order_id", "at", "amount"])
def test_a_purchase_without_what_makes_it_one_is_refused(missing: str) -> None:
    with pytest.raises(NotARecord, match=rf"{missing} is missing\."):
        read_record(PurchaseRecord, {name: PURCHASE[name] for name in PURCHASE if name != missing}, NOW, "EUR")


def test_a_return_needs_its_moment_alone() -> None:
    assert read(ReturnRecord, at="2026-05-01").value("EUR") is None
    with pytest.raises(NotARecord, match=r"at is missing\."):
        read(ReturnRecord)


def test_an_amount_without_a_currency_is_in_the_companys() -> None:
    assert read(monthly_value="39.9").value("EUR") == (3990, "EUR")
    assert read(monthly_value="4800", currency="JPY").value("EUR") == (4800, "JPY")


@pytest.mark.parametrize("given", [None, "C-1", 17, ["C-1"], {}])
def test_what_is_no_record_at_all_is_refused(given: object) -> None:
    with pytest.raises(NotARecord):
        read_record(CustomerRecord, given, NOW, "EUR")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    kind=st.sampled_from([CustomerRecord, PurchaseRecord, ReturnRecord]),
    given=st.dictionaries(st.sampled_from([*sorted(CustomerRecord.model_fields), "at", "amount"]), ANYTHING),
)
def test_whatever_comes_in_is_a_record_or_refused_with_a_cause(kind: type[Record], given: Any) -> None:
    said = ""
    try:
        record = read_record(kind, given, NOW, "EUR")
    except NotARecord as error:
        said = str(error)
    assert said.endswith(".") or record.external_id
