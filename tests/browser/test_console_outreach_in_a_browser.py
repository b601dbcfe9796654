"""Outreach in the console as staff use it in a browser: readable for all, on every screen, and not in their way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Page, expect

from bot.retention.channels import Channel
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchAnswer, TouchKind, TouchState
from bot.storage.unit_of_work import Database
from bot.storage.views import TouchFilter, TouchShown, list_touches
from tests.browser.accessibility import find_violations
from tests.conftest import FixedClock
from tests.console import NAME, PASSWORD, Console
from tests.outreach import NUMBER, Company
from tests.stack import find_free_port, wait_until

PAGES = ("outreach", "outreach?show=unknown", "outreach/calls", "outreach/improvements", "outreach/results")


@dataclass
class Office:
    """The console behind a port of its own, and the company whose it is."""

    address: str
    company: Company
    ana: int
    call: str

    def sign_in(self, page: Page, path: str = "") -> Page:
        page.goto(self.address + path)
        page.get_by_label("Name").fill(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("navigation", name="Console")).to_be_visible()
        return page


@pytest.fixture
def office(sqlite_database: Database, clock: FixedClock) -> Iterator[Office]:
    console = Console(sqlite_database, clock)
    console.hire()
    console.sign_in()
    company = Company(console)
    ana = company.lose("Ana Sousa", words="It got too dear for me, " + "and dearer " * 12, external_id="ana")
    call = company.wait_for(TouchKind.WELCOME_BACK)
    rui = company.lose("Rui", Reason.DELIVERY_FULFILMENT, channel=Channel.PHONE, address="+351 910 000 002")
    for state in (TouchState.UNKNOWN, TouchState.SENT, TouchState.SKIPPED, TouchState.PLANNED):
        company.add_touches(rui, 1, state)
    sent = list_touches(sqlite_database, TouchFilter(TouchShown.SENT)).touches[0]
    company.change(sent.id, answer=TouchAnswer.OPEN, words="Perhaps, if it is cheaper by then")
    company.tick()
    port = find_free_port()
    server = uvicorn.Server(uvicorn.Config(console.app, port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, "the console listens")
    yield Office(f"http://127.0.0.1:{port}/console/", company, ana, call)
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_outreach_breaks_no_rule_of_accessibility(
    new_context: Callable[..., BrowserContext], office: Office, look: str
) -> None:
    page = office.sign_in(new_context(color_scheme=look).new_page())
    for path in (*PAGES, f"customers/{office.ana}"):
        page.goto(office.address + path)
        assert find_violations(page) == [], path
    page.goto(office.address + "outreach/improvements")
    page.get_by_label("What was put right").fill("Parcels arrive on the day again")
    page.get_by_label("Delivery").check()
    page.get_by_role("button", name="Show who would be told").click()
    expect(page.get_by_text("One person would be told, once:")).to_be_visible()
    assert find_violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 800, 1400])
def test_nothing_of_outreach_is_cut_off(new_context: Callable[..., BrowserContext], office: Office, width: int) -> None:
    page = office.sign_in(new_context(viewport={"width": width, "height": 700}).new_page())
    for path in (*PAGES, f"customers/{office.ana}"):
        page.goto(office.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_staff_phone_somebody_and_read_out_the_code(new_context: Callable[..., BrowserContext], office: Office) -> None:
    page = office.sign_in(new_context().new_page())
    page.get_by_role("navigation", name="Console").get_by_role("link", name="Outreach").click()
    page.get_by_role("navigation", name="Outreach").get_by_role("link", name="To phone").click()
    card = page.get_by_role("article", name="Ana Sousa")
    expect(card).to_contain_text(NUMBER)
    card.get_by_label("Note, in their words").fill("She is glad that")
    page.reload()
    expect(card.get_by_label("Note, in their words")).to_have_value("She is glad that")
    card.get_by_label("Note, in their words").fill("She is glad that we called")
    card.get_by_label("What they said").select_option(label="They take the offer")
    card.get_by_role("button", name="Reached", exact=True).click()
    offer = office.company.read(office.call).offer
    assert offer is not None
    assert offer.code
    expect(page.get_by_role("status").filter(has_text="Tell them their code")).to_contain_text(offer.code)
    expect(card).to_have_count(0)
    page.get_by_role("status").get_by_role("link", name="Ana Sousa").click()
    expect(page.get_by_role("table", name="Touches to Ana Sousa")).to_contain_text(offer.code)


def test_staff_settle_a_doubt_and_stay_in_their_list(
    new_context: Callable[..., BrowserContext], office: Office
) -> None:
    page = office.sign_in(new_context().new_page(), "outreach?show=unknown")
    page.get_by_role("button", name="It arrived", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="It is noted that it arrived.")).to_be_visible()
    expect(page).to_have_url(f"{office.address}outreach?show=unknown")
    expect(page.get_by_text("There is no such touch.")).to_be_visible()
