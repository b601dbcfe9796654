"""The bench's figures say what was measured, and no more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.figures import Row, compare, compare_late_to_early, describe_rounds, percentile
from bench.loads import Load
from bench.report import BEGIN, END, tabulate, update_document, write_results


def test_a_percentile_is_not_exceeded_by_so_many_of_the_values() -> None:
    values = [float(value) for value in range(1, 101)]
    for percent in (50, 95, 99):
        assert sum(value <= percentile(values, percent) for value in values) == percent


def test_a_comparison_is_made_round_by_round() -> None:
    found = compare([10.0, 40.0, 30.0], [2.0, 4.0, 5.0])
    assert (found.lowest, found.median, found.highest) == (5.0, 6.0, 10.0)


def test_rounds_that_do_not_belong_together_are_not_compared() -> None:
    with pytest.raises(ValueError, match="shorter"):
        compare([1.0, 2.0], [1.0])


def test_late_turns_are_held_against_early_ones() -> None:
    turns = [9.0] * 4 + [1.0] * 10 + [9.0] * 25 + [1.2] * 10 + [9.0] * 6
    assert compare_late_to_early(turns) == pytest.approx(1.2)


def test_a_load_is_described_by_its_rate_its_waiting_times_and_its_cost() -> None:
    rounds = [Load(2.0, turns=[0.1] * 20, made=25, processor_seconds=0.5), Load(2.0, turns=[0.3] * 10, made=10)]
    rows = {row.name: (row.value, row.unit) for row in describe_rounds("web", rounds)}
    assert rows["web: turns a second"] == (7.5, "1/s")
    assert rows["web: p50"] == (pytest.approx(100), "ms")
    assert rows["web: p99"] == (pytest.approx(300), "ms")
    assert rows["web: processor time"] == (pytest.approx(10), "ms a turn")


def test_results_are_written_with_name_value_and_unit(tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", [Row("start: our Rasa", 8.20049, "s")])
    content = json.loads((tmp_path / "results.json").read_text())
    assert set(content) == {"date", "rows"}
    assert content["rows"] == [{"name": "start: our Rasa", "value": 8.2, "unit": "s"}]


def test_the_figures_of_a_load_stand_in_one_line() -> None:
    load = Load(2.0, turns=[0.1] * 20, made=20, processor_seconds=0.5)
    loads, others = tabulate([*describe_rounds("web", [load]), Row("start: our Rasa", 8.25, "s")])
    assert loads[1:] == [("web", "10.0", "100", "100", "100", "25.0")]
    assert others[1:] == [("start: our Rasa", "8.25", "s")]


def test_the_document_gets_the_figures_between_its_marks_and_keeps_the_rest(tmp_path: Path) -> None:
    document, results = tmp_path / "performance.md", tmp_path / "results.json"
    document.write_text(f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n")
    write_results(results, [Row("start: our Rasa", 8.2, "s")])
    update_document(document, results)
    update_document(document, results)
    text = document.read_text()
    assert text.startswith(f"Before.\n{BEGIN}\n")
    assert text.endswith(f"{END}\nAfter.\n")
    assert text.count("| start: our Rasa | 8.20 | s |") == 1
    assert "old" not in text
