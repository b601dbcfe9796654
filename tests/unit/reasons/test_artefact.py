"""A trained classifier is on disk whole and unchanged, or it is refused with a line that says what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import FarewellError
from bot.reasons.artefact import ClassifierDamaged, ClassifierMissing, read_meta, write_artefact
from bot.reasons.classifier import ReasonClassifier


@pytest.fixture
def copy(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "reasons"))


def test_a_classifier_that_was_never_trained_says_how_to_train_it(tmp_path: Path) -> None:
    with pytest.raises(ClassifierMissing, match="run `make train`"):
        ReasonClassifier.load(tmp_path / "reasons")


def _flip_a_byte(directory: Path) -> None:
    weights = directory / "weights.npz"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(bytes(content))


def _truncate(directory: Path) -> None:
    weights = directory / "weights.npz"
    weights.write_bytes(weights.read_bytes()[:1000])


def _rewrite(directory: Path, **changes: object) -> None:
    meta = directory / "meta.json"
    meta.write_text(json.dumps(json.loads(meta.read_text()) | changes))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "one bit": _flip_a_byte,
    "half a file": _truncate,
    "no weights": lambda directory: (directory / "weights.npz").unlink(),
    "no JSON": lambda directory: (directory / "meta.json").write_text("{"),
    "other JSON": lambda directory: (directory / "meta.json").write_text("[]"),
    "no text": lambda directory: (directory / "meta.json").write_bytes(b"\xff\xfe"),
    "another version": lambda directory: _rewrite(directory, version="000000000000"),
    "another encoder": lambda directory: _rewrite(directory, encoder="another"),
    "no files": lambda directory: _rewrite(directory, files={}),
    "odd files": lambda directory: _rewrite(directory, files=[1]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_classifier_is_refused_with_what_to_do(copy: Path, damage: str) -> None:
    DAMAGES[damage](copy)
    with pytest.raises(ClassifierDamaged, match="make train"):
        ReasonClassifier.load(copy)


def test_a_classifier_for_another_encoder_is_refused(tmp_path: Path, trained: Path) -> None:
    directory = tmp_path / "reasons"
    directory.mkdir()
    meta = read_meta(trained)

    def copy_weights(place: Path) -> None:
        shutil.copy(trained / "weights.npz", place)

    write_artefact(directory, copy_weights, trained_at="now", encoder="another", data=meta.data, metrics=meta.metrics)
    with pytest.raises(ClassifierDamaged, match="another sentence encoder"):
        ReasonClassifier.load(directory)


def test_files_that_are_whole_but_hold_something_else_are_refused(tmp_path: Path, trained: Path) -> None:
    directory = tmp_path / "reasons"
    directory.mkdir()

    def write_nonsense(place: Path) -> None:
        (place / "weights.npz").write_bytes(b"PK nonsense")

    write_artefact(directory, write_nonsense, trained_at="now", encoder=read_meta(trained).encoder, data={}, metrics={})
    with pytest.raises(ClassifierDamaged, match="make train"):
        ReasonClassifier.load(directory)


def test_an_encoder_that_cannot_be_read_is_named(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(ClassifierDamaged, match="ENCODER_PATH"):
        ReasonClassifier.load(trained, encoder_path=tmp_path / "nowhere")


def test_every_error_here_can_be_shown_to_a_person() -> None:
    assert issubclass(ClassifierDamaged, FarewellError)
    assert issubclass(ClassifierMissing, FarewellError)
