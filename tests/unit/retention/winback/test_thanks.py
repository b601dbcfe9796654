"""Somebody who came back after hearing from us is thanked, once, and otherwise left in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.retention.reasons import Reason
from bot.retention.winback.review import review
from bot.retention.winback.touches import Touch, TouchKind, TouchState
from tests.lapsed import BY_EMAIL, POLICY, RULES, Life, somebody

DAY = timedelta(days=1)
UNGRATEFUL = replace(POLICY, winback=replace(RULES, thank_returned=False))


def come_back(life: Life, **facts: Any) -> None:
    life.change(returned=True, returned_at=life.now, **facts)


def list_thanks(life: Life) -> list[Touch]:
    return [touch for touch in life.heard if touch.kind is TouchKind.THANKS]


def return_after_check_in(days: float = 10, *reasons: Reason, **facts: Any) -> Life:
    """Return somebody who heard how they are, and came back so many days later."""
    life = Life(somebody(*(reasons or (Reason.PRICE,)), monthly_value=4900, **facts))
    life.pass_days(30)
    assert life.kinds == [TouchKind.CHECK_IN]
    life.pass_days(days)
    come_back(life)
    return life


@pytest.mark.parametrize("reason", [Reason.PRICE, Reason.BILLING_ACCOUNT, Reason.COMPETITOR, Reason.OTHER_UNCLEAR])
def test_somebody_who_came_back_after_hearing_from_us_is_thanked_once_whatever_they_had_left_for(
    reason: Reason,
) -> None:
    life = return_after_check_in(10, reason)
    back = life.now
    life.pass_days(400)
    (thanks,) = list_thanks(life)
    assert DAY <= thanks.changed_at - back <= 14 * DAY
    assert life.kinds == [TouchKind.CHECK_IN, TouchKind.THANKS]


def test_who_came_back_unasked_is_not_thanked() -> None:
    life = Life(somebody(Reason.PRICE))
    life.pass_days(5)
    come_back(life)
    life.pass_days(100)
    assert life.heard == []


def test_who_is_known_to_be_back_by_a_purchase_alone_is_not_thanked() -> None:
    life = Life(somebody(Reason.PRICE))
    life.pass_days(30)
    life.change(returned=True)
    life.pass_days(100)
    assert list_thanks(life) == []


def test_thanks_never_come_sooner_after_another_message_than_the_policy_has_it() -> None:
    life = return_after_check_in(1)
    life.pass_days(100)
    check_in, thanks = life.heard
    assert thanks.changed_at - check_in.changed_at >= RULES.cooldown_days * DAY


def test_who_could_not_be_thanked_within_two_weeks_is_not_thanked_at_all() -> None:
    life = return_after_check_in()
    life.change(waits_for_staff=True)
    life.pass_days(15)
    life.change(waits_for_staff=False)
    life.pass_days(100)
    assert list_thanks(life) == []
    assert next(touch.because for touch in life.person.touches if touch.kind is TouchKind.THANKS) == "late.thanks"


@pytest.mark.parametrize(
    "facts",
    [
        {"opted_out": True},
        {"sensitive": True},
        {"flagged": True},
        {"disputed": True},
        {"holdout": True},
        {"contacts": (replace(BY_EMAIL, consent=False),)},
        {"contacts": (replace(BY_EMAIL, reachable=False),)},
        {"contacts": (replace(BY_EMAIL, suppressed=True),)},
    ],
)
def test_nobody_is_thanked_who_must_not_be_written_to(facts: dict[str, Any]) -> None:
    life = return_after_check_in()
    life.change(**facts)
    life.pass_days(100)
    assert list_thanks(life) == []


def test_thanks_that_may_have_arrived_are_not_said_again() -> None:
    life = return_after_check_in()
    life.sending = TouchState.UNKNOWN
    life.pass_days(100)
    assert len(list_thanks(life)) == 1


def test_who_leaves_again_before_they_were_thanked_is_not_thanked() -> None:
    life = return_after_check_in()
    life.change(left_at=life.now + timedelta(hours=2), leaving=1, returned=False, returned_at=None)
    life.pass_days(100)
    assert list_thanks(life) == []


def test_a_policy_can_have_nobody_thanked() -> None:
    life = return_after_check_in()
    found = review(life.person, UNGRATEFUL, [], life.now)
    assert [(touch.state, touch.because) for touch in found.touches if touch.kind is TouchKind.THANKS] == [
        (TouchState.SKIPPED, "barred.no_thanks")
    ]
