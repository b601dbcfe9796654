"""Who is signed in on a company's site: each has their own conversation, and a mistake keeps nobody from leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, expect

from bot.conversations.identity import sign_token
from tests.browser.chat import Visitor
from tests.browser.conftest import HostSite
from tests.browser.fake_api import FakeFarewell
from tests.browser.fake_script import PROBE, QUESTION

Visit = Callable[..., Visitor]
Contexts = Callable[..., BrowserContext]
BUTTON = 'data-open-on="#cancel-button"'


def token(customer: str) -> str:
    return sign_token("t" * 40, {"sub": customer}, datetime.now(UTC))


def sign_in(site: HostSite, customer: str) -> None:
    site.use(f'{BUTTON} data-customer-token="{token(customer)}"')


def begin(site: HostSite, visit: Visit, **options: object) -> Visitor:
    visitor = visit(site.address, **options)
    visitor.open_widget().wait_for(QUESTION)
    return visitor


def test_a_signed_in_customer_goes_on_with_one_interview_on_every_device(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    sign_in(site, "C-1")
    laptop = begin(site, visit)
    laptop.chat.say("Too dear")
    laptop.chat.wait_for(PROBE)
    phone = begin(site, visit)
    phone.chat.wait_for(PROBE)
    assert fake.only.customer == "C-1"
    assert laptop.errors == laptop.warnings == phone.errors == phone.warnings == []


def test_two_people_on_one_browser_never_see_each_other(
    site: HostSite, fake: FakeFarewell, new_context: Contexts, visit: Visit
) -> None:
    browser = new_context()
    visitor = begin(site, visit, context=browser)
    visitor.chat.say("I am nobody")
    visitor.chat.wait_for(PROBE)
    for customer in ("C-1", "C-2"):
        sign_in(site, customer)
        known = begin(site, visit, context=browser)
        assert "I am nobody" not in known.chat.said("customer")
        known.chat.say(f"I am {customer}")
        known.chat.wait_for(PROBE)
        assert known.chat.said("customer") == [f"I am {customer}"]
    site.use()
    again = begin(site, visit, context=browser)
    again.chat.wait_for(PROBE)
    assert again.chat.said("customer") == ["I am nobody"]
    assert [talk.customer for talk in fake.conversations.values()] == [None, "C-1", "C-2"]
    # Neither ids nor tokens of customers stay in the browser.
    kept = again.page.evaluate("JSON.stringify(localStorage)")
    assert "C-1" not in kept
    assert token("C-1").split(".")[0] not in kept


def test_a_page_that_learns_later_who_is_signed_in_says_so(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    visitor.chat.say("Before I signed in")
    visitor.chat.wait_for(PROBE)
    visitor.page.evaluate("token => Farewell.identify(token)", token("C-1"))
    expect(visitor.chat.log).not_to_contain_text("Before I signed in")
    visitor.chat.wait_for(QUESTION)
    visitor.chat.say("And after")
    visitor.chat.wait_for(PROBE)
    assert fake.latest.customer == "C-1"
    visitor.page.evaluate("Farewell.identify(null)")
    visitor.chat.wait_for("Before I signed in")
    assert len(fake.conversations) == 2
    assert visitor.errors == visitor.warnings == []


def test_a_closed_panel_stays_closed_when_somebody_signs_in(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = begin(site, visit)
    visitor.chat.close()
    visitor.page.evaluate("token => Farewell.identify(token)", token("C-1"))
    visitor.chat.expect_closed()
    visitor.open_widget().wait_for(QUESTION)
    assert fake.latest.customer == "C-1"


def test_a_signed_in_customer_who_reloads_goes_on_where_they_were(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    sign_in(site, "C-1")
    visitor = begin(site, visit)
    visitor.chat.say("Too dear")
    visitor.chat.wait_for(PROBE)
    visitor.page.reload()
    visitor.chat.wait_for(PROBE)
    assert fake.only.customer == "C-1"


@pytest.mark.parametrize("given", ["expired", "nonsense"])
def test_a_token_that_is_not_accepted_keeps_nobody_from_leaving_and_is_told_to_the_developer(
    site: HostSite, fake: FakeFarewell, visit: Visit, given: str
) -> None:
    fake.faults.refuses_customers = True
    site.use(f'{BUTTON} data-customer-token="{token("C-1") if given == "expired" else "nonsense"}"')
    visitor = begin(site, visit)
    visitor.chat.say("I leave all the same")
    visitor.chat.wait_for(PROBE)
    assert fake.only.customer is None
    [warning] = visitor.warnings
    assert ("Sign a new one." if given == "expired" else "is not a signed token") in warning
    assert visitor.errors == []


def test_a_customer_who_has_answered_is_asked_again_only_if_the_server_says_so(
    site: HostSite, fake: FakeFarewell, visit: Visit
) -> None:
    sign_in(site, "C-1")
    visitor = begin(site, visit)
    fake.set_state(outcome="left")
    visitor.wait_to_hear("finished")
    expect(visitor.chat.anew_button).to_be_hidden()
    visitor.page.reload()
    visitor.open_widget().wait_for(QUESTION)
    assert len(fake.conversations) == 1
    # A year later it is another leaving, and the server begins another conversation.
    fake.only.customer = "C-1 of last year"
    visitor.page.reload()
    visitor.open_widget().wait_for(QUESTION)
    visitor.chat.say("This time for good")
    visitor.chat.wait_for(PROBE)
    assert fake.received() == ["This time for good"]
    assert len(fake.conversations) == 2
