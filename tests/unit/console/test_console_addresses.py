"""Addresses of the console: what is looked for is read from them and written back; none leads elsewhere."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.access import HOME, safe_target
from bot.console.list_address import ListAddress
from bot.retention.reasons import Reason
from bot.storage.views import Shown


@given(
    show=st.sampled_from(Shown),
    reason=st.one_of(st.just(""), st.sampled_from([reason.value for reason in Reason])),
    words=st.text(max_size=40),
    page=st.integers(1, 999),
)
def test_an_address_written_is_the_address_read(show: Shown, reason: str, words: str, page: int) -> None:
    address = ListAddress.read(show.value, reason, words, str(page))
    said = {name: values[0] for name, values in parse_qs(urlsplit(address.here).query).items()}
    again = ListAddress.read(said.get("show", ""), said.get("reason", ""), said.get("q", ""), said.get("page", ""))
    assert again == address


@given(st.text(), st.text(), st.text(), st.text())
def test_no_address_is_ever_broken(show: str, reason: str, words: str, page: str) -> None:
    address = ListAddress.read(show, reason, words, page)
    assert address.page >= 1
    assert "\x00" not in address.words
    assert address.here.startswith(HOME)


def test_what_is_looked_for_has_the_form_in_which_it_is_stored() -> None:
    assert ListAddress.read("", "", "  cafe\u0301 \n au lait ", "").words == "café au lait"


@given(st.text())
def test_no_target_leads_out_of_the_console(target: str) -> None:
    assert safe_target(target).startswith(HOME)


@pytest.mark.parametrize("target", ["/console/conversations/abc", "/console/?q=a%20b&page=2", "/console/"])
def test_a_page_of_the_console_is_a_fit_target(target: str) -> None:
    assert safe_target(target) == target
