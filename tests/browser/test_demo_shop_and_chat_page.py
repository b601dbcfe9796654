"""The demo shop as a host page, and the chat on a page of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from pydantic import SecretStr

from tests.browser.chat import Visitor
from tests.browser.conftest import HostSite
from tests.browser.fake_api import FakeFarewell
from tests.browser.fake_script import PROBE, QUESTION

Visit = Callable[..., Visitor]


def test_the_demo_shop_goes_on_when_somebody_skips(fake: FakeFarewell, visit: Visit) -> None:
    visitor = visit(f"{fake.address}/demo/shop")
    visitor.open_widget().wait_for(QUESTION)
    assert fake.only.trial is True
    visitor.chat.skip()
    expect(visitor.page.get_by_role("heading", name="Your subscription is cancelled.")).to_be_visible()
    visitor.chat.expect_closed()
    expect(visitor.page.locator("#confirmed")).to_be_focused()
    visitor.page.wait_for_function("!Object.values(localStorage).join().includes('skip_and_cancel')")
    assert fake.received() == ["Skip and cancel"]


def test_the_demo_shop_goes_on_when_the_interview_has_ended(fake: FakeFarewell, visit: Visit) -> None:
    visitor = visit(f"{fake.address}/demo/shop")
    visitor.open_widget().wait_for(QUESTION)
    fake.set_state(outcome="saved")
    expect(visitor.page.get_by_role("heading", name="Your subscription goes on.")).to_be_visible()
    visitor.chat.expect_open()


def test_the_full_page_chat_is_no_trial_and_skipping_leads_to_the_page_where_one_cancels(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    fake.settings.cancel_url = f"{site.address}/cancel"
    visitor = visit(f"{fake.address}/chat")
    visitor.chat.wait_for(QUESTION)
    assert fake.only.trial is False
    visitor.chat.say("Too dear")
    visitor.chat.wait_for(PROBE)
    visitor.page.reload()
    visitor.chat.wait_for(PROBE)
    visitor.chat.skip()
    visitor.page.wait_for_url(f"{site.address}/cancel")


def test_the_full_page_chat_says_so_when_it_cannot_be_loaded(fake: FakeFarewell, visit: Visit) -> None:
    fake.faults.no_static = True
    fake.settings.cancel_url = "https://shop.example/cancel"
    # The page's own script does not come either, so what is in the page must be enough.
    visitor = visit(f"{fake.address}/chat")
    expect(visitor.page.get_by_role("link", name="go on to cancel")).to_be_visible()
    expect(visitor.page.get_by_text("help@bramble.example")).to_be_visible()


def test_the_demo_shop_shows_a_signed_in_customer_too(fake: FakeFarewell, visit: Visit) -> None:
    fake.settings.customer_token_secret = SecretStr("t" * 40)
    visitor = visit(f"{fake.address}/demo/shop")
    visitor.page.get_by_role("link", name="As signed-in customer Ada, 39.00 a month").click()
    expect(visitor.page.get_by_role("heading", name="Your coffee, Ada")).to_be_visible()
    visitor.open_widget().wait_for(QUESTION)
    assert (fake.only.customer or "").startswith("demo-ada-")
    assert fake.only.trial is True
    visitor.chat.skip()
    # Another demo is another Ada, who is asked anew.
    visitor.page.get_by_role("button", name="Start the demo again").click()
    visitor.page.wait_for_url("**/demo/shop?customer=ada-*")
    visitor.open_widget().wait_for(QUESTION)
    assert len(fake.conversations) == 2
    assert visitor.errors == []


@pytest.mark.parametrize("path", ["/demo/shop", "/chat"])
def test_the_companys_logo_stands_in_the_chat_and_on_its_pages(fake: FakeFarewell, visit: Visit, path: str) -> None:
    fake.settings.company_logo_url = "/static/coffee.svg"
    visitor = visit(f"{fake.address}{path}")
    if path == "/demo/shop":
        expect(visitor.page.locator(".brand img")).to_have_attribute("src", "/static/coffee.svg")
        visitor.open_widget()
    logo = visitor.page.locator(".mark img")
    expect(logo).to_be_visible()
    visitor.page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=logo.element_handle())
