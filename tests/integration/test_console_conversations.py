"""The list of conversations as staff see it in a browser without JavaScript."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from bot.retention.reasons import Reason
from bot.storage.tables import Mode, Outcome
from bot.storage.views import PAGE_SIZE
from tests.console import Console, Record

MINUTE = timedelta(minutes=1)


def rows(page: Any) -> list[str]:
    """Return the lines of the list as one reads them."""
    return [read(row) for row in re.findall(r'<tr id="c-.*?</tr>', page.text, re.DOTALL)]


def read(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def links(page: Any) -> list[str]:
    return [html.unescape(address) for address in re.findall(r'href="([^"]*)"', page.text)]


def test_staff_see_who_waits_and_for_how_long_above_the_newest(console: Console, record: Record) -> None:
    record.add("It is too dear", ago=MINUTE, reason=Reason.PRICE, outcome=Outcome.LEFT)
    record.add("A human!", ago=MINUTE, mode=Mode.STAFF, asked_for_human_ago=5 * MINUTE, reason=Reason.CUSTOMER_SERVICE)
    record.add("Since morning", mode=Mode.STAFF, asked_for_human_ago=125 * MINUTE, name="Ana Sousa")
    page = console.get()
    assert rows(page) == [
        "Waiting 2 h 5 min Ana Sousa Since morning In progress Staff · Web",
        "Waiting 5 min A human! Customer service In progress Staff · Web",
        "4 May 2026, 11:59 UTC It is too dear Price Left Bot · Web",
    ]
    assert "<title>(2) Conversations" in page.text


def test_the_numbers_leave_trials_out_and_say_so(console: Console, record: Record) -> None:
    record.add("real", outcome=Outcome.LEFT)
    record.add("trial", outcome=Outcome.LEFT, trial=True)
    record.add("trial", mode=Mode.STAFF, asked_for_human_ago=MINUTE, trial=True)
    page = console.get()
    assert "Left 1" in read(page.text)
    assert "Waiting 0 + 1 trial" in read(page.text)
    assert "Trials are left out of the numbers." in page.text
    assert sum("Trial" in row for row in rows(page)) == 2


def test_staff_narrow_the_list_by_outcome_reason_and_words_together(console: Console, record: Record) -> None:
    record.add("dear and gone", outcome=Outcome.LEFT, reason=Reason.PRICE)
    record.add("dear but stays", outcome=Outcome.SAVED, reason=Reason.PRICE)
    record.add("moved and gone", outcome=Outcome.LEFT, reason=Reason.RELOCATION)
    page = console.get(show="left", reason="price", q="GONE")
    assert len(rows(page)) == 1
    assert "dear and gone" in rows(page)[0]
    assert "/console/?show=saved&reason=price&q=GONE" in links(page)


def test_pages_keep_what_staff_looked_for(console: Console, record: Record) -> None:
    for n in range(PAGE_SIZE + 1):
        record.add(f"number {n}", ago=n * MINUTE, outcome=Outcome.LEFT)
    first = console.get(show="left", q="number")
    assert len(rows(first)) == PAGE_SIZE
    assert "/console/?show=left&q=number&page=2" in links(first)
    second = console.get(show="left", q="number", page="2")
    assert len(rows(second)) == 1
    assert f"number {PAGE_SIZE}" in rows(second)[0]
    assert "/console/?show=left&q=number" in links(second)
    assert "nothing on page 3" in console.get(page="3").text


@pytest.mark.parametrize("page", ["0", "-1", "two", "9" * 40, "²", "1.5"])
def test_an_address_that_makes_no_sense_still_shows_the_list(console: Console, record: Record, page: str) -> None:
    record.add("hello")
    assert console.get(page=page, show="nonsense", reason="nonsense", q="\x00 \u202e").status_code == 200


def test_what_customers_and_their_names_hold_is_shown_as_text(console: Console, record: Record) -> None:
    record.add("<script>alert(1)</script>", name='"><img src=x onerror=alert(2)>')
    page = console.get(q="<script>")
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert len(rows(page)) == 1


def test_empty_lists_say_what_to_do_next(console: Console, record: Record) -> None:
    assert "Nobody has talked to the bot yet." in console.get().text
    assert "/demo/shop" in links(console.get())
    record.add("hello")
    assert "Nobody is waiting for a person." in console.get(show="waiting").text
    assert "No conversation stands at “Saved”." in console.get(show="saved").text
    assert "Nothing matches “ <b> ”" in read(console.get(q="<b>").text).replace("“<", "“ <").replace(">”", "> ”")


def test_a_customer_who_said_nothing_or_had_it_erased_is_listed_as_such(console: Console, record: Record) -> None:
    record.add()
    record.add(erased_at=console.clock(), interviewed=False)
    assert sorted(row.partition("UTC ")[2] for row in rows(console.get())) == [
        "Erased at the customer’s request no interview Bot · Web",
        "Has said nothing yet In progress Bot · Web",
    ]


def test_sensitive_and_opted_out_are_marked(console: Console, record: Record) -> None:
    record.add("stop", opted_out_at=console.clock(), outcome=Outcome.LEFT)
    assert "Opted out" in rows(console.get())[0]


def test_the_list_refreshes_itself_at_the_very_place_where_one_is(console: Console, record: Record) -> None:
    for n in range(PAGE_SIZE + 1):
        record.add(str(n), outcome=Outcome.LEFT)
    assert 'hx-get="/console/?show=left&amp;page=2"' in console.get(show="left", page="2").text


def test_the_list_works_without_javascript(console: Console, record: Record) -> None:
    talk = record.add("hello")
    page = console.get()
    assert f"/console/conversations/{talk}" in links(page)
    assert not re.search(r"\son\w+=|javascript:|<script(?![^>]*\bsrc=)|\sstyle=", page.text)
    assert '<form class="search" method="get" action="/console/"' in page.text
