"""What a customer names is found as they wrote it, and better nothing than something wrong."""

from __future__ import annotations

from itertools import pairwise

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from bot.reasons.facts import find_facts, straighten
from bot.reasons.pipeline import BASE
from bot.retention.facts import FactKind


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(BASE)


def find(nlp: Language, text: str, kind: FactKind, company: str = "") -> list[str]:
    return [fact.text for fact in find_facts(nlp(straighten(text)), company) if fact.kind is kind]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("I've moved to Leeds", "Leeds"),
        ("moving to leeds", "leeds"),
        ("my husband’s been transferred to Hamburg", "Hamburg"),
        ("moving to Ludlow, and you've no one covering that way", "Ludlow"),
        ("we live in Hove now and you haven't a club there", "Hove"),
        ("The army is sending us to Cyprus", "Cyprus"),
        ("moved from Leeds to New York City for work", "New York City"),
        ("We're in Antwerp, it assumes American tax", "Antwerp"),
    ],
)
def test_the_place_where_a_customer_moves_or_lives_is_found(nlp: Language, text: str, place: str) -> None:
    assert find(nlp, text, FactKind.PLACE) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "I'm not moving to Porto",
        "my sister moved to Porto",
        "we might be moving to Porto",
        "the bags went to Oslo",
        "your call centre moved to Manila",
        "the flight to Madrid was late",
        "see you on Monday in the shop",
        "I moved from Emirates to Qatar this year",
        "met your product lead at the conference in Lisbon",
        "we were in Crete when it happened",
    ],
)
def test_a_place_that_is_not_theirs_is_not_found(nlp: Language, text: str) -> None:
    assert find(nlp, text, FactKind.PLACE) == []


@pytest.mark.parametrize(
    ("text", "rival"),
    [
        ("Switched to Fastnet last week", "Fastnet"),
        ("switched to vinted, same brands for a fifth of the money", "vinted"),
        ("Better rate at Marcus.", "Marcus"),
        ("Wizz is cheaper and honest about being awful", "Wizz"),
        ("We're going back to Aldi on a Saturday with a list.", "Aldi"),
        ("I'm porting my number to Three, not going to go into why", "Three"),
        ("no Korean dramas, Viki has them all", "Viki"),
        ("My flatmate has Netflix so we share that", "Netflix"),
        ("Vinted", "Vinted"),
    ],
)
def test_the_rival_that_a_customer_names_is_found(nlp: Language, text: str, rival: str) -> None:
    assert find(nlp, text, FactKind.COMPETITOR) == [rival]


@pytest.mark.parametrize(
    "text",
    [
        "I have not switched to Fastnet",
        "Switched to Monthly and then to Basic",
        "switched to oat milk",
        "it freezes on my Samsung TV with Netflix open",
        "I paid with PayPal",
        "went to the Ombudsman about it",
        "I switched to Acme two years ago and regret it",
        "leaving Vodafone, Vodafone has become awful, worse than Vodafone used to be",
        "Anna was better, she answered",
        "TSB. Where do I start",
    ],
)
def test_what_is_no_rival_is_not_found(nlp: Language, text: str) -> None:
    assert find(nlp, text, FactKind.COMPETITOR) == []


def test_the_company_that_is_left_is_never_a_rival(nlp: Language) -> None:
    assert find(nlp, "Netflix is cheaper elsewhere, switched to Netflix", FactKind.COMPETITOR, "Netflix") == []
    assert find(nlp, "I switched to Bramble", FactKind.COMPETITOR, "Bramble & Oak") == []


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("no offline mode", ["offline mode"]),
        ("There aren't any classes in the evening and you don't have a pool", ["classes", "pool"]),
        ("App crashes when opening a photo", ["App"]),
        ("your discount code never works at the checkout", ["discount code"]),
        ("you scrapped the spin class I came for", ["spin class"]),
        ("filthy toilets, broken lockers", ["toilets", "lockers"]),
        ("The website is so slow I can't read an article", ["website"]),
        ("it lacks integrations with Slack", ["integrations"]),
        ("would have stayed if you had evening classes", ["evening classes"]),
    ],
)
def test_what_lacks_breaks_or_is_bad_is_found(nlp: Language, text: str, features: list[str]) -> None:
    assert find(nlp, text, FactKind.FEATURE) == features


@pytest.mark.parametrize(
    "text",
    [
        "no reason",
        "no reply to my letter",
        "I have no time and no money",
        "the staff were awful and the manager was useless",
        "Not a bad app, nothing crashed",
        "I broke my wrist so no violin for six months",
        "the price is terrible",
        "my car broke down",
        "the last straw broke the camel's back",
        "no complaints, no hard feelings",
    ],
)
def test_what_names_no_feature_of_ours_is_not_found(nlp: Language, text: str) -> None:
    assert find(nlp, text, FactKind.FEATURE) == []


def test_one_answer_may_name_several_things(nlp: Language) -> None:
    text = "We’ve moved to Leeds in March, and Octopus is £20 cheaper"
    found = find_facts(nlp(straighten(text)))
    assert [(fact.kind, fact.text) for fact in found] == [
        (FactKind.PLACE, "Leeds"),
        (FactKind.TIME, "March"),
        (FactKind.COMPETITOR, "Octopus"),
        (FactKind.AMOUNT, "£20"),
    ]


@given(st.text(max_size=200) | st.from_regex(r"(no|the|moved to|switched to) [A-Za-z'’&. -]{0,40}(is|crashed|now)?"))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_facts_stand_where_they_say_and_not_in_one_another(nlp: Language, text: str) -> None:
    plain = straighten(text)
    found = find_facts(nlp(plain))
    assert all(plain[fact.start : fact.end] == fact.text for fact in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
