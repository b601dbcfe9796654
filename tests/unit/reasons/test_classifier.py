"""What a caller may rely on, whatever a customer writes."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.reasons.classifier import Classification, ReasonClassifier
from bot.retention.facts import FactKind
from bot.retention.reasons import Reason


def assert_sound(found: Classification) -> None:
    assert found.reasons
    assert set(found.reasons) <= set(Reason)
    assert len(set(found.reasons)) == len(found.reasons)
    assert found.reasons == (Reason.OTHER_UNCLEAR,) or Reason.OTHER_UNCLEAR not in found.reasons
    assert list(found.scores) == list(Reason)
    assert all(0 <= score <= 1 for score in found.scores.values())
    by_score = sorted(found.reasons, key=lambda reason: -found.scores[reason])
    assert list(found.reasons) == by_score


@given(st.text(st.characters(), max_size=300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_customer_types_has_an_answer(classifier: ReasonClassifier, text: str) -> None:
    assert_sound(classifier.classify(text))
    for fact in classifier.find_facts(text):
        assert 0 <= fact.start < fact.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "expensive " * 10_000,
        "x" * 1_500_000,
        "太贵了，所以我要取消订阅",
        "أريد إلغاء الاشتراك لأن السعر مرتفع",
        "<p>Too <b>expensive</b></p><script>alert(1)</script>",
        "&lt;&amp;&#0;&#xD800;",
        "\ud83d half an emoji \udc4d",
        "a\u202eb\u200fc\u2066d\x00\x1b[31m",
        '{"id": 1} /cancel %s ${x} \'; drop table customers; --',
    ],
    ids=["10,000 words", "one endless word", "Chinese", "Arabic", "HTML", "entities", "surrogates", "controls", "code"],
)
def test_an_odd_text_has_an_answer(classifier: ReasonClassifier, text: str) -> None:
    assert_sound(classifier.classify(text))
    classifier.find_facts(text)


@pytest.mark.parametrize("text", ["", "   \n\t", "👋", "💔😡", "...!?", "\x00\x07", "<br>", "\u200b"])
def test_a_customer_who_says_nothing_in_words_has_no_known_reason(classifier: ReasonClassifier, text: str) -> None:
    found = classifier.classify(text)
    assert found.reasons == (Reason.OTHER_UNCLEAR,)
    assert found.scores == {reason: float(reason is Reason.OTHER_UNCLEAR) for reason in Reason}
    assert not found.unsure


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("It got too expensive for me", Reason.PRICE),
        ("we are moving to another city", Reason.RELOCATION),
        ("The app crashes all the time and I can't log in", Reason.TECHNICAL_RELIABILITY),
        ("your support staff were rude and nobody answers", Reason.CUSTOMER_SERVICE),
        ("Parcel arrived late and damaged", Reason.DELIVERY_FULFILMENT),
        ("You charged me twice and refuse the refund", Reason.BILLING_ACCOUNT),
        ("I would rather not say", Reason.OTHER_UNCLEAR),
    ],
)
def test_a_plain_reason_is_understood(classifier: ReasonClassifier, text: str, reason: Reason) -> None:
    assert classifier.classify(text).reasons[0] is reason


def test_several_reasons_in_one_breath_are_all_kept(classifier: ReasonClassifier) -> None:
    found = classifier.classify("Far too expensive, and the staff on the phone were rude to me")
    assert set(found.reasons) == {Reason.PRICE, Reason.CUSTOMER_SERVICE}


def test_markup_and_typographic_quotes_change_nothing(classifier: ReasonClassifier) -> None:
    plain = classifier.classify("I can't afford it & it's too expensive")
    assert classifier.classify("<p>I can’t\u00a0afford it &amp; it’s too\n expensive</p>") == plain


def test_a_prediction_says_which_classifier_made_it(classifier: ReasonClassifier) -> None:
    assert classifier.classify("too expensive").version == classifier.version
    assert len(classifier.version) == 12


async def test_customers_who_write_at_the_same_moment_get_the_answers_they_would_get_alone(
    classifier: ReasonClassifier,
) -> None:
    texts = [f"Reason {number}: too expensive, number {number * 7}" for number in range(24)]
    alone = [classifier.classify(text) for text in texts]
    together = await asyncio.gather(*(asyncio.to_thread(classifier.classify, text) for text in texts))
    assert together == alone


def test_facts_are_the_customers_own_words_where_they_stand(classifier: ReasonClassifier) -> None:
    text = "We’ve moved to London in March because Vodafone’s cheaper at $20 a month."
    found = classifier.find_facts(text)
    assert [(fact.kind, fact.text) for fact in found] == [
        (FactKind.PLACE, "London"),
        (FactKind.TIME, "March"),
        (FactKind.COMPETITOR, "Vodafone"),
        (FactKind.AMOUNT, "$20"),
    ]
    assert all(text[fact.start : fact.end] == fact.text for fact in found)
    assert [fact.kind for fact in classifier.find_facts(text, "Vodafone")].count(FactKind.COMPETITOR) == 0


def test_names_are_recognised_whatever_is_said_of_them(classifier: ReasonClassifier) -> None:
    assert set(classifier.find_names("She moved to the city of Porto.")) == {"Porto"}
