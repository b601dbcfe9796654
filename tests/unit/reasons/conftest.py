"""A classifier that was really trained, once for all tests here, on a few verbatims of every reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.reasons.classifier import ReasonClassifier
from bot.reasons.commands import app
from bot.reasons.verbatims import Verbatim
from tests.small_training import choose_calibration, choose_verbatims, write_verbatims


@pytest.fixture(scope="session")
def verbatims() -> list[Verbatim]:
    return choose_verbatims()


@pytest.fixture(scope="session")
def verbatim_file(verbatims: list[Verbatim], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_verbatims(tmp_path_factory.mktemp("verbatims") / "train.jsonl", verbatims)


@pytest.fixture(scope="session")
def trained(verbatim_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a classifier that `farewell reasons train` made."""
    directory = tmp_path_factory.mktemp("models") / "reasons"
    calibration = write_verbatims(verbatim_file.with_name("calibration.jsonl"), choose_calibration())
    arguments = ["train", "--data", str(verbatim_file), "--calibration", str(calibration), "--output", str(directory)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return directory


@pytest.fixture(scope="session")
def classifier(trained: Path) -> ReasonClassifier:
    return ReasonClassifier.load(trained)
