"""How much a visitor may send, and what counts as one visitor."""

from __future__ import annotations

import pytest

from bot.channels.web.limits import Gate, RateLimits, name_address
from bot.conversations.refusals import TooFast


def test_a_visitor_who_begins_too_many_conversations_is_told_when_to_come_back() -> None:
    gate = Gate(RateLimits(conversations_per_address="3/minute;10/hour"))
    for _ in range(3):
        gate.admit("conversations_per_address", "1.2.3.4")

    with pytest.raises(TooFast) as refused:
        gate.admit("conversations_per_address", "1.2.3.4")

    assert 1 <= refused.value.retry_after <= 61
    gate.admit("conversations_per_address", "1.2.3.5")


def test_the_limits_of_different_things_do_not_mix() -> None:
    gate = Gate(RateLimits(messages_per_conversation="1/minute", messages_per_address="1/minute"))
    gate.admit("messages_per_conversation", "same")
    gate.admit("messages_per_address", "same")


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        (None, "unknown"),
    ],
)
def test_an_ipv6_household_is_one_visitor(host: str | None, named: str) -> None:
    assert name_address(host) == named
