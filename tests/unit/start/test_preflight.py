"""An operator who cannot start yet reads one line for each thing to do."""

from __future__ import annotations

import shutil
import socket
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversations.policy import POLICY_FILE
from bot.settings import Settings
from bot.start import preflight
from rasa_runtime.model_file import ModelState
from tests.stack import find_free_port


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which everything is set up."""
    for part in (
        "rasa_runtime/.venv/bin/python",
        "bot/console/node_modules/htmx.org/dist/htmx.min.js",
        "models/reasons/meta.json",
    ):
        path = tmp_path / part
        path.parent.mkdir(parents=True)
        path.touch()
    shutil.copy(POLICY_FILE, tmp_path)
    monkeypatch.setattr(preflight.model_file, "check", lambda *_: ModelState.UP_TO_DATE)
    return tmp_path


@pytest.fixture
def settings() -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        secret_key="k" * 32,
        rasa_gateway_secret="g" * 32,
        staff_password="p" * 12,
        company_name="Bramble & Oak",
        support_contact="help@shop.example",
        port=find_free_port(),
        rasa_port=find_free_port(),
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_nothing_stands_in_the_way_of_a_complete_set_up(settings: Settings, root: Path) -> None:
    assert preflight.find_problems(settings, root) == []


@pytest.mark.parametrize("setting", ["port", "rasa_port"])
def test_a_taken_port_is_named_with_the_setting_that_changes_it(
    settings: Settings, root: Path, taken_port: int, setting: str
) -> None:
    [problem] = preflight.find_problems(settings.model_copy(update={setting: taken_port}), root)
    assert f"Port {taken_port} is taken" in problem
    assert f"set {setting.upper()} in .env" in problem


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ModelState.NEEDS_TRAINING, "is missing or was made from other files"),
        (ModelState.DAMAGED, "is damaged: run `make train`"),
    ],
)
def test_a_model_that_cannot_be_used_says_how_to_get_one(
    settings: Settings, root: Path, monkeypatch: pytest.MonkeyPatch, state: ModelState, words: str
) -> None:
    monkeypatch.setattr(preflight.model_file, "check", lambda *_: state)
    [problem] = preflight.find_problems(settings, root)
    assert words in problem


def test_a_half_finished_set_up_is_sent_back_to_make_setup(settings: Settings, root: Path) -> None:
    shutil.rmtree(root / "rasa_runtime")
    shutil.rmtree(root / "bot")
    problems = preflight.find_problems(settings, root)
    assert len(problems) == 2
    assert all("run `make setup`" in problem for problem in problems)


def test_a_full_disk_stops_the_start_before_anything_is_lost(
    settings: Settings, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")(10**9, 10**9, 1024**2)
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _: usage)
    [problem] = preflight.find_problems(settings, root)
    assert problem.startswith("The disk is full (1 MB free)")


def test_a_policy_that_cannot_be_meant_stops_the_start_with_its_line(settings: Settings, root: Path) -> None:
    policy = root / "policy.yml"
    policy.write_text(policy.read_text().replace("kind: pause", "kind: discount"))
    line = policy.read_text().splitlines().index("    every: {kind: discount, months: 3, days: 14}") + 1
    [problem] = preflight.find_problems(settings, root)
    assert f"policy.yml line {line}, save_offers.no_longer_needed.every.kind: 'discount' is not allowed" in problem
