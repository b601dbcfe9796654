"""How well facts are found, in figures that can be checked by hand."""

from __future__ import annotations

import pytest

from bot.reasons.fact_evaluation import FactsUnreadable, Share, measure_facts, read_gold
from bot.retention.facts import Fact, FactKind

TEXT = "I moved to Porto in March, Porto is far and the app crashed"


def fact(kind: FactKind, words: str, text: str = TEXT) -> Fact:
    start = text.index(words)
    return Fact(kind, words, start, start + len(words))


def test_a_fact_is_right_where_it_shares_words_and_kind_with_a_true_one() -> None:
    gold = read_gold(
        TEXT,
        [
            {"kind": "place", "text": "Porto"},
            {"kind": "time", "text": "in March"},
            {"kind": "feature", "text": "app"},
        ],
    )
    found = [
        Fact(FactKind.PLACE, "Porto", TEXT.rindex("Porto"), TEXT.rindex("Porto") + 5),
        fact(FactKind.TIME, "March"),
        fact(FactKind.COMPETITOR, "Porto"),
    ]
    quality = measure_facts([TEXT], [gold], [found])
    assert (quality.overall.precision.hits, quality.overall.precision.total) == (2, 3)
    assert (quality.overall.recall.hits, quality.overall.recall.total) == (2, 3)
    assert quality.kinds[FactKind.COMPETITOR].precision.value == 0
    assert quality.kinds[FactKind.PLACE].recall.value == 1
    assert {(mistake.words, mistake.missed) for mistake in quality.mistakes} == {("Porto", False), ("app", True)}
    assert TEXT not in str(quality.to_json())


def test_a_text_without_facts_says_nothing_against_finding_none() -> None:
    quality = measure_facts(["bye"], [()], [()])
    assert quality.overall.precision == Share(0, 0)
    assert quality.overall.precision.interval == (0.0, 1.0)


def test_the_interval_is_wilsons() -> None:
    low, high = Share(95, 100).interval
    assert (round(low, 4), round(high, 4)) == (0.8882, 0.9785)
    assert Share(10, 10).interval[1] == pytest.approx(1.0)


@pytest.mark.parametrize("wrong", [{"kind": "person", "text": "Porto"}, {"kind": "place", "text": "Lisbon"}, {}])
def test_a_fact_that_cannot_be_true_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(FactsUnreadable):
        read_gold(TEXT, [wrong])
