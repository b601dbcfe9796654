"""A classifier that was really trained, once for all tests here, on a few verbatims of every reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.reasons.classifier import ReasonClassifier
from bot.reasons.commands import app
from bot.reasons.verbatims import Verbatim, read_verbatims
from bot.retention.reasons import Reason

TRAINING_DATA = Path(__file__).parents[3] / "data" / "reasons" / "train.jsonl"
PER_REASON = 14


@pytest.fixture(scope="session")
def verbatims() -> list[Verbatim]:
    """The last short verbatims of each reason: plain ones, quickly read."""
    short = [verbatim for verbatim in read_verbatims(TRAINING_DATA) if len(verbatim.text.split()) <= 20]
    kept = {v.id: v for reason in Reason for v in [v for v in short if reason in v.labels][-PER_REASON:]}
    return list(kept.values())


@pytest.fixture(scope="session")
def verbatim_file(verbatims: list[Verbatim], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("verbatims") / "train.jsonl"
    lines = [json.dumps({"id": v.id, "text": v.text, "labels": list(v.labels)}) for v in verbatims]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def trained(verbatim_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a classifier that `farewell reasons train` made."""
    directory = tmp_path_factory.mktemp("models") / "reasons"
    result = CliRunner().invoke(app, ["train", "--data", str(verbatim_file), "--output", str(directory)])
    assert result.exit_code == 0, result.output
    return directory


@pytest.fixture(scope="session")
def classifier(trained: Path) -> ReasonClassifier:
    return ReasonClassifier.load(trained)
