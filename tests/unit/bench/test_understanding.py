"""The page of what is understood says what was measured: of fair parts, and the same each time."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.understanding import general_encoder
from bench.understanding.cost import Costs, Times, summarise
from bench.understanding.dialogue import Contestant as MessageContestant
from bench.understanding.dialogue import DialogueFigures
from bench.understanding.examples import Example, read_examples, write_examples
from bench.understanding.kept import hash_contents, hash_files
from bench.understanding.page import write_page
from bench.understanding.pictures import draw_all
from bench.understanding.reasons import Contestant, ReasonFigures
from bench.understanding.subsets import choose_subset
from bench.understanding.tables import escape, write_table
from bot.intents.evaluation import measure, measure_opt_out
from bot.intents.examples import Example as Message
from bot.intents.meanings import Judgement, Meaning
from bot.reasons.assessment import assess, estimate
from bot.reasons.confusion import measure_readings
from bot.reasons.fact_evaluation import measure_facts
from bot.reasons.intervals import Interval
from bot.reasons.readings import Reading
from bot.reasons.verbatims import Verbatim
from bot.retention.reasons import Reason
from encoder import Encoder
from rasa_runtime.answers import write_answers

ITEMS = st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=60, unique=True)


def choose(items: list[tuple[str, int]], most: int) -> list[tuple[str, int]]:
    return choose_subset(items, most, lambda item: item[0], str)


@given(ITEMS, st.integers(1, 40))
@settings(deadline=None)
def test_a_part_is_mixed_as_the_whole_is(items: list[tuple[str, int]], most: int) -> None:
    part = choose(items, most)
    assert len(part) == min(most, len(items))
    assert part == [item for item in items if item in set(part)]
    whole, chosen = Counter(item[0] for item in items), Counter(item[0] for item in part)
    for stratum, count in whole.items():
        assert abs(chosen[stratum] - len(part) * count / len(items)) <= 1


@given(ITEMS, st.integers(1, 40))
@settings(deadline=None)
def test_a_part_is_the_same_in_whatever_order_the_whole_comes(items: list[tuple[str, int]], most: int) -> None:
    assert set(choose(items, most)) == set(choose(items[::-1], most))


def test_examples_come_back_as_they_were_written_but_for_marks_of_entities(tmp_path: Path) -> None:
    file = tmp_path / "nlu.yml"
    examples = [
        Example("no: never", "deny"),
        Example("it's [9](value) 'euro' – “dear”", "inform"),
        Example("no", "deny"),
    ]
    file.write_text(write_examples(examples), encoding="utf-8")
    found = read_examples([file, file])
    assert found == [
        Example("no: never", "deny"),
        Example("no", "deny"),
        Example("it's (9)(value) 'euro' – “dear”", "inform"),
    ]


def test_an_answer_with_an_emoji_is_an_example_as_it_was_typed(tmp_path: Path) -> None:
    verbatims = tmp_path / "train.jsonl"
    verbatims.write_text(json.dumps({"text": "too dear \U0001f621 [9] – bye"}) + "\n", encoding="utf-8")
    found = read_examples(write_answers(verbatims, tmp_path / "answers.yml"))
    assert found == [Example("too dear \U0001f621 9 – bye", "inform")]


def test_a_kept_model_is_trained_again_when_anything_it_came_from_changes(tmp_path: Path) -> None:
    assert hash_contents(["ab", "c"]) != hash_contents(["a", "bc"])
    (tmp_path / "a.py").write_text("1", encoding="utf-8")
    before = hash_files([tmp_path / "a.py", tmp_path / "missing.py"])
    (tmp_path / "a.py").write_text("2", encoding="utf-8")
    assert hash_files([tmp_path / "a.py"]) != before


def test_the_general_encoder_is_used_for_a_comparison_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(general_encoder, "KEPT", tmp_path)
    monkeypatch.setenv("ENCODER_PATH", "of-the-operator")
    with general_encoder.use_general_encoder():
        assert Encoder.load(Path(os.environ["ENCODER_PATH"])).encode(["too dear"]).shape == (1, 384)
    assert os.environ["ENCODER_PATH"] == "of-the-operator"


def test_times_are_told_in_milliseconds() -> None:
    assert summarise([0.001] * 99 + [1.0]) == Times(1.0, 1.0)


def test_what_a_customer_typed_is_no_markdown() -> None:
    assert escape("<b>*too* dear</b> | [x](y)") == "\\<b\\>\\*too\\* dear\\</b\\> \\| \\[x\\](y)"
    assert write_table(("a", "b"), [("c", "1")]) == "| a | b |\n| --- | ---: |\n| c | 1 |"


@pytest.fixture
def reasons() -> ReasonFigures:
    """Forty verbatims: most are read rightly, some surely wrong."""
    readings = []
    for number in range(40):
        right = list(Reason)[number % len(Reason)]
        given_ = Reason.PRICE if number % 5 == 0 else right
        scores = dict.fromkeys(Reason, 0.02) | {given_: 0.4 + number / 70}
        verbatim = Verbatim(f"v{number}", f"Text {number} <i>said</i>", (right,), frozenset(), "answer")
        readings.append(Reading(verbatim, (given_,), scores, unsure=scores[given_] < 0.5))
    quality, intervals = measure_readings(readings), estimate(readings)
    contestants = tuple(
        Contestant(name, quality, intervals, gain)
        for name, gain in (("ours", None), ("ours, part", None), ("stock", Interval(0.1, 0.2)), ("stock, all", None))
    )
    texts = [reading.verbatim.text for reading in readings]
    facts = measure_facts(texts, [()] * 40, [()] * 40)
    return ReasonFigures(3000, 400, assess(readings), facts, contestants, (60.0, 20.0, 300.0), readings)


@pytest.fixture
def dialogue() -> DialogueFigures:
    messages = [Message(f"m{number}", meaning) for number, meaning in enumerate([*Meaning] * 3)]
    judged = [Judgement(Meaning.INFORM if number % 7 == 0 else it.meaning, 0.9) for number, it in enumerate(messages)]
    quality = measure(messages, judged)
    opt_out = measure_opt_out([("stop", Judgement(Meaning.STOP_CONTACT, 1.0))] * 9, [("go on", judged[1])] * 9)
    names = ("all", "part", "part, without rules", "stock")
    contestants = tuple(MessageContestant(name, quality) for name in names)
    times = ([0.01] * 40, [0.03] * 40)
    seconds = (90.0, 30.0, 400.0)
    return DialogueFigures(9000, 2000, len(messages), quality, contestants, opt_out, "abc", seconds, times)


def test_the_page_says_every_figure_and_shows_the_worst_mistakes(
    reasons: ReasonFigures, dialogue: DialogueFigures
) -> None:
    costs = Costs(Times(9.0, 12.0), Times(8.0, 9.0), Times(13.0, 15.0), Times(30.0, 40.0))
    page = write_page("f00d", reasons, dialogue, costs)
    assert f"{reasons.ours.quality.micro_f1:.3f}" in page
    assert f"{dialogue.ours.in_scope_accuracy.value:.1%}" in page
    assert "| what a message means | 13.0 ms |  | ≤ 12 ms | **missed** |" in page
    assert "| training everything | 150 s |  | ≤ 300 s | reached |" in page
    assert "9 ways to say it: 9 are heard" in page
    assert f"Text {reasons.ours.mistakes[0].verbatim.id[1:]} \\<i\\>said" in page
    assert "+0.100 to +0.200" in page
    assert page == write_page("f00d", reasons, dialogue, costs)
    assert max(len(line) for line in page.splitlines() if not line.startswith(("|", ">", "!"))) < 160


def test_every_picture_the_page_shows_is_drawn_and_comes_out_the_same(
    reasons: ReasonFigures, dialogue: DialogueFigures, tmp_path: Path
) -> None:
    costs = Costs(Times(9.0, 12.0), Times(8.0, 9.0), Times(10.0, 15.0), Times(30.0, 40.0))
    page = write_page("f00d", reasons, dialogue, costs)
    for folder in ("one", "two"):
        draw_all(tmp_path / folder, reasons, dialogue)
    for picture in (tmp_path / "one").iterdir():
        assert f"images/understanding/{picture.name})" in page
        assert picture.read_bytes() == (tmp_path / "two" / picture.name).read_bytes()
        assert picture.stat().st_size < 120_000
    assert page.count("](images/understanding/") == len(list((tmp_path / "one").iterdir()))
