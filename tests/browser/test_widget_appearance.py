"""The chat for everybody: small screens, keyboards, screen readers, other scripts, weak eyes, bad intentions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Visitor
from tests.browser.conftest import HostSite
from tests.browser.fake_api import FakeFarewell
from tests.browser.fake_script import KEPT, LIKELIHOOD, PROBE, QUESTION, SKIP_QUESTION

Visit = Callable[..., Visitor]

# The contrast of every visible text with the ground it stands on, as WCAG 2 counts it, for all below 4.5 to 1.
LOW_CONTRAST = """root => {
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const rgba = colour => { const n = colour.match(/[\\d.]+/g).map(Number); return n.length === 3 ? [...n, 1] : n; };
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3]));
  const parent = e => e.parentElement ?? e.getRootNode().host;
  const ground = e => {
    if (!e) return [255, 255, 255];
    const own = rgba(getComputedStyle(e).backgroundColor);
    return own[3] === 1 ? own : over(own, ground(parent(e)));
  };
  const low = [];
  for (const e of root.querySelectorAll("*")) {
    const text = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join("") || e.placeholder;
    if (!text || !e.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(e, e.placeholder ? "::placeholder" : null);
    const [a, b] = [luminance(over(rgba(style.color), ground(e))), luminance(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${text}: ${ratio.toFixed(2)}`);
  }
  return low;
}"""


def begin(site: HostSite, visit: Visit, **options: object) -> Visitor:
    visitor = visit(site.address, **options)
    visitor.open_widget().wait_for(QUESTION)
    return visitor


def focused(page: Page) -> str:
    """What has the focus, inside the shadow root too, by what a person would call it."""
    name = """() => {
      let e = document.activeElement;
      while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
      return e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent.trim() || e.tagName;
    }"""
    focused: str = page.evaluate(name)
    return focused


def test_a_customer_with_a_keyboard_alone_is_interviewed(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = visit(site.address)
    page, chat = visitor.page, visitor.chat
    page.wait_for_function("window.Farewell")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    chat.wait_for(QUESTION)
    assert focused(page) == "Your message"
    # Backwards past the last quick reply to the one before it.
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "Something else"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    chat.wait_for(PROBE)
    assert fake.received() == ["I found something else"]
    assert focused(page) == "Your message"
    page.keyboard.type("Tea")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and more tea")
    page.keyboard.press("Enter")
    chat.wait_for(KEPT)
    assert fake.received()[1:] == ["Tea\nand more tea"]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip and cancel"
    page.keyboard.press("Enter")
    assert ("skip", {}) in visitor.heard()


def test_escape_closes_the_chat_and_gives_the_focus_back(site: HostSite, visit: Visit) -> None:
    visitor = begin(site, visit)
    visitor.page.evaluate("addEventListener('keydown', () => window.pageSawKey = true)")
    visitor.chat.field.press("Escape")
    visitor.chat.expect_closed()
    assert focused(visitor.page) == "Cancel my subscription"
    assert visitor.page.evaluate("window.pageSawKey") is None
    assert [name for name, _ in visitor.heard()] == ["opened", "closed"]


def test_on_a_phone_the_chat_fills_the_screen_and_keeps_the_focus(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit, phone=True)
    page = visitor.page
    # It slides in, so its place is looked at once it has arrived.
    visitor.chat.panel.evaluate("panel => Promise.all(panel.getAnimations().map(animation => animation.finished))")
    assert visitor.chat.panel.bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 640}
    assert visitor.chat.panel.evaluate("e => e.matches(':modal')") is True
    # No keyboard springs up by itself, and Tab never leads to the page behind.
    assert focused(page) == "Bramble & Oak: before you go"
    names = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        names.add(focused(page))
    assert "Cancel my subscription" not in names
    assert {"Close, and go on later", "Your message", "Skip and cancel", "I moved away"} <= names
    page.keyboard.press("Escape")
    visitor.chat.expect_closed()
    assert focused(page) == "Cancel my subscription"


def test_nothing_is_cut_off_on_a_screen_of_320_pixels(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    fake.settings.company_name = "The Extraordinarily Long-Winded Coffee & Tea Company of Lower Saxony"
    visitor = begin(site, visit, phone=True)
    chat = visitor.chat
    fake.say("W" * 300, buttons=("An answer that is so very long that it has to be broken into lines", "W" * 60))
    chat.wait_for("W" * 300)
    chat.say("Donaudampfschifffahrtsgesellschaft" * 5)
    chat.wait_for(PROBE)
    chat.say("x")
    chat.wait_for(KEPT)
    chat.say("y")
    chat.wait_for(LIKELIHOOD)
    cut = """root => [...root.querySelectorAll('*')].filter(e => e.checkVisibility() && !e.closest('.who, .hidden, h2'))
      .filter(e => { const b = e.getBoundingClientRect(); return b.width && (b.left < 0 || b.right > 320.5) })
      .map(e => e.className + ': ' + e.textContent)"""
    assert chat.panel.evaluate(cut) == []
    assert chat.log.evaluate("e => e.scrollWidth <= e.clientWidth") is True
    # The question is in view, and so is everything to answer it with.
    for target in (
        chat.bubble(LIKELIHOOD),
        chat.answer("10"),
        chat.answer(SKIP_QUESTION),
        chat.field,
        chat.skip_button,
        chat.close_button,
    ):
        expect(target).to_be_in_viewport(ratio=1)


def test_a_turned_phone_and_a_grown_window_keep_what_is_being_written(site: HostSite, visit: Visit) -> None:
    visitor = begin(site, visit, phone=True)
    visitor.chat.field.fill("half a sent")
    visitor.page.set_viewport_size({"width": 640, "height": 320})
    visitor.chat.expect_open()
    expect(visitor.chat.skip_button).to_be_in_viewport(ratio=1)
    visitor.page.set_viewport_size({"width": 1200, "height": 800})
    visitor.chat.expect_open()
    assert visitor.chat.panel.evaluate("e => e.matches(':modal')") is False
    expect(visitor.chat.field).to_have_value("half a sent")
    assert [name for name, _ in visitor.heard()] == ["opened"]


def test_a_long_answer_is_shown_from_its_first_line(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    fake.say("First line.\n" + "More to read.\n" * 60 + "Last line.")
    visitor.chat.wait_for("Last line.")
    top = "e => e.getBoundingClientRect().top - e.closest('.log').getBoundingClientRect().top"
    assert 0 <= visitor.chat.bubble("First line.").evaluate(top) < 60


def test_a_person_reading_further_up_is_not_pulled_down(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    fake.say("A long story. " * 120)
    visitor.chat.wait_for("A long story.")
    visitor.chat.say("I see")
    visitor.chat.wait_for(PROBE)
    visitor.chat.log.evaluate("e => e.scrollTop = 0")
    newest = visitor.page.get_by_role("button", name="Newest message")
    expect(newest).to_be_hidden()
    visitor.page.wait_for_function(
        "document.querySelector('farewell-widget').shadowRoot.querySelector('.log').scrollTop === 0"
    )
    fake.say("And another thing.")
    expect(newest).to_be_visible()
    assert visitor.chat.log.evaluate("e => e.scrollTop") == 0
    newest.click()
    expect(visitor.chat.bubble("And another thing.")).to_be_in_viewport(ratio=1)
    expect(newest).to_be_hidden()


def test_html_is_shown_as_the_text_it_is(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    attack = '<img src=x onerror="window.harmed=1"><b>bold</b> <script>window.harmed=1</script> https://evil.example'
    fake.settings.company_name = "<i>Bramble</i>"
    fake.settings.privacy_url = "javascript:window.harmed=1"
    visitor = begin(site, visit)
    chat = visitor.chat
    chat.say(attack)
    chat.wait_until_sent(attack)
    fake.say(attack.replace("https://evil.example", "") + "javascript:alert(1)", buttons=(attack,))
    fake.say(attack, author="staff", staff_name="<u>Maya</u>")
    chat.wait_for("<b>bold</b>")
    expect(chat.log.locator(".bubble", has_text="<b>bold</b>")).to_have_count(3)
    assert chat.said("customer") == [attack]
    visitor.page.reload()
    expect(chat.log.locator(".bubble", has_text="<b>bold</b>")).to_have_count(3)
    assert chat.said("customer") == [attack]
    expect(visitor.page.locator("header h2")).to_have_text("<i>Bramble</i>")
    expect(visitor.page.locator(".message.staff .name")).to_have_text("<u>Maya</u>")
    assert visitor.page.locator("farewell-widget :is(img, b, u, i:not(.typing i), script)").count() == 0
    # Only what the company itself says may become a link, and only to the web.
    assert chat.log.get_by_role("link").all_inner_texts() == ["https://evil.example"]
    expect(visitor.page.get_by_role("link", name="Privacy")).to_have_count(0)
    assert visitor.page.evaluate("window.harmed") is None


@pytest.mark.parametrize(("text", "direction"), [("المنتج أصبح غاليا جدا", "rtl"), ("It got too dear", "ltr")])
def test_text_runs_in_the_direction_of_its_script(
    site: HostSite, fake: FakeFarewell, visit: Visit, text: str, direction: str
) -> None:
    visitor = begin(site, visit)
    visitor.chat.field.fill(text)
    assert visitor.chat.field.evaluate("e => getComputedStyle(e).direction") == direction
    visitor.chat.say(text)
    visitor.chat.wait_until_sent(text)
    fake.say(text)
    bubbles = visitor.chat.bubble(text)
    expect(bubbles).to_have_count(2)
    assert bubbles.evaluate_all("all => all.map(e => getComputedStyle(e).direction)") == [direction] * 2
    assert fake.received() == [text]


def test_a_message_that_gets_too_long_is_counted_and_never_cut(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    chat = visitor.chat
    count = visitor.page.locator(".count")
    chat.field.fill("a" * 9_499)
    expect(count).to_be_hidden()
    chat.field.fill("😀" * 9_999)
    expect(count).to_have_text("1 character left")
    chat.field.fill("a" * 10_120)
    expect(count).to_contain_text("120 too many for one message")
    chat.field.press("Enter")
    expect(chat.field).to_have_js_property("value.length", 10_120)
    assert fake.received() == []
    chat.field.fill("a" * 10_000)
    chat.field.press("Enter")
    chat.wait_for(PROBE)
    assert fake.received() == ["a" * 10_000]


def test_nothing_is_not_sent(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    visitor.chat.say("  \n ")
    visitor.chat.send_button.click(force=True)
    visitor.chat.say("words")
    visitor.chat.wait_for(PROBE)
    assert fake.received() == ["words"]


def test_enter_belongs_to_the_input_method_while_a_character_is_composed(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    visitor.chat.field.fill("高い")
    visitor.chat.field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "cancelable": True})
    expect(visitor.chat.field).to_have_value("高い")
    visitor.chat.field.press("Enter")
    visitor.chat.wait_for(PROBE)
    assert fake.received() == ["高い"]


# How long the log stays busy depends on the machine; so each change is noted, with the messages that stood there then.
NOTE_BUSY = """
  window.busyWith = [];
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "aria-busy") window.busyWith.push([value, this.querySelectorAll(".message").length]);
    return setAttribute.call(this, name, value);
  };
"""


def test_a_screen_reader_finds_names_roles_and_a_polite_log(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    chat, page = visitor.chat, visitor.page
    expect(page.get_by_role("dialog", name="Bramble & Oak: before you go")).to_be_visible()
    expect(page.get_by_role("log", name="Conversation")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("textbox", name="Your message")).to_be_visible()
    expect(page.get_by_role("link", name="Privacy")).to_have_attribute("href", f"{fake.address}/privacy")
    chat.say("Too dear")
    chat.wait_for(PROBE)
    spoken = [line.split("\n")[0] for line in page.locator(".message .name").all_text_contents()]
    assert spoken == ["Automated assistant", "Automated assistant", "You", "Automated assistant"]
    # What was said before a reload is not read out all over again: the log is busy while it comes in, and only then.
    page.evaluate("sessionStorage.clear()")
    page.add_init_script(NOTE_BUSY)
    page.reload()
    visitor.open_widget()
    chat.wait_for(PROBE)
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    noted = page.evaluate("window.busyWith")
    assert noted[0][0] == "true"
    assert noted[-1] == ["false", len(spoken)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["#2f6f5e", "#ffd400", "#767676", "#ff0000"])
def test_every_word_can_be_read(site: HostSite, fake: FakeFarewell, visit: Visit, scheme: str, colour: str) -> None:
    fake.settings.company_colour = colour
    fake.settings.cancel_url = "https://shop.example/cancel"
    visitor = begin(site, visit, color_scheme=scheme)
    chat = visitor.chat
    fake.set_state(mode="staff")
    fake.say("Hello, this is Maya.", author="staff", staff_name="Maya")
    chat.say("something unacceptable to this server")
    expect(chat.log).to_contain_text("Not sent.")
    chat.say("Too dear")
    chat.wait_until_sent("Too dear")
    fake.set_state(outcome="left", delayed=True)
    expect(visitor.page.get_by_role("link", name="Go on to cancel")).to_be_visible()
    chat.field.fill("a" * 10_120)
    assert chat.panel.evaluate(LOW_CONTRAST) == []
    chat.field.fill("a" * 9_900)
    assert chat.panel.evaluate(LOW_CONTRAST) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/demo/shop", "/privacy", "/nowhere"])
def test_every_page_can_be_read_and_fits_a_small_screen(
    fake: FakeFarewell, visit: Visit, path: str, scheme: str
) -> None:
    visitor = visit(fake.address + path, phone=True, color_scheme=scheme)
    assert visitor.page.locator("html").evaluate(LOW_CONTRAST) == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 320
    expect(visitor.page.get_by_role("heading", level=1)).to_have_count(1)
    # Chromium reports what a content policy forbids as an error on the console; nothing of ours may be forbidden.
    assert visitor.errors == visitor.warnings == []


def test_a_person_who_wants_less_motion_sees_none(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit, reduced_motion="reduce")
    fake.set_state(typing=True)
    expect(visitor.page.locator(".typing")).to_be_visible()
    moving = "e => e.getAnimations({ subtree: true }).map(a => a.animationName).filter(name => name !== 'late')"
    assert visitor.chat.panel.evaluate(moving) == []


def test_the_panel_follows_the_device_or_what_the_page_wants(site: HostSite, visit: Visit) -> None:
    ground = "e => getComputedStyle(e).backgroundColor"
    visitor = begin(site, visit, color_scheme="dark")
    assert visitor.chat.panel.evaluate(ground) == "rgb(24, 26, 25)"
    visitor.page.emulate_media(color_scheme="light")
    assert visitor.chat.panel.evaluate(ground) == "rgb(247, 245, 240)"
    site.use('data-open-on="#cancel-button" data-theme="dark"')
    dark = begin(site, visit, color_scheme="light")
    assert dark.chat.panel.evaluate(ground) == "rgb(24, 26, 25)"
