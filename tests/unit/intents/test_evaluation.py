"""Measuring: shares, what is allowed, and the opt-out."""

from __future__ import annotations

import json

import pytest

from bot.intents.evaluation import Share, measure, measure_opt_out
from bot.intents.examples import Example
from bot.intents.meanings import Judgement, Meaning

EXAMPLES = [
    Example("hi", Meaning.GREET),
    Example("ok bye", Meaning.GOODBYE, frozenset({Meaning.STOP_DIALOGUE})),
    Example("too dear", Meaning.INFORM),
    Example("play jazz", Meaning.OUT_OF_SCOPE),
]
JUDGED = [
    Judgement(Meaning.GREET, 0.9),
    Judgement(Meaning.STOP_DIALOGUE, 0.6),
    Judgement(Meaning.OUT_OF_SCOPE, 0.5),
    Judgement(Meaning.OUT_OF_SCOPE, 0.8),
]


def test_what_a_careful_reader_would_allow_counts_as_right() -> None:
    quality = measure(EXAMPLES, JUDGED)
    assert quality.in_scope_accuracy == Share(2, 3)
    assert quality.out_of_scope_recall == Share(1, 1)
    assert quality.out_of_scope_precision == Share(1, 2)


def test_a_mistake_is_shown_with_its_text() -> None:
    (mistake,) = measure(EXAMPLES, JUDGED).mistakes
    assert (mistake.text, mistake.meant, mistake.taken_for) == ("too dear", Meaning.INFORM, Meaning.OUT_OF_SCOPE)


def test_figures_can_be_stored() -> None:
    stored = json.loads(json.dumps(measure(EXAMPLES, JUDGED).to_json()))
    assert stored["in_scope_accuracy"]["part"] == 2
    assert stored["intents"]["greet"]["f1"] == 1


def test_nothing_to_measure_is_no_error() -> None:
    quality = measure([], [])
    assert quality.in_scope_accuracy.value == 0
    assert quality.in_scope_accuracy.interval == (0, 1)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(10, 10, 0.722, 1.0), (0, 10, 0.0, 0.278), (50, 100, 0.404, 0.596)]
)
def test_wilsons_interval(part: int, whole: int, low: float, high: float) -> None:
    assert Share(part, whole).interval == pytest.approx((low, high), abs=0.001)


def test_an_opt_out_that_is_not_heard_and_a_false_alarm_are_named() -> None:
    stop, inform = Judgement(Meaning.STOP_CONTACT, 1), Judgement(Meaning.INFORM, 1)
    quality = measure_opt_out([("stop", stop), ("no more", inform)], [("the bus stops", stop)])
    assert (quality.recall, quality.missed) == (Share(1, 2), ["no more"])
    assert (quality.false_alarms, quality.alarming) == (Share(1, 1), ["the bus stops"])
