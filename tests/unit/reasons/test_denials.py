"""What a customer says was not the reason is not taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reasons.classifier import ReasonClassifier
from bot.reasons.denials import leave_out_denials, read_causes
from bot.retention.reasons import Reason


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("price was fine, it's the staff", "it's the staff"),
        ("The price was never the problem, your staff were rude", "your staff were rude"),
        ("It isn't the cost. The courier lost three parcels.", "The courier lost three parcels."),
        ("not about money, the app kept crashing", "the app kept crashing"),
        ("food was great but delivery always late", "delivery always late"),
        ("love the product, hate the support", "hate the support"),
        ("nothing wrong with the service, I moved", "I moved"),
        ("Wasn't the price - it was the way I was spoken to", "it was the way I was spoken to"),
        ("I have no issue with billing or support, it's simply the range", "it's simply the range"),
        ("price ok, quality not", "quality not"),
    ],
)
def test_a_clause_that_only_praises_or_denies_is_left_out(said: str, meant: str) -> None:
    assert leave_out_denials(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "everything was fine except the price",
        "The staff were great until the new manager came",
        "it was charged twice",
        "not good enough for the price",
        "The price isn't fair",
        "your drivers are brilliant prices are not",
        "The service is not great",
        "never used it",
    ],
)
def test_a_complaint_that_sounds_like_praise_stays(said: str) -> None:
    assert leave_out_denials(said) == said


def test_a_customer_who_only_praises_is_heard_whole() -> None:
    assert leave_out_denials("The price was fine. No complaints.") == "The price was fine. No complaints."


def test_the_price_is_not_the_reason_of_somebody_who_says_so(classifier: ReasonClassifier) -> None:
    assert Reason.PRICE not in classifier.classify("The price was fine, your people were rude to me").reasons


@given(st.text(max_size=400))
def test_nothing_but_whole_clauses_is_ever_left_out(text: str) -> None:
    kept = leave_out_denials(text)
    assert len(kept) <= len(text)
    assert set(kept) <= set(text)
    assert bool(read_causes(text)) == bool(read_causes(kept))
