"""Who is offered what, and who never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.policy import load_policy
from bot.retention.offers import OfferKind, OfferTerms
from bot.retention.policy import ALLOWED_KINDS, EVERY, Place, Policy, Tier
from bot.retention.reasons import Reason
from bot.retention.save_offer import (
    Leaver,
    choose_save_offer,
    deserves_personal_attention,
    end_of_day,
    needs_confirmation,
)

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
OURS = load_policy()
NOTHING_FOR = (Reason.MISSING_FEATURES, Reason.COMPETITOR, Reason.POOR_FIT_EXPECTATIONS, Reason.OTHER_UNCLEAR)

terms = st.builds(
    OfferTerms,
    kind=st.sampled_from(OfferKind),
    days=st.integers(1, 365),
    worth=st.none() | st.integers(1, 100_000),
    percent=st.none() | st.integers(1, 100),
    months=st.none() | st.integers(1, 24),
    plan=st.just("Light"),
)
tiers = st.lists(st.integers(0, 20_000), min_size=1, max_size=3, unique=True).map(
    lambda floors: tuple(
        Tier(name, floor, 500) for name, floor in zip(("high", "middle", "low"), sorted(floors)[::-1], strict=False)
    )
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy at all, also one that the check of the file would refuse."""
    made = draw(tiers)
    rows = st.dictionaries(st.sampled_from([EVERY, *(tier.name for tier in made)]), terms, max_size=3)
    return Policy(
        version=1,
        currency="EUR",
        tiers=made,
        unknown_value_tier=draw(st.sampled_from([tier.name for tier in made])),
        save_offers=draw(st.dictionaries(st.sampled_from(Reason), rows)),
        winback=OURS.winback,
        places=draw(st.just((Place("Porto", ("Gaia",)),)) | st.just(())),
        personal_attention=frozenset({made[0].name}),
    )


leavers = st.builds(
    Leaver,
    leading=st.none() | st.sampled_from(Reason),
    certain=st.booleans(),
    zone=st.sampled_from([UTC, ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Auckland")]),
    vouched=st.booleans(),
    flagged=st.booleans(),
    sensitive=st.booleans(),
    opted_out=st.booleans(),
    had_offer=st.booleans(),
    monthly_value=st.none() | st.integers(0, 50_000),
    currency=st.sampled_from([None, "EUR", "USD"]),
    home=st.sampled_from([None, "Porto", "Bath"]),
    words=st.sampled_from([(), ("to Porto",), ("moving from Porto to Bath",), ("I moved to Gaia",)]),
)


def leaver(**known: object) -> Leaver:
    return Leaver(**{"leading": Reason.PRICE, "certain": True, "zone": UTC} | known)  # type: ignore[arg-type]


@given(policies(), leavers)
def test_nobody_gets_an_offer_who_must_not(policy: Policy, who: Leaver) -> None:
    offer = choose_save_offer(policy, who, NOW).offer
    if who.flagged or who.sensitive or who.opted_out or who.had_offer or not who.certain or who.leading is None:
        assert offer is None


@given(policies(), leavers)
def test_a_discount_is_for_those_alone_who_leave_over_the_price(policy: Policy, who: Leaver) -> None:
    offer = choose_save_offer(policy, who, NOW).offer
    if offer is not None and offer.terms.kind is OfferKind.DISCOUNT:
        assert who.leading is Reason.PRICE is offer.reason


@given(policies(), leavers)
def test_an_offer_is_of_a_kind_that_fits_the_reason_and_stands_for_a_while(policy: Policy, who: Leaver) -> None:
    offer = choose_save_offer(policy, who, NOW).offer
    if offer is not None:
        assert offer.terms.kind in ALLOWED_KINDS[offer.reason]
        assert offer.reason not in NOTHING_FOR
        assert timedelta(0) < offer.deadline - NOW <= timedelta(days=offer.terms.days + 2)


@given(policies(), leavers)
def test_nothing_worthless_is_offered(policy: Policy, who: Leaver) -> None:
    offer = choose_save_offer(policy, who, NOW).offer
    if offer is not None and offer.terms.kind.is_worth_money:
        tier = policy.find_tier(who.monthly_value, who.currency)
        assert tier is not None
        assert offer.worth >= tier.min_worth


@given(policies(), leavers)
def test_a_place_is_offered_only_where_one_serves_the_new_home(policy: Policy, who: Leaver) -> None:
    offer = choose_save_offer(policy, who, NOW).offer
    if offer is not None and offer.terms.kind is OfferKind.PLACE:
        assert offer.place == "Porto"
        assert who.home != "Porto"
        assert who.words in (("to Porto",), ("I moved to Gaia",))


@given(policies(), leavers)
def test_every_decision_says_which_rule_decided_and_comes_out_the_same_again(policy: Policy, who: Leaver) -> None:
    decision = choose_save_offer(policy, who, NOW)
    assert decision.trace
    assert all(decision.trace)
    if decision.offer is not None:
        assert decision.trace[-1] == decision.offer.rule
    assert choose_save_offer(policy, who, NOW) == decision


@given(st.sampled_from(OfferKind))
def test_nothing_that_costs_money_is_granted_to_somebody_nobody_knows(kind: OfferKind) -> None:
    if kind.is_worth_money:
        assert needs_confirmation(kind, vouched=False)
    assert not needs_confirmation(kind, vouched=True)


@given(policies(), leavers)
def test_only_a_valuable_customer_who_leaves_over_our_failure_is_turned_to_unasked(policy: Policy, who: Leaver) -> None:
    if deserves_personal_attention(policy, who):
        assert who.vouched
        assert not any((who.flagged, who.sensitive, who.opted_out))
        assert who.leading not in (Reason.PRICE, *NOTHING_FOR)
        assert (who.monthly_value or 0) >= policy.tiers[0].floor or who.currency == "USD"


def test_what_a_discount_is_worth_depends_on_what_the_customer_pays() -> None:
    decision = choose_save_offer(OURS, leaver(vouched=True, monthly_value=8000, currency="EUR"), NOW)
    assert decision.offer is not None
    assert (decision.offer.rule, decision.offer.worth) == ("save_offers.price.high", 12_000)
    assert decision.trace == ("reason.price", "tier.high", "save_offers.price.high")


def test_for_a_visitor_it_is_the_least_that_their_tier_gets_from_it() -> None:
    offer = choose_save_offer(OURS, leaver(), NOW).offer
    assert offer is not None
    assert (offer.rule, offer.worth) == ("save_offers.price.low", 450)


def test_what_is_paid_in_another_currency_counts_as_unknown() -> None:
    offer = choose_save_offer(OURS, leaver(vouched=True, monthly_value=900_000, currency="HUF"), NOW).offer
    assert offer is not None
    assert (offer.rule, offer.worth) == ("save_offers.price.low", 450)


def test_a_customer_who_pays_next_to_nothing_is_offered_no_money_but_help() -> None:
    poor = {"vouched": True, "monthly_value": 100, "currency": "EUR"}
    assert choose_save_offer(OURS, leaver(**poor), NOW).trace[-1] == "save_offers.price.none"
    offer = choose_save_offer(OURS, leaver(leading=Reason.PRODUCT_QUALITY, **poor), NOW).offer
    assert offer is not None
    assert offer.terms.kind is OfferKind.FIX


@pytest.mark.parametrize("reason", NOTHING_FOR)
def test_nobody_is_held_by_an_offer_who_needs_what_we_do_not_have(reason: Reason) -> None:
    assert choose_save_offer(OURS, leaver(leading=reason), NOW).trace[-1] == f"save_offers.{reason.value}.none"


def test_a_deadline_is_the_end_of_a_day_where_the_customer_lives() -> None:
    assert end_of_day(NOW, 14, ZoneInfo("Pacific/Auckland")).isoformat() == "2026-12-07T23:59:59+13:00"
    assert end_of_day(NOW, 14, UTC).isoformat() == "2026-12-06T23:59:59+00:00"
