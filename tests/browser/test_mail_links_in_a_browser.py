"""Ada follows the links of an e-mail in a real browser, with the real gateway behind them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from bot.channels.web.limits import RateLimits
from bot.channels.web.links import LinkPages
from bot.channels.web.pages import install_pages
from bot.clock import utc_now
from bot.storage.unit_of_work import Database
from tests.browser.accessibility import find_violations
from tests.browser.chat import Visitor
from tests.fake_rasa import FakeRasa
from tests.gateway import Gateway, make_settings
from tests.mailed import Mailing

Visit = Callable[..., Visitor]
FIRST = "In March you told us that the app kept crashing. How are you getting on?"
SECOND = "The app no longer crashes: we rebuilt it in April."


class Served:
    """The gateway with its pages, in a thread with an event loop of its own."""

    def __init__(self, mailing: Mailing) -> None:
        self.mailing = mailing
        self._ready, self._stop = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),), daemon=True)
        self._thread.start()
        assert self._ready.wait(15), "the gateway did not start"

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        rasa = FakeRasa()
        await rasa.start()
        gateway = Gateway(self.mailing.database, utc_now, rasa)
        gateway.app.state.services = SimpleNamespace(settings=gateway.settings)
        gateway.app.include_router(LinkPages(self.mailing.correspondence, gateway.copy, RateLimits()).build())
        install_pages(gateway.app)
        async with gateway.running():
            self.address = str(gateway.http.base_url).rstrip("/")
            self._ready.set()
            await self._stop.wait()
        await rasa.stop()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(15)
        assert not self._thread.is_alive(), "the gateway did not stop"


@pytest.fixture
def mailing(sqlite_database: Database) -> Mailing:
    return Mailing(sqlite_database, utc_now, make_settings())


@pytest.fixture
def paths(mailing: Mailing) -> tuple[str, str]:
    """Where the links of Ada's second mail lead."""
    customer = mailing.add_customer()
    mailing.touch(customer, FIRST)
    return mailing.find_links(mailing.touch(customer, SECOND))


@pytest.fixture
def served(mailing: Mailing, paths: tuple[str, str]) -> Iterator[Served]:
    made = Served(mailing)
    yield made
    made.stop()


@pytest.fixture
def links(served: Served, paths: tuple[str, str]) -> tuple[str, str]:
    """The links of Ada's second mail: into the conversation, and out of all messages."""
    return served.address + paths[0], served.address + paths[1]


def test_ada_presses_sees_the_new_message_alone_and_answers(links: tuple[str, str], visit: Visit) -> None:
    visitor = visit(links[0])
    page, chat = visitor.page, visitor.chat
    expect(page.get_by_role("heading", name="Your conversation with Bramble & Oak")).to_be_visible()
    assert SECOND not in page.content()
    page.get_by_role("button", name="Open the conversation").click()
    chat.wait_for(SECOND)
    assert chat.said() == [SECOND]
    expect(chat.skip_button).to_have_count(0)
    expect(page.get_by_role("button", name="Go on on Telegram")).to_be_hidden()
    chat.say("I may come back, then")
    chat.wait_until_sent("I may come back, then")
    expect(chat.log.locator(".message.bot")).to_have_count(2)
    token = page.evaluate("JSON.parse(Object.values(localStorage).find((kept) => kept.includes('token'))).token")
    assert token not in page.url


def test_who_comes_back_by_the_link_goes_on_without_a_press(links: tuple[str, str], visit: Visit) -> None:
    visitor = visit(links[0])
    visitor.page.get_by_role("button", name="Open the conversation").click()
    visitor.chat.say("a word")
    visitor.chat.wait_until_sent("a word")
    again = visit(links[0], context=visitor.page.context)
    again.chat.wait_for("a word")
    assert again.chat.said()[:2] == [SECOND, "a word"]


def test_an_earlier_conversation_in_this_browser_stays_where_it_was(
    served: Served, links: tuple[str, str], visit: Visit
) -> None:
    visitor = visit(f"{served.address}/chat")
    visitor.chat.say("an interview of my own")
    visitor.chat.wait_until_sent("an interview of my own")
    other = visit(links[0], context=visitor.page.context)
    other.page.get_by_role("button", name="Open the conversation").click()
    other.chat.wait_for(SECOND)
    visitor.page.reload()
    visitor.chat.wait_for("an interview of my own")
    assert SECOND not in visitor.chat.said()


def test_a_person_unsubscribes_by_one_press_without_any_script(
    served: Served, links: tuple[str, str], visit: Visit
) -> None:
    visitor = visit(links[1], java_script_enabled=False)
    visitor.page.get_by_role("button", name="Unsubscribe me").click()
    expect(visitor.page.get_by_role("status")).to_contain_text("won't write to you any more")
    assert not served.mailing.find_point().consent


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True])
def test_everybody_can_use_the_pages(
    served: Served, links: tuple[str, str], visit: Visit, scheme: str, phone: bool
) -> None:
    for address in (*links, f"{served.address}/talk/broken"):
        page = visit(address, phone=phone, color_scheme=scheme).page
        assert find_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page = visit(links[0], phone=phone, color_scheme=scheme).page
    page.get_by_role("button", name="Open the conversation").click()
    page.get_by_text(SECOND).wait_for()
    assert find_violations(page) == []
