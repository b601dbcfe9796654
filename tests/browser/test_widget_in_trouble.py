"""A conversation through everything that can go wrong between a browser and a server."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser.chat import Visitor
from tests.browser.conftest import HostSite
from tests.browser.fake_api import FakeFarewell
from tests.browser.fake_script import KEPT, PROBE, QUESTION, SKIPPED, WELCOME

Visit = Callable[..., Visitor]
Contexts = Callable[..., BrowserContext]


def begin(site: HostSite, visit: Visit, **options: object) -> Visitor:
    visitor = visit(site.address, **options)
    visitor.open_widget().wait_for(QUESTION)
    return visitor


def test_a_person_whose_token_is_no_longer_valid_begins_anew_with_a_kind_line(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    visitor.chat.say("Too dear")
    visitor.chat.wait_for(PROBE)
    visitor.chat.close()
    fake.revoke()
    visitor.page.reload()
    visitor.open_widget()
    visitor.chat.wait_for(QUESTION)
    expect(visitor.chat.log).to_contain_text("we’ve begun a new one")
    assert visitor.chat.said() == [WELCOME, QUESTION]
    assert len(fake.conversations) == 2
    assert visitor.warnings == []


def test_words_written_while_the_token_lapsed_are_taken_along(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    fake.revoke()
    visitor.chat.say("Too dear")
    visitor.chat.wait_for(PROBE)
    assert len(fake.conversations) == 2
    assert fake.received() == ["Too dear"]
    assert visitor.chat.said() == [WELCOME, QUESTION, "Too dear", PROBE]


def test_a_skip_pressed_after_the_token_lapsed_is_recorded_all_the_same(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    fake.revoke()
    visitor.chat.skip()
    visitor.chat.wait_for(SKIPPED)
    assert len(fake.conversations) == 2
    assert fake.received() == ["Skip and cancel"]


def test_a_server_that_repeats_itself_is_not_shown_repeating(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    fake.stop()
    fake.faults.repeat_everything = True
    fake.start()
    visitor.chat.say("Too dear")
    visitor.chat.wait_for(PROBE)
    assert visitor.chat.said() == [WELCOME, QUESTION, "Too dear", PROBE]


def test_a_skip_overtakes_words_that_cannot_be_sent_yet(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)

    def hold_back_words(route, request):  # type: ignore[no-untyped-def]
        return route.abort() if "text" in request.post_data_json else route.continue_()

    visitor.page.route("**/messages", hold_back_words)
    visitor.chat.say("It is a long story")
    expect(visitor.chat.log).to_contain_text("Sending…")
    visitor.chat.skip()
    visitor.chat.wait_for(SKIPPED)
    assert visitor.chat.said() == [WELCOME, QUESTION, "Skip and cancel", SKIPPED, "It is a long story"]
    visitor.page.unroute("**/messages")
    visitor.chat.wait_until_sent("It is a long story")
    fake.wait_until_received("It is a long story")


def test_a_message_written_while_the_server_is_gone_is_sent_once_when_it_is_back(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    fake.stop()
    visitor.chat.say("You raised the price")
    visitor.chat.say("Twice")
    expect(visitor.chat.log).to_contain_text("Sending…")
    expect(visitor.chat.standing).to_contain_text("We can’t be reached just now. What you write is kept")
    fake.start()
    visitor.chat.wait_for(KEPT)
    assert fake.received() == ["You raised the price", "Twice"]
    expect(visitor.chat.log).not_to_contain_text("Sending…")
    expect(visitor.chat.standing).to_be_empty()
    # In the transcript each answer follows what it answers, as on the server.
    assert visitor.chat.said() == [m["text"] for m in fake.only.messages]


def test_a_message_that_could_not_be_sent_survives_a_reload(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    fake.faults.unavailable = True
    visitor.chat.say("I found something else")
    expect(visitor.chat.standing).to_contain_text("can’t be reached")
    visitor.page.reload()
    expect(visitor.chat.bubble("I found something else")).to_be_visible()
    fake.faults.unavailable = False
    visitor.chat.wait_for(PROBE)
    assert fake.received() == ["I found something else"]
    assert visitor.chat.said() == [WELCOME, QUESTION, "I found something else", PROBE]


def test_a_message_whose_answer_got_lost_is_not_said_twice(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    lost: list[str] = []

    def lose_first_answer(route, request):  # type: ignore[no-untyped-def]
        if lost:
            return route.continue_()
        lost.append(request.post_data)
        route.fetch()
        return route.abort()

    visitor.page.route("**/messages", lose_first_answer)
    visitor.chat.say("Too dear")
    visitor.chat.wait_for(PROBE)
    visitor.chat.wait_until_sent("Too dear")
    visitor.page.wait_for_function(f"!localStorage.getItem('farewell:{site.farewell}').includes('Too dear')")
    assert fake.received() == ["Too dear"]
    assert visitor.chat.said() == [WELCOME, QUESTION, "Too dear", PROBE]


def test_a_person_without_network_is_told_so_and_goes_on_when_it_is_back(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    visitor.page.context.set_offline(True)
    visitor.chat.say("Too dear")
    expect(visitor.chat.standing).to_contain_text("You seem to be offline")
    visitor.page.context.set_offline(False)
    visitor.chat.wait_for(PROBE)
    assert fake.received() == ["Too dear"]


def test_a_person_who_writes_too_fast_waits_as_long_as_the_server_asks(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    fake.faults.too_fast_seconds = 2
    with visitor.page.expect_response(lambda r: r.status == 429):
        visitor.chat.say("Too dear")
    fake.faults.too_fast_seconds = 0
    expect(visitor.chat.standing).to_contain_text("A moment, please")
    visitor.chat.say("And too late")  # Impatience does not shorten it.
    visitor.chat.wait_for(KEPT)
    assert fake.received() == ["Too dear", "And too late"]
    assert len(fake.posted_at) == 3
    assert fake.posted_at[1] - fake.posted_at[0] >= 2


def test_a_slow_server_shows_that_it_is_on_its_way(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = visit(site.address)
    visitor.page.wait_for_function("window.Farewell")
    fake.faults.delay_seconds = 0.6
    visitor.page.get_by_role("button", name="Cancel my subscription").click()
    expect(visitor.page.get_by_role("dialog")).to_contain_text("on its way")
    visitor.chat.wait_for(QUESTION)


def test_an_answer_that_is_no_longer_open_is_taken_back(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)

    def rewrite(route, request):  # type: ignore[no-untyped-def]
        route.continue_(post_data={**request.post_data_json, "button": "of-yesterday"})

    visitor.page.route("**/messages", rewrite, times=1)
    visitor.chat.press("I moved away")
    expect(visitor.chat.log).to_contain_text("no longer open")
    assert visitor.chat.said("customer") == []
    visitor.chat.say("I moved away")
    visitor.chat.wait_for(PROBE)


def test_words_that_the_server_refuses_can_be_edited(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    visitor.chat.say("something unacceptable to this server")
    expect(visitor.chat.log).to_contain_text("Not sent. This cannot be read.")
    visitor.chat.page.get_by_role("button", name="Edit").click()
    expect(visitor.chat.field).to_have_value("something unacceptable to this server")
    expect(visitor.chat.field).to_be_focused()
    visitor.chat.say("better words")
    visitor.chat.wait_for(PROBE)
    assert fake.received() == ["better words"]


def test_a_person_in_a_browser_without_storage_can_talk_all_the_same(
    site: HostSite, fake: FakeFarewell, visit: Visit, new_context: Contexts
) -> None:
    context = new_context()
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        "Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError') } })"
    )
    visitor = begin(site, visit, context=context)
    visitor.chat.say("Too dear")
    visitor.chat.wait_for(PROBE)
    assert visitor.errors == []


def test_a_tab_that_nobody_looks_at_gives_its_connection_back_and_catches_up_later(
    site: HostSite, fake: FakeFarewell, visit: Visit, new_context: Contexts
) -> None:
    context = new_context()
    context.clock.install()
    visitor = begin(site, visit, context=context)
    page = visitor.page
    look = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
    look += " document.dispatchEvent(new Event('visibilitychange')); }"
    with page.expect_event("requestfailed", lambda request: "/events" in request.url):
        page.evaluate(look, True)
        context.clock.fast_forward(61_000)
    fake.say("Are you still there?")
    page.evaluate(look, False)
    visitor.chat.wait_for("Are you still there?")
