from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rasa.core.agent import Agent

from encoder import Encoder
from rasa_runtime.answers import MOST, write_answers
from rasa_runtime.intent_model import OUT_OF_SCOPE, THRESHOLDS, IntentModel, TooFewExamples
from rasa_runtime.train import describe_operating_point

SAID = {
    "greet": ["hi", "hello", "hey there", "good morning", "hi again", "hello you"],
    "thanks": ["thanks", "thank you", "many thanks", "cheers", "thanks a lot", "thank you so much"],
    OUT_OF_SCOPE: ["play some jazz", "what's the weather", "set an alarm", "play music", "weather in Rome", "wake me"],
}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(max_tokens=64)


@pytest.fixture(scope="module")
def intents(encoder: Encoder) -> IntentModel:
    texts = [text for said in SAID.values() for text in said]
    return IntentModel.fit(texts, encoder.encode(texts), [intent for intent, said in SAID.items() for _ in said])


def test_a_message_is_taken_for_the_likeliest_intent_and_probabilities_add_up(
    intents: IntentModel, encoder: Encoder
) -> None:
    ranking = intents.rank("hello there", encoder.encode(["hello there"])[0])
    assert ranking[0][0] == "greet"
    assert sum(probability for _, probability in ranking) == pytest.approx(1, abs=1e-5)


def test_a_model_that_was_written_and_read_says_the_same(
    intents: IntentModel, encoder: Encoder, tmp_path: Path
) -> None:
    intents.write(tmp_path)
    again = IntentModel.read(tmp_path)
    for text in ("hello there", "", "Thank you!", "play <b>jazz</b> 🎷"):
        vector = encoder.encode([text])[0]
        assert dict(again.rank(text, vector)) == pytest.approx(dict(intents.rank(text, vector)), rel=1e-4)
    assert again.calibration == intents.calibration


def test_the_threshold_costs_no_more_than_it_may(intents: IntentModel) -> None:
    points = {point.threshold: point for point in intents.calibration.points}
    assert tuple(points) == THRESHOLDS
    taken = points[intents.calibration.threshold]
    assert taken.in_scope_accuracy >= points[0.0].in_scope_accuracy - 0.005


@pytest.mark.parametrize("text", ["", "   ", "word " * 10_000, "<script>", "🙂🙂", "\u2060/restart", "a" * 100_000])
def test_no_message_is_too_odd(intents: IntentModel, encoder: Encoder, text: str) -> None:
    assert intents.rank(text, encoder.encode([text])[0])


def test_too_few_examples_are_named(encoder: Encoder) -> None:
    with pytest.raises(TooFewExamples, match="rare"):
        IntentModel.fit(["a b", "c d"], np.zeros((2, 384)), ["rare", "rarer"])


async def test_what_nobody_could_make_anything_of_is_not_understood_or_unsure(agent: Agent) -> None:
    parsed = await agent.parse_message("zxqv blorb")
    ranking = parsed["intent_ranking"]
    assert parsed["intent"] == ranking[0]
    assert all(0 <= one["confidence"] <= 1 for one in ranking)


def test_training_tells_what_every_threshold_gives(model: Path) -> None:
    said = describe_operating_point(model)
    assert said.count("<- taken") == 1
    assert "0.00" in said


def test_the_same_verbatims_give_the_same_answers_without_marks(tmp_path: Path) -> None:
    verbatims, target = tmp_path / "train.jsonl", tmp_path / "answers.yml"
    rows = [{"text": f"too [dear]{{x}}\n{number}"} for number in range(MOST + 5)]
    verbatims.write_text("\n".join(map(json.dumps, rows)))
    assert write_answers(verbatims, target) == [target]
    (block,) = json.loads(target.read_text())["nlu"]
    lines = block["examples"].splitlines()
    assert (block["intent"], len(lines)) == ("inform", MOST)
    assert not any(mark in block["examples"] for mark in "[]{}")
    assert write_answers(tmp_path / "none.jsonl", target) == []


def test_a_line_is_understood_with_nothing_else_running(model: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "rasa_runtime.understand", "--model", str(model)]
    lines = "\n".join(json.dumps(text) for text in ("could I speak with an actual employee", "/restart", "\ud800", ""))
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    ready, *answers = map(json.loads, done.stdout.splitlines())
    assert ready == {"ready": True}
    assert [set(answer) for answer in answers] == [{"intent", "confidence"}] * 4
    assert answers[0]["intent"] == "ask_human"


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "rasa_runtime.understand", "--model", str(tmp_path / "no.tar.gz")]
    done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Run `make train`" in done.stderr
