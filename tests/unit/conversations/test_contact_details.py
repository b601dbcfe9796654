"""Nothing by which somebody could be reached or recognised is learnt by heart."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.contact_details import remove_contact_details


@pytest.mark.parametrize(
    ("said", "learnt"),
    [
        ("write to anna@example.org, please", "write to […] please"),
        ("I'm @anna_b on there", "I'm […] on there"),
        ("call me on +44 20 7946 0018 today", "call me on […] today"),
        ("(0)30/1234-567 is my number", "[…] is my number"),
        ("order 1000483326 never came", "order […] never came"),
        ("see https://example.org/a?b=c and www.example.org", "see […] and […]"),
        ("my card 4111 1111 1111 1111 was charged", "my card [card number removed] was charged"),
    ],
)
def test_what_leads_to_a_person_is_taken_out(said: str, learnt: str) -> None:
    assert remove_contact_details(said) == learnt


@pytest.mark.parametrize(
    "said",
    [
        "from 9.99 to 14.99 in 2026, 11 would be fair",
        "3 calls, 45 minutes each, 2 engineers and no 5G",
        "1,299.00 EUR a year is too much",
        "50% more since 1 May",
    ],
)
def test_sums_years_and_counts_stay(said: str) -> None:
    assert remove_contact_details(said) == said


@given(st.text(), st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.(com|org)", fullmatch=True), st.text())
def test_no_address_is_left_whatever_stands_around_it(before: str, address: str, after: str) -> None:
    assert address not in remove_contact_details(f"{before} {address} {after}")


@pytest.mark.parametrize("hostile", ["a" * 10_000, "1 " * 5_000, "1-" * 5_000, "@" * 10_000, "+1(" * 3_000])
def test_a_hostile_text_costs_no_time(hostile: str) -> None:
    began = time.process_time()
    remove_contact_details(hostile)
    assert time.process_time() - began < 2
