"""`farewell reasons predict`: an answer for every line, in order, whatever the lines are."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from bot.reasons.artefact import ClassifierMissing
from bot.reasons.batch import InputUnreadable, OutputUnwritable, answer_lines, open_input, open_output
from bot.reasons.classifier import Classification
from bot.reasons.commands import app
from bot.retention.reasons import Reason

EVEN = Classification((Reason.PRICE,), dict.fromkeys(Reason, 1 / 3), "version", unsure=False)


def predict(trained: Path, lines: bytes) -> Result:
    arguments = ["predict", "--input", "-", "--output", "-", "--model", str(trained)]
    return CliRunner().invoke(app, arguments, input=lines)


def answers(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def answer(*lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(answer.line) for answer in answer_lines(lines, lambda _: EVEN)]


def test_texts_in_are_reasons_out_in_the_same_order(trained: Path) -> None:
    result = predict(trained, b'{"id": 1, "text": "too expensive"}\n{"id": "b", "text": ""}\n')
    first, second = answers(result.stdout)
    assert result.exit_code == 0
    assert list(first) == ["id", "reasons", "scores"]
    assert first["id"] == 1
    assert first["reasons"][0] == "price"
    assert list(first["scores"]) == [reason.value for reason in Reason]
    assert second["id"] == "b"
    assert second["reasons"] == ["other_unclear"]


def test_a_line_that_cannot_be_read_is_answered_in_its_place_with_exit_status_3(trained: Path) -> None:
    lines = b'{"id": 1, "text": "dear"}\nnonsense\n{"id": 3, "text": "moved away"}'
    result = predict(trained, lines)
    assert result.exit_code == 3
    assert [next(iter(answer)) for answer in answers(result.stdout)] == ["id", "line", "id"]
    assert answers(result.stdout)[1] == {"line": 2, "error": "the line is not JSON"}
    assert "could not be read: 1" in result.stderr


def test_a_file_is_answered_into_a_file(trained: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "text": "too expensive"}\n')
    arguments = ["predict", "--input", str(source), "--output", str(target), "--model", str(trained)]
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (0, "")
    assert answers(target.read_text())[0]["id"] == 1
    assert sorted(os.listdir(tmp_path)) == ["in.jsonl", "out.jsonl"]  # noqa: PTH208


def test_a_classifier_that_is_not_there_is_said_before_anything_is_written(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    arguments = ["predict", "--input", "-", "--output", str(target), "--model", str(tmp_path / "none")]
    result = CliRunner().invoke(app, arguments, input=b"")
    assert isinstance(result.exception, ClassifierMissing)
    assert not target.exists()


@pytest.mark.parametrize(
    "identifier", ["1", "01", 1, 0, -7, 1.5, 12345678901234567890123, None, True, [1, "a"], {"a": None}, "é\ud800", ""]
)
def test_an_id_comes_back_as_it_was(identifier: object) -> None:
    (found,) = answer(json.dumps({"id": identifier, "text": "dear"}).encode())
    assert found["id"] == identifier
    assert type(found["id"]) is type(identifier)


@pytest.mark.parametrize(
    "line",
    [b'\xef\xbb\xbf{"id": 1, "text": "dear"}\r\n', b'  {"id": 1, "text": "dear", "more": [1]}  \n'],
    ids=["byte order mark and CRLF", "spaces and more fields"],
)
def test_files_of_other_programs_are_read(line: bytes) -> None:
    assert answer(line)[0]["id"] == 1


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"\n", "the line is empty"),
        (b"  \r\n", "the line is empty"),
        (b"[]", "the line is not a JSON object"),
        (b'"text"', "the line is not a JSON object"),
        (b'{"id": 1, "text": "x"} trailing', "the line is not JSON"),
        (b'{"id": NaN, "text": "x"}', "the line is not JSON"),
        (b'{"id": 1e999, "text": "x"}', 'the "id" is a number too large for JSON'),
        (b'{"text": "x"}', 'the object has no "id"'),
        (b'{"id": 1}', 'the object has no "text" that is a string'),
        (b'{"id": 1, "text": null}', 'the object has no "text" that is a string'),
        (b'{"id": 1, "text": 5}', 'the object has no "text" that is a string'),
        (b'{"id": 1, "text": "\xff"}', "the line is not UTF-8"),
        (b"[" * 100_000, "the line is not JSON"),
    ],
)
def test_a_line_that_is_no_question_says_why(line: bytes, error: str) -> None:
    good = b'{"id": 1, "text": "dear"}'
    assert answer(good, line, good)[1] == {"line": 2, "error": error}


@given(st.lists(st.binary(max_size=60)))
def test_whatever_the_lines_are_each_has_one_answer(lines: list[bytes]) -> None:
    found = answer(*lines)
    assert len(found) == len(lines)
    assert all(("line" in answer) or ("id" in answer) for answer in found)


def test_a_huge_text_is_answered(trained: Path) -> None:
    result = predict(trained, json.dumps({"id": "huge", "text": "too expensive " * 100_000}).encode())
    assert answers(result.stdout)[0]["reasons"][0] == "price"


def test_an_output_that_breaks_off_leaves_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("before")
    with pytest.raises(KeyboardInterrupt), open_output(str(target)) as file:  # noqa: PT012
        file.write(b"half")
        raise KeyboardInterrupt
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with open_output(str(pipe)) as file:
        file.write(b"answer")
    assert os.read(reader, 100) == b"answer"
    assert pipe.is_fifo()
    os.close(reader)


def test_files_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    with (
        pytest.raises(InputUnreadable, match=r"nothing\.jsonl cannot be read"),
        open_input(str(tmp_path / "nothing.jsonl")),
    ):
        pass
    with (
        pytest.raises(OutputUnwritable, match=r"out\.jsonl cannot be written"),
        open_output(str(tmp_path / "no" / "out.jsonl")),
    ):
        pass
