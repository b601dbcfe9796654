from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from rasa_runtime import train as training
from rasa_runtime.model_file import ModelState, check, hash_inputs
from rasa_runtime.train import TrainingFailed, train
from tests.runtime.conftest import BOT, ROOT


@pytest.fixture
def project(model: Path, tmp_path: Path) -> Path:
    """A project with a model just trained."""
    shutil.copytree(BOT, tmp_path / "project")
    shutil.copytree(model.parent, tmp_path / "project/models")
    return tmp_path / "project"


def test_a_model_just_trained_is_up_to_date(project: Path) -> None:
    assert check(project / "models", project) is ModelState.UP_TO_DATE


def test_the_state_is_told_by_a_python_that_has_no_rasa(project: Path) -> None:
    code = "import sys; from rasa_runtime.model_file import main; assert 'rasa' not in sys.modules; sys.exit(main())"
    told = subprocess.run(
        ["python3", "-S", "-c", code], cwd=project, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (told.returncode, told.stdout) == (0, "The dialogue model: up to date\n"), told.stderr


@pytest.mark.parametrize("name", ["dialogue.tar.gz", "dialogue.sha256"])
def test_a_model_that_is_not_there_needs_training(project: Path, name: str) -> None:
    (project / "models" / name).unlink()
    assert check(project / "models", project) is ModelState.NEEDS_TRAINING


@pytest.mark.parametrize("change", [b"", b"x"])
def test_a_model_that_changed_on_disk_is_damaged(project: Path, change: bytes) -> None:
    model = project / "models/dialogue.tar.gz"
    model.write_bytes(model.read_bytes()[: -1 if not change else None] + change)
    assert check(project / "models", project) is ModelState.DAMAGED


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "data/nlu/nlu.yml", "data/responses/replies.yml"])
def test_a_dialogue_that_changed_needs_training(project: Path, name: str) -> None:
    with (project / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert check(project / "models", project) is ModelState.NEEDS_TRAINING


def test_a_new_file_of_the_dialogue_needs_training_and_an_unrelated_one_does_not(project: Path) -> None:
    (project / "data/nlu/notes.txt").touch()
    (project / "README.md").touch()
    assert check(project / "models", project) is ModelState.UP_TO_DATE
    (project / "data/stories").mkdir()
    (project / "data/stories/more.yml").touch()
    assert check(project / "models", project) is ModelState.NEEDS_TRAINING


def test_the_date_of_a_file_does_not_matter(project: Path) -> None:
    (project / "config.yml").touch()
    assert check(project / "models", project) is ModelState.UP_TO_DATE


def test_moving_the_project_does_not_matter(project: Path, tmp_path: Path) -> None:
    assert hash_inputs(project) == hash_inputs(BOT)


def test_a_training_that_fails_leaves_the_model_before_in_place(project: Path) -> None:
    before = (project / "models/dialogue.tar.gz").read_bytes()
    (project / "domain.yml").write_text("intents: [\n", encoding="utf-8")
    with pytest.raises(TrainingFailed, match=r"domain\.yml"):
        train(project, project / "models")
    assert (project / "models/dialogue.tar.gz").read_bytes() == before
    assert sorted(file.name for file in (project / "models").iterdir()) == ["dialogue.sha256", "dialogue.tar.gz"]
    assert check(project / "models", project) is ModelState.NEEDS_TRAINING


def test_a_training_cut_short_while_it_puts_the_model_in_place_is_done_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = project / "new.tar.gz"
    new.write_bytes(b"a new model")
    monkeypatch.setattr(training, "_run_rasa", lambda *_: new)

    def cut_short(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "write_hashes", cut_short)
    with pytest.raises(KeyboardInterrupt):
        train(project, project / "models")
    assert check(project / "models", project) is ModelState.NEEDS_TRAINING
