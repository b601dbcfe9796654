"""Card and bank account numbers never reach the record; what staff need to help does."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import iban, luhn

from bot.conversations.masking import BANK_ACCOUNT, CARD, mask

BREAKS = ["", " ", "-", " - ", ".", "/", "\u00a0", "\u200b", "\u2011"]
ISSUED = {"4": 16, "51": 16, "2221": 16, "34": 15, "6011": 16, "3530": 16, "36": 14, "62": 19, "2200": 16}
BANKS = {"DE": 18, "FR": 23, "NL": 4, "AT": 16, "PL": 24}


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    prefix, length = draw(st.sampled_from(sorted(ISSUED.items())))
    body = prefix + draw(st.text("0123456789", min_size=length - len(prefix) - 1, max_size=length - len(prefix) - 1))
    return body + luhn.calc_check_digit(body)


@st.composite
def spread_out(draw: st.DrawFn, number: str, size: int = 4) -> str:
    separator = draw(st.sampled_from(BREAKS))
    return separator.join(number[start : start + size] for start in range(0, len(number), size))


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country, digits = draw(st.sampled_from([pair for pair in BANKS.items() if pair[0] != "NL"]))
    bban = draw(st.text("0123456789", min_size=digits, max_size=digits))
    return country + str(iban.calc_check_digits(f"{country}00{bban}")) + bban


surroundings = st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=40)


@given(st.data(), surroundings, surroundings)
def test_a_customer_who_writes_a_card_number_leaves_no_trace_of_it(
    data: st.DataObject, before: str, after: str
) -> None:
    written = data.draw(card_numbers().flatmap(spread_out))

    masked = mask(f"{before} {written} {after}")

    assert CARD in masked
    assert not any(character.isdigit() for character in masked.replace(before, "").replace(after, ""))


@given(st.data())
def test_a_customer_who_writes_an_iban_leaves_no_trace_of_it(data: st.DataObject) -> None:
    number = data.draw(ibans())
    written = data.draw(spread_out(number))
    if data.draw(st.booleans()):
        written = written.lower()

    assert mask(f"Refund me to {written}, please") == f"Refund me to {BANK_ACCOUNT}, please"


@given(st.text())
@example("[card number removed] 4111 1111 1111 1111")
def test_masking_twice_is_the_same_as_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text(st.characters(exclude_categories=["Nd"])))
def test_a_text_without_digits_stays_as_it_is(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "order 1234567890123456 never came",
        "Order number 4111111111111112",
        "invoice 2026-11-22-000123456",
        "call +49 151 23456789 after six",
        "+44 7911 123456",
        "0044 20 7946 0958 or (030) 901820",
        "parcel 00340434161094042557",
        "from 2019 to 2026 I paid 19.99 a month, 1,679.16 in all",
        "XX89 3704 0044 0532 0130 00",
    ],
)
def test_order_and_telephone_numbers_stay_for_staff_to_read(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my card 4111 1111 1111 1111 12/27 123", f"my card {CARD} 12/27 123"),
        ("5500000000000004 and 6011000990139424", f"{CARD} and {CARD}"),
        ("visa4222222222222", f"visa{CARD}"),
        ("４１１１ １１１１ １１１１ １１１１", CARD),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", CARD),
        ("order 77, card 378282246310005.", f"order 77, card {CARD}."),
        ("GB82 WEST 1234 5698 7654 32 is mine", f"{BANK_ACCOUNT} is mine"),
        ("ibanDE89370400440532013000thanks", f"iban{BANK_ACCOUNT}thanks"),
    ],
)
def test_numbers_are_found_however_they_are_written(text: str, masked: str) -> None:
    assert mask(text) == masked
