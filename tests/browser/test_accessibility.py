"""Every page a customer sees, checked by axe, at each step and in each way it can look."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.accessibility import find_violations
from tests.browser.chat import Visitor
from tests.browser.conftest import HostSite
from tests.browser.fake_api import FakeFarewell
from tests.browser.fake_script import KEPT, LIKELIHOOD, PROBE, QUESTION

Visit = Callable[..., Visitor]
LOOKS = {
    "light": {},
    "dark phone": {"phone": True, "color_scheme": "dark"},
    "high contrast": {"forced_colors": "active", "reduced_motion": "reduce"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_the_chat_breaks_no_rule_at_any_step(site: HostSite, fake: FakeFarewell, visit: Visit, look: str) -> None:
    visitor = visit(site.address, **LOOKS[look])
    visitor.page.wait_for_function("window.Farewell")
    assert find_violations(visitor.page) == []
    visitor.open_widget().wait_for(QUESTION)
    assert find_violations(visitor.page) == []
    for said, answered in (("Too dear", PROBE), ("From 9 to 14", KEPT), ("Nothing", LIKELIHOOD)):
        visitor.chat.say(said)
        visitor.chat.wait_for(answered)
    assert find_violations(visitor.page) == []
    fake.set_state(mode="staff", typing=True)
    fake.say("Robin here, one moment please.", author="staff", staff_name="Robin")
    visitor.chat.wait_for("Robin here")
    assert find_violations(visitor.page) == []
    fake.set_state(outcome="left")
    assert find_violations(visitor.page) == []


@pytest.mark.parametrize("look", ["light", "dark phone"])
@pytest.mark.parametrize("path", ["/", "/chat", "/demo/shop", "/privacy"])
def test_our_own_pages_break_no_rule(fake: FakeFarewell, visit: Visit, look: str, path: str) -> None:
    visitor = visit(f"{fake.address}{path}", **LOOKS[look])
    if path == "/chat":
        visitor.chat.wait_for(QUESTION)
    assert find_violations(visitor.page) == []


def test_an_error_and_a_lost_connection_break_no_rule(site: HostSite, fake: FakeFarewell, visit: Visit) -> None:
    visitor = visit(site.address)
    visitor.open_widget().wait_for(QUESTION)
    fake.stop()
    visitor.chat.say("Is anybody there?")
    visitor.page.get_by_text("Is anybody there?").wait_for()
    assert find_violations(visitor.page) == []
