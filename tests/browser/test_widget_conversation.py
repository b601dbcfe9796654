"""A conversation in the widget when nothing goes wrong: talking, going on later, several tabs, staff, deletion."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import Visitor
from tests.browser.conftest import HostSite
from tests.browser.fake_api import FakeFarewell
from tests.browser.fake_script import ENDING, KEPT, LIKELIHOOD, PROBE, QUESTION, REASONS, SKIPPED, WELCOME

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


def test_old_news_from_another_tab_shows_no_message_twice(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    visitor.chat.say("The quality went down")
    visitor.chat.wait_for(PROBE)
    (conversation,) = fake.conversations.values()
    (sent,) = (message["client_id"] for message in conversation.messages if message["from"] == "customer")
    visitor.page.evaluate(
        """([key, client_id]) => {
          const kept = JSON.parse(localStorage.getItem(key));
          const pending = [{ client_id, text: "The quality went down", at: new Date().toISOString() }];
          localStorage.setItem(key, JSON.stringify({ ...kept, pending }));
          window.dispatchEvent(new StorageEvent("storage", { key }));
        }""",
        [f"farewell:{site.farewell}", sent],
    )
    visitor.chat.wait_until_sent("The quality went down")


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
