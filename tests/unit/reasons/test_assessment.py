"""What is said of the classifier's quality is what it did: intervals, honest doubt, confusions, mistakes, slices."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from bot.reasons.assessment import assess
from bot.reasons.assessment_report import tabulate_assessment
from bot.reasons.commands import app
from bot.reasons.confusion import confuse, rank_mistakes, slice_readings
from bot.reasons.decision import MARGIN
from bot.reasons.doubt import calibrate, weigh_margins
from bot.reasons.evaluation import measure
from bot.reasons.fact_evaluation import FactsUnreadable
from bot.reasons.gold_facts import read_gold_file
from bot.reasons.intervals import estimate_gain, estimate_intervals
from bot.reasons.readings import Reading
from bot.reasons.verbatims import Verbatim
from bot.retention.reasons import Reason

LABELS = st.lists(st.sampled_from(Reason), min_size=1, max_size=3, unique=True).map(tuple)
P, C, R, D = Reason.PRICE, Reason.COMPETITOR, Reason.RELOCATION, Reason.DELIVERY_FULFILMENT


def reading(
    labels: tuple[Reason, ...],
    given: dict[Reason, float],
    allowed: tuple[Reason, ...] = (),
    text: str = "Too dear.",
    unsure: bool = False,
) -> Reading:
    verbatim = Verbatim("v", text, labels, frozenset(allowed), "answer")
    return Reading(verbatim, tuple(given), dict.fromkeys(Reason, 0.01) | given, unsure)


@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=30))
@settings(deadline=None, max_examples=25)
def test_a_figure_lies_in_its_interval(pairs: list[tuple[tuple[Reason, ...], tuple[Reason, ...]]]) -> None:
    right, predicted = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    quality = measure(right, predicted)
    intervals = estimate_intervals(right, predicted, [()] * len(pairs), samples=400)
    # Rare reasons drop out of a sample, so the mean over reasons may leave its interval; shares of texts may not.
    for figure, interval in ((quality.micro_f1, intervals.micro_f1), (quality.hit_rate, intervals.hit_rate)):
        assert 0 <= interval.low <= interval.high <= 1
        assert interval.low - 0.1 <= figure <= interval.high + 0.1


def test_more_texts_make_a_figure_surer() -> None:
    right, predicted = [(P,), (C,), (R,), (P,)], [(P,), (P,), (R,), (P,)]
    few = estimate_intervals(right, predicted, [()] * 4).micro_f1
    many = estimate_intervals(right * 50, predicted * 50, [()] * 200).micro_f1
    assert many.high - many.low < (few.high - few.low) / 3


def test_the_same_answers_gain_nothing_and_better_ones_gain_surely() -> None:
    right = [(P,), (C,), (R,), (D,)] * 20
    same = estimate_gain(right, right, right, [()] * 80)
    assert same == (0, 0)
    assert estimate_gain(right, right, [(P,)] * 80, [()] * 80).low > 0.5


def test_what_is_merely_allowed_changes_no_interval() -> None:
    right, predicted = [(P,), (C,)] * 10, [(P, C), (C, P)] * 10
    allowed = [(C,), (P,)] * 10
    assert estimate_intervals(right, predicted, allowed).micro_f1 == (1, 1)


def test_a_merely_allowed_lead_is_neither_right_nor_wrong() -> None:
    quality = measure([(P,), (P,), (P,)], [(C, P), (P,), (R,)], [(C,), (), ()])
    assert quality.lead_right == 0.5


def test_honest_certainty_has_no_error_and_boasting_has_one() -> None:
    certain, right = [0.8] * 10, [True] * 8 + [False] * 2
    assert calibrate(certain, right, bins=1).error == pytest.approx(0)
    assert calibrate([1.0] * 10, right, bins=1).error == pytest.approx(0.2)
    assert calibrate([1.0] * 10, right, bins=1).error_by_chance == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
@settings(deadline=None, max_examples=25)
def test_every_text_is_in_one_of_ten_bins_of_about_equal_count(pairs: list[tuple[float, bool]]) -> None:
    calibration = calibrate([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    counts = [one.texts for one in calibration.bins]
    assert sum(counts) == len(pairs)
    assert not counts or max(counts) - min(counts) <= 1
    assert [one.certainty for one in calibration.bins] == pytest.approx(
        sorted(one.certainty for one in calibration.bins)
    )
    assert 0 <= calibration.error <= 1


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
@settings(deadline=None, max_examples=25)
def test_a_higher_margin_never_asks_fewer(pairs: list[tuple[float, bool]]) -> None:
    askings = weigh_margins([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    assert [it.asked for it in askings] == sorted(it.asked for it in askings)
    right = sum(pair[1] for pair in pairs) / len(pairs)
    for asking in askings:
        assert asking.asked * asking.right_asked + (1 - asking.asked) * asking.right == pytest.approx(right)


def test_the_margin_in_use_asks_about_what_the_bot_is_unsure_of() -> None:
    readings = [
        reading((P,), {P: 0.9}),
        reading((P,), {P: MARGIN - 0.1}, unsure=True),
        reading((P,), {C: 0.6}, unsure=True),
        reading((P,), {C: 0.7}),
    ]
    asking = assess(readings).asking
    assert asking.asked == 0.5
    assert asking.right == asking.right_asked == 0.5


def test_a_reason_missed_is_paired_with_the_wrong_one_of_its_text() -> None:
    confusion = confuse(
        [
            reading((P, C), {P: 0.9, R: 0.6}),
            reading((P, C), {P: 0.9}),
            reading((P,), {P: 0.9, D: 0.6}),
            reading((P,), {P: 0.9, D: 0.6}, allowed=(D,)),
        ]
    )
    assert confusion.rank_pairs() == [(C, R, 1)]
    assert (confusion.overlooked, confusion.invented) == ({C: 1}, {D: 1})
    assert confusion.found[P] == 4


def test_the_worst_mistake_is_the_surest_wrong_lead() -> None:
    wrong_second = reading((P,), {P: 0.99, C: 0.98})
    wrong_lead, surer = reading((P,), {C: 0.6}), reading((P,), {C: 0.9})
    right, allowed = reading((P,), {P: 0.9}), reading((P,), {C: 0.95}, allowed=(C,))
    assert rank_mistakes([wrong_second, wrong_lead, right, allowed, surer]) == [surer, wrong_lead, wrong_second]


def test_texts_are_parted_by_length_form_and_number_of_reasons() -> None:
    parts = slice_readings(
        [reading((P,), {P: 0.9}, text="dear"), reading((P, C), {P: 0.9}, text="word " * 80), reading((P,), {P: 0.9})]
    )
    assert {name: len(part) for name, part in parts.items()} == {
        "under 6 words": 2,
        "6 to 80 words": 1,
        "answers": 3,
        "one reason": 2,
        "two reasons": 1,
    }


def test_words_of_a_customer_are_shown_as_they_are() -> None:
    shown = tabulate_assessment(assess([reading((P,), {C: 0.9}, text="[red]too[/red] dear")]), "dev.jsonl", 5)
    text = _render(shown)
    assert "[red]too[/red] dear" in text
    assert "← in use" in text


def _render(shown: object) -> str:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(shown)
    return capture.get()


def test_evaluate_prints_tables_or_json_with_everything(trained: Path, verbatim_file: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in verbatim_file.read_text(encoding="utf-8").splitlines()[:20]]
    data = tmp_path / "dev.jsonl"
    data.write_text("".join(json.dumps(line | {"facts": []}) + "\n" for line in lines), encoding="utf-8")
    arguments = ["evaluate", "--data", str(data), "--model", str(trained)]
    printed = CliRunner().invoke(app, arguments)
    assert printed.exit_code == 0, printed.output
    assert "What it does to ask below a margin" in printed.output
    found = json.loads(CliRunner().invoke(app, [*arguments, "--json", "--mistakes", "1"]).stdout)
    assert {"micro_f1", "intervals", "calibration", "margins", "confusion", "slices", "mistakes", "facts"} <= set(found)
    assert len(found["mistakes"]) <= 1
    assert found["texts"] == 20


def test_facts_that_do_not_stand_in_their_text_are_told_with_their_line(tmp_path: Path) -> None:
    data = tmp_path / "dev.jsonl"
    data.write_text('{"text": "a"}\n{"text": "b", "facts": [{"kind": "place", "text": "Leeds"}]}\n', encoding="utf-8")
    with pytest.raises(FactsUnreadable, match="verbatim 2"):
        read_gold_file(data)
