"""Which of several reasons leads."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.retention.leading import ReasonSource, Stated, choose_leading, choose_to_go_by, is_certain
from bot.retention.reasons import Reason

stated = st.builds(Stated, st.sampled_from(Reason), st.sampled_from(ReasonSource), st.floats(0, 1))


def inferred(label: Reason, score: float) -> Stated:
    return Stated(label, ReasonSource.INFERRED, score)


def tapped(label: Reason) -> Stated:
    return Stated(label, ReasonSource.TAPPED, 1.0)


def test_the_strongest_of_several_inferred_reasons_leads() -> None:
    assert (
        choose_leading([inferred(Reason.PRICE, 0.6), inferred(Reason.CUSTOMER_SERVICE, 0.8)]) is Reason.CUSTOMER_SERVICE
    )


def test_what_a_customer_tapped_leads_over_what_their_words_suggest() -> None:
    assert choose_leading([inferred(Reason.PRICE, 0.99), tapped(Reason.RELOCATION)]) is Reason.RELOCATION


def test_words_after_something_else_lead_over_something_else() -> None:
    assert choose_leading([tapped(Reason.OTHER_UNCLEAR), inferred(Reason.PRICE, 0.5)]) is Reason.PRICE


def test_staff_correct_everything() -> None:
    correction = Stated(Reason.OTHER_UNCLEAR, ReasonSource.CORRECTED, 1.0)
    assert choose_leading([tapped(Reason.PRICE), correction]) is Reason.OTHER_UNCLEAR


def test_nobody_leaves_for_a_reason_that_was_not_stated() -> None:
    assert choose_leading([]) is None


@given(st.lists(stated, min_size=1))
def test_the_leading_reason_is_one_of_the_stated(reasons: list[Stated]) -> None:
    assert choose_leading(reasons) in {reason.label for reason in reasons}


@given(st.lists(stated, min_size=1))
def test_an_unclear_reason_never_leads_over_a_clear_one_unless_staff_say_so(reasons: list[Stated]) -> None:
    clear = any(reason.label is not Reason.OTHER_UNCLEAR for reason in reasons)
    corrected = any(reason.source is ReasonSource.CORRECTED for reason in reasons)
    if clear and not corrected:
        assert choose_leading(reasons) is not Reason.OTHER_UNCLEAR


def test_the_conversation_does_not_go_by_a_guess() -> None:
    guess = [inferred(Reason.DELIVERY_FULFILMENT, 0.3)]
    assert choose_leading(guess) is Reason.DELIVERY_FULFILMENT
    assert choose_to_go_by(guess) is Reason.OTHER_UNCLEAR


def test_the_conversation_goes_by_what_is_known() -> None:
    assert choose_to_go_by([tapped(Reason.PRICE)]) is Reason.PRICE
    assert choose_to_go_by([inferred(Reason.PRICE, 0.3), inferred(Reason.COMPETITOR, 0.7)]) is Reason.COMPETITOR
    assert choose_to_go_by([]) is None


def test_only_a_strong_or_a_tapped_reason_is_certain() -> None:
    assert is_certain([inferred(Reason.PRICE, 0.8)])
    assert is_certain([inferred(Reason.PRICE, 0.2), tapped(Reason.PRICE)])
    assert not is_certain([inferred(Reason.TRUST_PRIVACY, 0.63), inferred(Reason.NO_LONGER_NEEDED, 0.5)])
    assert not is_certain([])
