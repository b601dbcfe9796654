"""The way from the chat on a site to the same conversation on Telegram."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect
from pydantic import SecretStr

from tests.browser.chat import Visitor
from tests.browser.conftest import HostSite
from tests.browser.fake_api import FakeFarewell
from tests.browser.fake_script import PROBE, QUESTION

Visit = Callable[..., Visitor]


@pytest.fixture
def fake_with_telegram(fake: FakeFarewell) -> FakeFarewell:
    fake.settings.telegram_bot_token = SecretStr("123456:a-token-of-some-length")
    return fake


def begin(site: HostSite, visit: Visit, **options: object) -> Visitor:
    visitor = visit(site.address, **options)
    visitor.open_widget()
    visitor.chat.wait_for(QUESTION)
    return visitor


def way(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name="Go on on Telegram")


def test_a_customer_goes_on_on_telegram_and_the_chat_stays_usable(
    site: HostSite, fake_with_telegram: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    with visitor.page.expect_popup() as opened:
        way(visitor).click()
    tab = opened.value
    tab.wait_for_url(re.compile(r"/telegram\?start="))
    [conversation] = fake_with_telegram.conversations
    assert tab.url == f"{fake_with_telegram.address}/telegram?start={conversation}"
    # The page that opens knows nothing of the shop's own page.
    assert tab.evaluate("window.opener") is None
    visitor.chat.say("Too dear")
    visitor.chat.wait_for(PROBE)
    assert visitor.errors == visitor.warnings == []


def test_where_a_browser_opens_no_window_the_customer_gets_a_link_to_follow_once(
    site: HostSite, fake_with_telegram: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    visitor.page.evaluate("window.open = () => null")
    way(visitor).click()
    link = visitor.page.get_by_role("link", name="Open Telegram")
    expect(link).to_be_focused()
    expect(link).to_have_attribute("rel", "noopener")
    with visitor.page.expect_popup() as opened:
        link.press("Enter")
    opened.value.wait_for_url(re.compile(r"/telegram\?start="))
    # The address leads there once; another one can be had.
    expect(link).to_have_count(0)
    expect(way(visitor)).to_be_visible()


def test_a_customer_who_cannot_get_to_telegram_is_told_to_go_on_here(
    site: HostSite, fake_with_telegram: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    fake_with_telegram.faults.no_way_to_telegram = True
    with visitor.page.expect_popup() as opened:
        way(visitor).click()
    expect(visitor.chat.standing).to_contain_text("You can simply go on here.")
    assert opened.value.is_closed()
    visitor.chat.say("Too dear")
    visitor.chat.wait_for(PROBE)
    expect(visitor.chat.standing).not_to_contain_text("Telegram")


def test_without_telegram_nobody_is_sent_there(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    expect(visitor.chat.skip_button).to_be_visible()
    expect(way(visitor)).to_be_hidden()


def test_on_a_small_phone_skip_and_cancel_stays_in_view_beside_it(
    site: HostSite, fake_with_telegram: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit, phone=True)
    for one in (way(visitor), visitor.chat.skip_button):
        expect(one).to_be_in_viewport(ratio=1)
    telegram, skip = way(visitor).bounding_box(), visitor.chat.skip_button.bounding_box()
    assert telegram is not None
    assert skip is not None
    assert telegram["x"] + telegram["width"] <= skip["x"]
    assert telegram["y"] < skip["y"] + skip["height"]
    # A message that gets too long needs the room for its count.
    visitor.chat.field.fill("a" * 10_120)
    expect(way(visitor)).to_be_hidden()
    expect(visitor.chat.skip_button).to_be_in_viewport(ratio=1)


def test_after_the_interview_there_is_nothing_to_go_on_with(
    site: HostSite, fake_with_telegram: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    visitor.chat.skip()
    expect(way(visitor)).to_be_hidden()
    expect(visitor.chat.anew_button).to_be_visible()
