"""What scripts add for staff: pages that stay fresh without getting in the way of somebody who reads or writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import uvicorn
from playwright.sync_api import BrowserContext, Page, expect

from bot.retention.reasons import Reason
from bot.storage.tables import Author, Channel, Mode, StaffSignIn
from bot.storage.unit_of_work import Database
from bot.storage.views import PAGE_SIZE
from tests.browser.accessibility import find_violations
from tests.conftest import FixedClock
from tests.console import NAME, PASSWORD, Console, Record
from tests.stack import find_free_port, wait_until

# A transcript refreshes every three seconds, the list every five.
PATIENCE = 10_000


class Desk:
    """A member of staff at a browser, with the console behind a port of its own."""

    def __init__(self, page: Page, address: str, record: Record) -> None:
        self.page = page
        self.address = address
        self.record = record
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def sign_in(self) -> None:
        self.page.goto(self.address)
        self.fill_in()

    def fill_in(self) -> None:
        self.page.get_by_label("Name").fill(NAME)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()

    def open(self, talk: str) -> None:
        self.page.goto(f"{self.address}conversations/{talk}")

    def last_words(self, author: str = "customer") -> object:
        return self.page.locator(f"#messages .{author} .said").last


@pytest.fixture
def console_address(sqlite_database: Database, clock: FixedClock) -> Iterator[str]:
    console = Console(sqlite_database, clock)
    console.hire()
    console.chats.open_door(Channel.TELEGRAM, lambda token: f"https://t.me/oak_bot?start={token}")
    port = find_free_port()
    server = uvicorn.Server(uvicorn.Config(console.app, port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, "the console listens")
    yield f"http://127.0.0.1:{port}/console/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def record(sqlite_database: Database, clock: FixedClock) -> Record:
    return Record(sqlite_database, clock)


@pytest.fixture
def desk(new_context: Callable[..., BrowserContext], console_address: str, record: Record) -> Iterator[Desk]:
    made = Desk(new_context(timezone_id="Asia/Tokyo").new_page(), console_address, record)
    made.sign_in()
    expect(made.page.locator("#list")).to_be_visible()
    yield made
    assert made.problems == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_console_breaks_no_rule_of_accessibility(desk: Desk, record: Record, look: str) -> None:
    desk.page.emulate_media(color_scheme=look)
    talk = record.add("too dear for what it is", reason=Reason.PRICE)
    desk.page.reload()
    assert find_violations(desk.page) == []
    desk.open(talk)
    assert find_violations(desk.page) == []
    desk.page.get_by_role("button", name="Telegram link").click()
    expect(desk.page.get_by_role("button", name="Copy")).to_be_visible()
    assert find_violations(desk.page) == []
    desk.page.context.clear_cookies()
    desk.page.goto(desk.address)
    assert find_violations(desk.page) == []


def test_staff_copy_a_link_to_telegram_and_it_stays_while_the_page_refreshes(desk: Desk, record: Record) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    talk = record.add("hello")
    desk.open(talk)
    desk.page.get_by_role("button", name="Telegram link").click()
    desk.page.get_by_role("button", name="Copy").click()
    expect(desk.page.get_by_role("button", name="Copied")).to_be_visible()
    link = desk.page.get_by_label("Give this link to the customer").input_value()
    assert link.startswith("https://t.me/oak_bot?start=")
    assert desk.page.evaluate("navigator.clipboard.readText()") == link
    record.say(talk, Author.CUSTOMER, "still here")
    expect(desk.last_words()).to_have_text("still here", timeout=PATIENCE)
    expect(desk.page.get_by_label("Give this link to the customer")).to_have_value(link)


def test_new_words_appear_while_staff_write_and_nothing_they_do_is_lost(desk: Desk, record: Record) -> None:
    talk = record.add("hello", reason=Reason.PRICE)
    desk.open(talk)
    desk.page.get_by_text("Correct or confirm the reasons").click()
    desk.page.get_by_label("Leading reason").select_option("competitor")
    desk.page.get_by_label("Trust and privacy").check()
    box = desk.page.get_by_label("Reply to Visitor")
    box.fill("I am just wri")
    record.say(talk, Author.CUSTOMER, "<img src=x onerror=alert(1)> are you there")
    expect(desk.last_words()).to_have_text("<img src=x onerror=alert(1)> are you there", timeout=PATIENCE)
    expect(box).to_be_focused()
    expect(box).to_have_value("I am just wri")
    expect(desk.page.get_by_label("Leading reason")).to_be_visible()
    expect(desk.page.get_by_label("Leading reason")).to_have_value("competitor")
    expect(desk.page.get_by_label("Trust and privacy")).to_be_checked()


def test_times_are_those_of_the_reader_and_stay_so_when_the_page_refreshes(desk: Desk, record: Record) -> None:
    talk = record.add("hello")
    desk.open(talk)
    time = desk.page.locator("#messages time").first
    expect(time).to_have_text("4 May, 21:00")
    expect(time).to_have_attribute("title", "4 May 2026, 12:00 UTC")
    record.say(talk, Author.CUSTOMER, "more", record.clock() + timedelta(minutes=5))
    expect(desk.page.locator("#messages time").last).to_have_text("4 May, 21:05", timeout=PATIENCE)
    expect(time).to_have_text("4 May, 21:00")


def test_the_list_brings_who_waits_to_the_top_without_losing_the_place(desk: Desk, record: Record) -> None:
    talks = [record.add(f"number {n}", ago=timedelta(minutes=n)) for n in range(PAGE_SIZE)]
    desk.page.reload()
    link = desk.page.locator(f"#c-{talks[40]} a")
    link.focus()
    place = desk.page.evaluate("scrollY")
    assert place > 0
    record.add("a human please", mode=Mode.STAFF, asked_for_human_ago=timedelta(minutes=3))
    expect(desk.page.locator("#waits")).to_contain_text("Waiting 3 min a human please", timeout=PATIENCE)
    expect(link).to_be_focused()
    assert abs(desk.page.evaluate("scrollY") - place) < 100
    expect(desk.page).to_have_title("(1) Conversations · Farewell")


def test_a_draft_survives_a_reload_and_a_sign_in_that_ran_out(
    desk: Desk, record: Record, sqlite_database: Database
) -> None:
    talk = record.add("hello")
    desk.open(talk)
    box = desk.page.get_by_label("Reply to Visitor")
    box.fill("A long and careful answer")
    desk.page.reload()
    expect(box).to_have_value("A long and careful answer")
    with sqlite_database.write() as uow:
        uow.session.execute(sa.delete(StaffSignIn))
        uow.commit()
    expect(desk.page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE)
    desk.fill_in()
    expect(box).to_have_value("A long and careful answer")


def test_control_and_enter_send_and_the_draft_is_gone(desk: Desk, record: Record) -> None:
    talk = record.add("hello")
    desk.open(talk)
    box = desk.page.get_by_label("Reply to Visitor")
    box.fill("Hello, this is Mara.")
    box.press("Control+Enter")
    expect(desk.page.get_by_role("status").filter(has_text="Your reply is on its way.")).to_be_visible()
    expect(desk.last_words("staff")).to_have_text("Hello, this is Mara.")
    expect(box).to_have_value("")
    desk.page.reload()
    expect(desk.page.get_by_text("Your reply is on its way.")).to_have_count(0)
    expect(box).to_have_value("")


def test_the_way_back_leads_to_the_list_one_came_from(desk: Desk, record: Record) -> None:
    talk = record.add("dear and gone", reason=Reason.PRICE)
    desk.page.goto(f"{desk.address}?reason=price&q=dear")
    desk.page.get_by_role("link", name="dear and gone").click()
    record.say(talk, Author.CUSTOMER, "one more")
    expect(desk.last_words()).to_have_text("one more", timeout=PATIENCE)
    desk.page.locator("a.back").click()
    expect(desk.page).to_have_url(f"{desk.address}?reason=price&q=dear")


def test_slash_leads_to_the_search_but_is_a_letter_while_one_writes(desk: Desk, record: Record) -> None:
    record.add("hello")
    desk.page.reload()
    search = desk.page.get_by_role("searchbox")
    desk.page.keyboard.press("/")
    expect(search).to_be_focused()
    desk.page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")


def test_signing_out_leaves_no_draft_in_the_browser(desk: Desk, record: Record) -> None:
    desk.open(record.add("hello"))
    desk.page.get_by_label("Reply to Visitor").fill("about a customer")
    desk.page.get_by_role("button", name="Sign out").click()
    expect(desk.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert desk.page.evaluate("sessionStorage.length") == 0


def test_a_lost_connection_is_told_and_found_again(desk: Desk) -> None:
    warning = desk.page.get_by_text("The connection is gone.")
    expect(warning).to_be_hidden()
    desk.page.context.set_offline(True)
    expect(warning).to_be_visible(timeout=PATIENCE)
    desk.page.context.set_offline(False)
    expect(warning).to_be_hidden(timeout=PATIENCE)


def test_staff_work_without_javascript(
    new_context: Callable[..., BrowserContext], console_address: str, record: Record
) -> None:
    record.add("a human please", mode=Mode.STAFF, asked_for_human_ago=timedelta(minutes=3))
    desk = Desk(new_context(java_script_enabled=False).new_page(), console_address, record)
    desk.sign_in()
    desk.page.get_by_role("link", name="a human please").click()
    expect(desk.page.locator("#messages time").first).to_have_text("4 May 2026, 12:00 UTC")
    desk.page.get_by_label("Reply to Visitor").fill("Here I am.")
    desk.page.get_by_role("button", name="Send reply").click()
    expect(desk.last_words("staff")).to_have_text("Here I am.")
    desk.page.get_by_role("button", name="Hand back to the bot").click()
    expect(desk.page.get_by_role("button", name="Take over")).to_be_visible()


@pytest.mark.parametrize("width", [320, 360, 800, 1400])
def test_nothing_is_cut_off_on_a_phone_a_tablet_or_a_desk(
    new_context: Callable[..., BrowserContext], console_address: str, record: Record, width: int
) -> None:
    talk = record.add("a" * 300, name="An uncommonly long name " * 5, email="x" * 200 + "@example.org")
    record.say(talk, Author.BOT, "https://example.org/" + "b" * 200, response="utter_" + "c" * 100)
    desk = Desk(new_context(viewport={"width": width, "height": 700}).new_page(), console_address, record)
    desk.sign_in()
    for address in ("", f"conversations/{talk}", "?q=nothing"):
        desk.page.goto(desk.address + address)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
