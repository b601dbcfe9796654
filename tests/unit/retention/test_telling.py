"""A question that an answer has settled already is not put; a terse answer settles none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retention.reasons import Reason
from bot.retention.telling import find_what_would_have_kept, tells_enough

STORY = (
    "Half of the machines have had a yellow out of order sign since before Christmas, the showers are cold, there is "
    "mould on the ceiling above them, and last Tuesday somebody's plaster was floating in the drain, the same one as "
    "on Sunday."
)


@pytest.mark.parametrize("reason", [Reason.PRODUCT_QUALITY, Reason.TECHNICAL_RELIABILITY, Reason.CUSTOMER_SERVICE])
def test_a_customer_who_told_what_broke_in_forty_words_is_not_asked_what_broke(reason: Reason) -> None:
    assert len(STORY.split()) >= 35
    assert tells_enough(reason, STORY)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason.PRICE, "It went from 9.99 to 14.99 in one go and nobody told me, 11 would be fair"),
        (Reason.PRICE, "£40 is too much, I'd pay £25"),
        (Reason.COMPETITOR, "I switched to Octopus because they are cheaper"),
        (Reason.COMPETITOR, "Vodafone offers twice the data for less"),
        (Reason.RELOCATION, "moving to porto"),
        (Reason.RELOCATION, "We live in Cork now"),
        (Reason.DELIVERY_FULFILMENT, "My insulin came two days late and warm, the helpline kept me 50 minutes"),
        (Reason.BILLING_ACCOUNT, "you charged me £12.50 twice in March for one order"),
        (Reason.MISSING_FEATURES, "there is no way to export my data to a spreadsheet so I can't do my taxes"),
        (Reason.NO_LONGER_NEEDED, "We sold the car in June and go by tram now, so there is nothing left to insure"),
    ],
)
def test_what_the_probe_wants_to_know_was_said(reason: Reason, text: str) -> None:
    assert tells_enough(reason, text)


@pytest.mark.parametrize("reason", [*Reason, None])
@pytest.mark.parametrize(
    "text", ["too expensive", "bad", "I found something better", "moving", "it broke", "", "8", "asdf"]
)
def test_a_terse_answer_is_always_asked_about(reason: Reason | None, text: str) -> None:
    assert not tells_enough(reason, text)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason.PRICE, "its way too expensive since the last rise and your support never answers"),
        (Reason.RELOCATION, "we are moving to another city"),
        (Reason.RELOCATION, "moving to a smaller flat"),
        (Reason.COMPETITOR, "I switched to Octopus"),
        (Reason.COMPETITOR, "the others are cheaper"),
    ],
)
def test_half_of_what_the_probe_wants_to_know_is_not_enough(reason: Reason, text: str) -> None:
    assert not tells_enough(reason, text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It's the price. I'd have stayed for 10 a month.", "I'd have stayed for 10 a month."),
        ("Support was awful; I would have stayed if anyone had answered", "I would have stayed if anyone had answered"),
        ("too dear - a discount would have kept me here", "a discount would have kept me here"),
        ("would of stayed if you had evening classes", "would of stayed if you had evening classes"),
    ],
)
def test_what_would_have_kept_somebody_is_found_in_their_first_answer(text: str, kept: str) -> None:
    assert find_what_would_have_kept(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "I stayed with you for years and it got worse",
        "Nothing would have kept me, it's just too far",
        "I kept getting the wrong parcel",
        "the price",
        "I stayed in your hotel in May for a week",
    ],
)
def test_a_story_of_staying_is_no_condition(text: str) -> None:
    assert find_what_would_have_kept(text) is None


@settings(deadline=None)
@given(st.text(max_size=300), st.none() | st.sampled_from(Reason))
def test_what_is_kept_is_always_in_their_own_words(text: str, reason: Reason | None) -> None:
    kept = find_what_would_have_kept(text)
    assert kept is None or kept in text
    assert tells_enough(reason, text) in (True, False)
