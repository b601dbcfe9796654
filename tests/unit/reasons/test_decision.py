"""From scores to reasons: never none, `other_unclear` alone, doubt where there is doubt; and how that is measured."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reasons.decision import MARGIN, decide
from bot.reasons.evaluation import measure
from bot.reasons.wording import LONGEST, clean
from bot.retention.reasons import Reason

THRESHOLDS = dict.fromkeys(Reason, 0.5)
PROBABILITIES = st.floats(0, 1)


def scores(**given: float) -> dict[Reason, float]:
    return dict.fromkeys(Reason, 0.05) | {Reason(label): score for label, score in given.items()}


@given(
    st.fixed_dictionaries(dict.fromkeys(Reason, PROBABILITIES)),
    st.fixed_dictionaries(dict.fromkeys(Reason, PROBABILITIES)),
)
def test_a_customer_always_has_a_reason_and_other_stands_alone(
    found: dict[Reason, float], thresholds: dict[Reason, float]
) -> None:
    reasons = decide(found, thresholds).reasons
    assert reasons
    assert list(reasons) == sorted(set(reasons), key=lambda reason: (-found[reason], list(Reason).index(reason)))
    assert reasons == (Reason.OTHER_UNCLEAR,) or Reason.OTHER_UNCLEAR not in reasons


def test_every_reason_above_its_threshold_is_kept_the_strongest_first() -> None:
    assert decide(scores(price=0.7, competitor=0.9), THRESHOLDS).reasons == (Reason.COMPETITOR, Reason.PRICE)


def test_a_vague_customer_with_one_likely_reason_is_given_that_one() -> None:
    assert decide(scores(price=0.3), THRESHOLDS).reasons == (Reason.PRICE,)


def test_other_gives_way_to_a_stronger_reason_and_silences_weaker_ones() -> None:
    assert decide(scores(other_unclear=0.6, price=0.7), THRESHOLDS).reasons == (Reason.PRICE,)
    assert decide(scores(other_unclear=0.8, price=0.7), THRESHOLDS).reasons == (Reason.OTHER_UNCLEAR,)


def test_one_clear_reason_is_sure() -> None:
    assert not decide(scores(price=0.9), THRESHOLDS).unsure


def test_two_clear_reasons_are_sure_however_close_they_are() -> None:
    assert not decide(scores(price=0.8, customer_service=0.79), THRESHOLDS).unsure


def test_a_weak_lead_is_unsure() -> None:
    assert decide(scores(price=MARGIN - 0.01), THRESHOLDS).unsure


def test_quality_counts_right_missed_and_invented_reasons() -> None:
    right = [(Reason.PRICE,), (Reason.PRICE, Reason.COMPETITOR), (Reason.RELOCATION,)]
    predicted = [(Reason.PRICE,), (Reason.COMPETITOR,), (Reason.PRICE,)]
    quality = measure(right, predicted)
    assert quality.micro_f1 == pytest.approx(2 * 2 / (4 + 3))
    assert quality.hit_rate == quality.lead_right == pytest.approx(2 / 3)
    assert quality.labels[Reason.PRICE].precision == quality.labels[Reason.PRICE].recall == 0.5
    assert quality.labels[Reason.COMPETITOR].f1 == 1
    assert quality.labels[Reason.RELOCATION].f1 == 0
    assert quality.macro_f1 == pytest.approx((0.5 + 1 + 0) / 3)
    assert quality.labels[Reason.TRUST_PRIVACY].support == 0


def test_a_reason_that_careful_readers_disagree_about_counts_neither_way() -> None:
    right, allowed = [(Reason.PRICE,)], [frozenset({Reason.COMPETITOR})]
    assert measure(right, [(Reason.COMPETITOR, Reason.PRICE)], allowed).micro_f1 == 1
    assert measure(right, [(Reason.COMPETITOR, Reason.PRICE)]).micro_f1 < 1
    assert measure(right, [(Reason.PRICE,)], allowed).labels[Reason.COMPETITOR].support == 0


@given(st.text(st.characters(), max_size=200))
def test_cleaned_words_hold_no_character_that_cannot_be_seen(text: str) -> None:
    words = clean(text)
    assert words == " ".join(words.split())
    assert {unicodedata.category(character) for character in words}.isdisjoint({"Cc", "Cf", "Cs", "Co"})
    words.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>Too&nbsp;dear &amp; slow</p>", "Too dear & slow"),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("it’s “fine”", 'it\'s "fine"'),
        ("ｔｏｏ ｄｅａｒ", "too dear"),
        ("a\x00b\x1bc\u202ed", "a b cd"),
        ("/cancel now", "/cancel now"),
        ("😡 price 😡", "😡 price 😡"),
        ("😡😡", ""),
        ("---", ""),
    ],
)
def test_markup_control_characters_and_typography_are_taken_off(text: str, words: str) -> None:
    assert clean(text) == words


def test_a_very_long_text_is_read_to_a_limit() -> None:
    assert len(clean("word " * LONGEST)) <= LONGEST
