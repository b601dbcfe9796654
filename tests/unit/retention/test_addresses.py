"""E-mail addresses as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.addresses import read_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("anna@example.org", "anna@example.org"),
        ("me@example.com thanks", "me@example.com"),
        ("Please use Me.X+news@Example.CO.uk.", "Me.X+news@example.co.uk"),
        ("it's anna@mail.example.org!", "anna@mail.example.org"),
        ("(anna@example.io)", "anna@example.io"),
        ("anna@example.io and again anna@example.io", "anna@example.io"),
    ],
)
def test_a_customer_can_type_an_address_in_a_sentence(text: str, address: str) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "anna",
        "anna@",
        "anna@example",
        "@example.com",
        "foo@@bar.com",
        "foo@bar..com",
        "a@b.c",
        "joe@ex ample.com",
        "x@example.com and z@example.com",
        f"{'a' * 65}@example.com",
        f"a@{'b' * 250}.com",
        "mail me at example.com",
    ],
)
def test_what_is_not_one_whole_address_is_not_taken(text: str) -> None:
    assert read_address(text) is None


@given(st.emails())
def test_an_ordinary_address_survives(address: str) -> None:
    found = read_address(address)
    assert found is None or found.lower() == address.lower()


@given(st.text(max_size=300))
def test_what_is_read_looks_like_an_address(text: str) -> None:
    found = read_address(text)
    assert found is None or (found.count("@") >= 1 and "." in found.rpartition("@")[2] and len(found) <= 254)
