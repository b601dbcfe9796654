"""Apologies only for our own failures, and farewells that fit."""

from __future__ import annotations

import pytest

from bot.retention.endings import FAILURES_OF_OURS, Ending, choose_ending, owes_apology
from bot.retention.reasons import Reason


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        (Reason.RELOCATION, Ending.MOVED),
        (Reason.NO_LONGER_NEEDED, Ending.LIFE_CHANGE),
        (Reason.POOR_FIT_EXPECTATIONS, Ending.POOR_FIT),
        (Reason.PRICE, Ending.ORDINARY),
        (Reason.COMPETITOR, Ending.ORDINARY),
        (Reason.OTHER_UNCLEAR, Ending.ORDINARY),
        (None, Ending.ORDINARY),
        (Reason.DELIVERY_FULFILMENT, Ending.AFTER_APOLOGY),
    ],
)
def test_the_farewell_fits_why_they_leave(reason: Reason | None, ending: Ending) -> None:
    assert choose_ending(reason) is ending


def test_we_apologise_for_exactly_our_own_failures() -> None:
    assert {reason for reason in Reason if owes_apology(reason, certain=True)} == FAILURES_OF_OURS
    assert len(FAILURES_OF_OURS) == 6
    assert not owes_apology(None, certain=True)


def test_somebody_who_answered_nothing_is_not_thanked_for_answers() -> None:
    assert choose_ending(None, answered=False) is Ending.UNANSWERED


def test_nobody_is_apologised_to_for_something_that_may_not_have_happened() -> None:
    assert not owes_apology(Reason.TRUST_PRIVACY, certain=False)
    assert choose_ending(Reason.TRUST_PRIVACY, certain=False) is Ending.ORDINARY
    assert choose_ending(Reason.RELOCATION, certain=False) is Ending.ORDINARY
