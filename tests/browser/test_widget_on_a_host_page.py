"""What the widget does to the page that embeds it, and what it tells that page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.chat import Visitor
from tests.browser.conftest import HostSite
from tests.browser.fake_api import FakeFarewell
from tests.browser.fake_script import PROBE, QUESTION

Visit = Callable[..., Visitor]


def test_a_customer_is_interviewed_on_a_site_of_another_origin(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = visit(site.address)
    chat = visitor.open_widget()
    chat.wait_for(QUESTION)
    chat.press("It’s too expensive")
    chat.wait_for(PROBE)
    assert fake.received() == ["It’s too expensive"]
    assert fake.only.trial is False
    assert visitor.page.context.cookies() == []
    assert visitor.errors == visitor.warnings == []


def test_a_page_loads_nothing_but_the_loader_until_somebody_opens_it(site: HostSite, visit: Visit) -> None:
    visitor = visit(site.address)
    visitor.page.wait_for_function("window.Farewell")
    assert visitor.requests == [f"{site.address}/", f"{site.farewell}/widget.js"]
    assert visitor.page.locator("farewell-widget").count() == 0


def test_a_page_gets_one_global_and_does_not_move(site: HostSite, visit: Visit) -> None:
    visitor = visit(site.address)
    visitor.page.wait_for_function("window.Farewell")
    globals_before = visitor.page.evaluate("Object.keys(window)")
    below = visitor.page.locator("#below").bounding_box()
    height = visitor.page.evaluate("document.documentElement.scrollHeight")
    chat = visitor.open_widget()
    chat.wait_for(QUESTION)
    assert visitor.page.evaluate("Object.keys(window)") == globals_before
    assert visitor.page.locator("#below").bounding_box() == below
    assert visitor.page.evaluate("document.documentElement.scrollHeight") == height
    assert visitor.page.evaluate("Object.keys(Farewell).sort()") == ["close", "identify", "on", "open"]


def test_a_page_with_forbidding_styles_does_not_deform_the_chat(site: HostSite, visit: Visit) -> None:
    site.use(
        head="""<style>
        * { font-size: 40px !important; color: red !important; display: inline; letter-spacing: 9px; direction: rtl; }
        body > * { visibility: hidden; opacity: .2; transform: rotate(3deg); position: static; }
        #cancel-button { visibility: visible }
        dialog, button, textarea { display: none !important } #cancel-button { display: inline !important }
        </style>"""
    )
    chat = visit(site.address).open_widget()
    chat.wait_for(QUESTION)
    box = chat.panel.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (400, 600)
    style = chat.bubble(QUESTION).evaluate(
        "e => [getComputedStyle(e).fontSize, getComputedStyle(e).color, getComputedStyle(e).letterSpacing]"
    )
    assert style == ["15px", "rgb(36, 34, 30)", "normal"]
    expect(chat.skip_button).to_be_visible()


def test_a_page_with_a_strict_content_policy_needs_to_allow_our_origin_only(site: HostSite, visit: Visit) -> None:
    ours = site.farewell
    site.headers["Content-Security-Policy"] = f"default-src 'none'; script-src {ours}; connect-src {ours}"
    visitor = visit(site.address)
    chat = visitor.open_widget()
    chat.wait_for(QUESTION)
    box = chat.panel.bounding_box()
    assert box is not None
    assert round(box["width"]) == 400
    assert visitor.errors == []


def test_the_page_hears_at_once_that_somebody_skips_even_with_the_server_gone(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = visit(site.address)
    chat = visitor.open_widget()
    chat.wait_for(QUESTION)
    fake.stop()
    chat.skip()
    assert visitor.heard() == [("opened", {}), ("skip", {}), ("finished", {"outcome": "skipped"})]
    # The wish is kept and reaches the server once it is back, though the person is long gone.
    visitor.page.goto("about:blank")
    fake.start()
    visitor.page.goto(site.address)
    visitor.page.wait_for_function(f"!localStorage.getItem('farewell:{site.farewell}').includes('skip_and_cancel')")
    assert fake.received() == ["Skip and cancel"]


def test_a_skip_reaches_the_server_although_the_page_goes_on_in_the_same_moment(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    go_on = "<script>goOn = () => location.assign('about:blank')</script>"
    site.use('data-open-on="#cancel-button" data-on-skip="goOn"', head=go_on)
    visitor = visit(site.address)
    visitor.open_widget().wait_for(QUESTION)
    # Slow enough that the page is gone before the browser has even been allowed to send the message.
    fake.faults.delay_seconds = 0.5
    visitor.chat.skip()
    visitor.page.wait_for_url("about:blank")
    fake.wait_until_received("Skip and cancel")
    assert fake.only.state["outcome"] == "skipped"


def test_the_page_hears_how_the_interview_ended_by_event_callback_and_named_function(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    site.use(
        'data-open-on="#cancel-button" data-on-finished="shop.finished"',
        head="<script>shop = {told: [], finished: (detail) => shop.told.push(detail)}</script>",
    )
    visitor = visit(site.address)
    visitor.page.wait_for_function("window.Farewell")
    visitor.page.evaluate("calls = []; Farewell.on('finished', (detail) => calls.push(detail))")
    chat = visitor.open_widget()
    chat.wait_for(QUESTION)
    fake.set_state(outcome="abandoned")
    fake.say("Are you still there?")
    chat.wait_for("Are you still there?")
    assert visitor.heard() == [("opened", {})]
    fake.set_state(outcome="left")
    visitor.wait_to_hear("finished")
    assert visitor.page.evaluate("[calls, shop.told]") == [[{"outcome": "left"}], [{"outcome": "left"}]]
    # A reload is no second ending.
    visitor.page.reload()
    visitor.open_widget().wait_for(QUESTION)
    expect(chat.anew_button).to_be_visible()
    assert visitor.heard() == [("opened", {})]


def test_a_mistake_in_the_page_does_not_stop_the_chat(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    site.use(
        'data-open-on="#cancel-button" data-on-skip="nowhere.to.be.found" data-colour="no colour"',
        head="<script>addEventListener('farewell:opened', () => { throw new Error('the page’s own') })</script>",
    )
    visitor = visit(site.address)
    visitor.page.wait_for_function("window.Farewell")
    visitor.page.evaluate("Farewell.on('skip', () => { throw new Error('the page’s own') }); Farewell.on('nonsense')")
    chat = visitor.open_widget()
    chat.wait_for(QUESTION)
    chat.skip()
    chat.wait_for("That’s fine")
    assert ("skip", {}) in visitor.heard()
    assert len(visitor.warnings) == 1


def test_the_page_is_not_covered_when_the_server_is_down_and_skipping_still_works(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = visit(site.address)
    visitor.page.wait_for_function("window.Farewell")
    fake.stop()
    visitor.page.get_by_role("button", name="Cancel my subscription").click()
    notice = visitor.page.get_by_role("dialog", name="Before you go")
    expect(notice).to_contain_text("can’t be reached")
    assert visitor.page.evaluate("document.elementFromPoint(200, 400).closest('farewell-notice')") is None
    expect(visitor.chat.skip_button).to_be_focused()
    visitor.chat.skip()
    assert visitor.heard() == [("skip", {})]
    expect(notice).to_be_hidden()
    assert len(visitor.warnings) == 1
    assert visitor.errors == []
    # Once the server is back, the same button opens the chat.
    fake.start()
    visitor.open_widget().wait_for(QUESTION)


def test_a_page_without_our_script_keeps_its_own_cancel_link(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    site.use(body='<a id="cancel-button" href="/cancel">Cancel my subscription</a>')
    fake.stop()
    visitor = visit(site.address)
    visitor.page.get_by_role("link", name="Cancel my subscription").click()
    visitor.page.wait_for_url("**/cancel")


def test_a_page_opens_and_closes_the_chat_itself_on_either_side(site: HostSite, visit: Visit) -> None:
    site.use('data-position="left" data-colour="#ffd400"')
    visitor = visit(site.address)
    visitor.page.wait_for_function("window.Farewell")
    visitor.page.evaluate("Farewell.open()")
    visitor.chat.wait_for(QUESTION)
    box = visitor.chat.panel.bounding_box()
    assert box is not None
    assert box["x"] == 20
    colours = visitor.page.locator(".mark").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    )
    assert colours == ["rgb(255, 212, 0)", "rgb(0, 0, 0)"]
    visitor.page.evaluate("Farewell.close()")
    visitor.chat.expect_closed()
    assert [name for name, _ in visitor.heard()] == ["opened", "closed"]


def test_a_site_that_is_not_allowed_is_told_why_once(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    stranger = HostSite(fake.address)
    try:
        visitor = visit(stranger.address)
        chat = visitor.open_widget()
        expect(chat.standing).to_contain_text("can’t be reached just now")
        assert any("WIDGET_ORIGINS" in warning for warning in visitor.warnings)
        chat.skip()
        assert ("skip", {}) in visitor.heard()
        assert fake.conversations == {}
    finally:
        stranger.stop()
