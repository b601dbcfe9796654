"""A conversation through everything that happens between a browser and a server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import Visitor
from tests.browser.conftest import HostSite
from tests.browser.fake_api import ENDING, KEPT, LIKELIHOOD, PROBE, QUESTION, REASONS, SKIPPED, WELCOME, FakeFarewell

Visit = Callable[..., Visitor]
Contexts = Callable[..., BrowserContext]


def begin(site: HostSite, visit: Visit, **options: object) -> Visitor:
    visitor = visit(site.address, **options)
    visitor.open_widget().wait_for(QUESTION)
    return visitor


def test_a_customer_who_answers_everything_reads_the_ending(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    chat = visitor.chat
    assert chat.answers() == REASONS
    chat.press("I don’t use it enough")
    chat.wait_for(PROBE)
    assert chat.answers() == []
    chat.say("I drink tea now")
    chat.wait_for(KEPT)
    chat.field.fill("A smaller bag")
    chat.send_button.click()
    chat.wait_for(LIKELIHOOD)
    chat.press("7")
    chat.wait_for(ENDING)
    link = chat.bubble(ENDING).get_by_role("link", name="https://shop.example/cancel", exact=True)
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(chat.skip_button).to_be_visible()
    assert chat.said("customer") == ["I don’t use it enough", "I drink tea now", "A smaller bag", "7"]
    assert visitor.heard()[-1] == ("finished", {"outcome": "left"})
    assert visitor.errors == visitor.warnings == []


def test_a_customer_who_reloads_in_the_middle_goes_on_where_they_were(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    visitor.chat.press("I moved away")
    visitor.chat.wait_for(PROBE)
    visitor.chat.field.fill("To Lisbon, where you don’t")
    visitor.page.reload()
    # The panel opens by itself, leaves the focus where it was, and has kept the half-written sentence.
    visitor.chat.wait_for(PROBE)
    assert visitor.chat.said() == [WELCOME, QUESTION, "I moved away", PROBE]
    expect(visitor.chat.field).to_have_value("To Lisbon, where you don’t")
    expect(visitor.chat.field).not_to_be_focused()
    visitor.chat.say("To Lisbon")
    visitor.chat.wait_for(KEPT)
    assert fake.received() == ["I moved away", "To Lisbon"]
    assert len(fake.conversations) == 1


def test_a_customer_who_closes_goes_on_later(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    visitor.chat.say("Too dear")
    visitor.chat.wait_for(PROBE)
    visitor.chat.close()
    visitor.chat.expect_closed()
    fake.say("One more thing, when you are back.")
    visitor.page.reload()
    visitor.page.wait_for_function("window.Farewell")
    visitor.chat.expect_closed()
    visitor.open_widget().wait_for("One more thing")
    assert len(fake.conversations) == 1


def test_two_tabs_show_the_same_conversation(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    first = begin(site, visit)
    second = visit(site.address, context=first.page.context)
    second.open_widget().wait_for(QUESTION)
    first.chat.say("The quality went down")
    second.chat.wait_until_sent("The quality went down")
    second.chat.wait_for(PROBE)
    assert second.chat.answers() == []
    second.chat.say("The beans were stale")
    first.chat.wait_until_sent("The beans were stale")
    first.chat.wait_for(KEPT)
    assert first.chat.said() == second.chat.said()
    assert len(fake.conversations) == 1


def test_two_tabs_that_open_together_begin_one_conversation(
    site: HostSite, fake: FakeFarewell, new_context: Contexts, visit: Visit
) -> None:
    context = new_context()
    tabs = [visit(site.address, context=context) for _ in range(2)]
    fake.faults.delay_seconds = 0.3
    for tab in tabs:
        tab.page.wait_for_function("window.Farewell")
        tab.page.evaluate("void Farewell.open()")
    for tab in tabs:
        tab.chat.wait_for(QUESTION)
    assert len(fake.conversations) == 1


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
    expect(visitor.chat.standing).to_contain_text("goes out shortly")
    visitor.chat.say("And too late")  # Impatience does not shorten it.
    visitor.chat.wait_for(KEPT)
    assert fake.received() == ["Too dear", "And too late"]
    assert len(fake.posted_at) == 3
    assert fake.posted_at[1] - fake.posted_at[0] >= 2


def test_a_slow_server_shows_that_it_is_on_its_way(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = visit(site.address)
    visitor.page.wait_for_function("window.Farewell")
    fake.faults.delay_seconds = 1
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


def test_a_conversation_that_is_erased_disappears_here_too(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    visitor.chat.say("delete my data")
    visitor.chat.wait_for(PROBE)
    fake.erase(outcome="left")
    expect(visitor.chat.log).to_contain_text("has been deleted")
    # Who has their words deleted has not asked the page to go on and cancel.
    assert visitor.heard() == [("opened", {})]
    assert visitor.chat.said() == []
    expect(visitor.chat.field).to_be_hidden()
    assert "token" not in visitor.page.evaluate(f"localStorage.getItem('farewell:{site.farewell}')")
    fake.say("Your receipt is R-1234.")
    visitor.chat.wait_for("R-1234")
    # Nothing begins again unless the person wants it.
    fake.revoke()
    visitor.page.reload()
    visitor.page.wait_for_function("window.Farewell")
    visitor.chat.expect_closed()
    assert len(fake.conversations) == 1


def test_after_an_erasure_a_person_may_begin_anew(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    fake.erase()
    visitor.chat.anew_button.click()
    visitor.chat.wait_for(QUESTION)
    expect(visitor.chat.field).to_be_focused()
    assert len(fake.conversations) == 2


def test_a_person_who_asked_for_a_human_sees_who_is_there(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    expect(visitor.page.locator("header")).to_contain_text("Automated assistant")
    fake.set_state(mode="staff")
    expect(visitor.chat.standing).to_contain_text("with the team at Bramble & Oak now")
    expect(visitor.page.locator("header")).to_contain_text("With our team")
    fake.say("Hello, this is Maya.", author="staff", staff_name="Maya")
    visitor.chat.wait_for("this is Maya")
    expect(visitor.page.locator(".message.staff .name")).to_have_text("Maya")
    visitor.chat.say("Good to hear a person")
    visitor.chat.wait_until_sent("Good to hear a person")
    fake.set_state(mode="bot")
    expect(visitor.chat.standing).to_be_empty()


def test_a_person_who_waits_sees_that_the_answer_is_being_written_or_delayed(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    visitor = begin(site, visit)
    fake.set_state(typing=True)
    expect(visitor.page.locator(".typing")).to_be_visible()
    fake.set_state(typing=False, delayed=True)
    expect(visitor.page.locator(".typing")).to_be_hidden()
    expect(visitor.chat.standing).to_contain_text("Your message is safe")


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


def test_a_person_who_skips_twice_is_recorded_once(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    visitor.chat.skip()
    visitor.chat.wait_for(SKIPPED)
    visitor.chat.skip()
    visitor.chat.say("Bye then")
    visitor.chat.wait_until_sent("Bye then")
    assert fake.received() == ["Skip and cancel", "Bye then"]
    # The page hears each of them: perhaps it missed the first.
    assert [name for name, _ in visitor.heard()] == ["opened", "skip", "finished", "skip"]


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


@pytest.mark.parametrize("outcome", ["left", "skipped"])
def test_a_person_who_has_finished_is_shown_the_way_to_cancel(
    site: HostSite, fake: FakeFarewell, visit: Visit, outcome: str
) -> None:
    fake.settings.cancel_url = "https://shop.example/cancel"
    visitor = begin(site, visit)
    way: Page | object = visitor.page.get_by_role("link", name="Go on to cancel")
    expect(way).to_have_count(0)
    fake.set_state(outcome=outcome)
    expect(way).to_have_attribute("href", "https://shop.example/cancel")
