"""`farewell intents`: an answer for every line, and figures on the messages nobody trained on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.intents import commands
from bot.intents.commands import app
from bot.intents.examples import ExamplesUnreadable, read_examples
from bot.intents.runtime import RuntimeUnavailable, run_model
from bot.retention.utterances import Intent, Utterance


class Parrot:
    """Understands the name of an intent."""

    def understand(self, text: str) -> Utterance:
        known = text in set(Intent)
        return Utterance(text, Intent(text) if known else Intent.INFORM, 0.8)


@pytest.fixture(autouse=True)
def parrot(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def run(model: Path) -> Iterator[Parrot]:
        yield Parrot()

    monkeypatch.setattr(commands, "run_model", run)


def predict(lines: str) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(app, ["predict", "--input", "-", "--output", "-"], input=lines.encode())
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_messages_in_are_intents_out_in_the_same_order() -> None:
    lines = '{"id": 7, "text": "data_erase"}\n{"id": "b", "text": ""}\n{"id": null, "text": "/restart"}\n'
    assert predict(lines) == (
        0,
        [
            {"id": 7, "intent": "data_request", "confidence": 0.8},
            {"id": "b", "intent": "out_of_scope", "confidence": 1.0},
            {"id": None, "intent": "inform", "confidence": 0.8},
        ],
    )


def test_a_line_that_cannot_be_read_is_answered_in_its_place_with_exit_status_3() -> None:
    status, answers = predict('{"id": 1, "text": "greet"}\nnonsense\n')
    assert status == 3
    assert answers[1] == {"line": 2, "error": "the line is not JSON"}


def test_figures_are_given_as_json_and_as_tables(tmp_path: Path) -> None:
    data = tmp_path / "some.jsonl"
    data.write_text('{"text": "greet", "intent": "greet", "allowed": []}\n{"text": "thanks", "intent": "deny"}\n')
    result = CliRunner().invoke(app, ["evaluate", "--data", str(data), "--json"])
    figures = json.loads(result.stdout)
    assert figures["in_scope_accuracy"]["value"] == 0.5
    assert figures["mistakes"][0]["text"] == "thanks"
    assert figures["opt_out"]["recall"]["whole"] == 200
    shown = CliRunner().invoke(app, ["evaluate", "--data", str(data)]).stdout
    assert "in scope, understood" in shown


@pytest.mark.parametrize("line", ["[]", "{}", '{"text": 1}', '{"text": "x", "intent": "no such"}', "x"])
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    data = tmp_path / "some.jsonl"
    data.write_text(line + "\n")
    with pytest.raises(ExamplesUnreadable, match="line 1"):
        read_examples(data)


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RuntimeUnavailable), run_model(tmp_path / "none.tar.gz"):
        pass
