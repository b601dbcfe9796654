"""An operator's first set-up makes `.env`, and no later one touches it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.start.env_file import SECRETS, write_env_file

EXAMPLE = Path(__file__).parents[3] / ".env.example"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def read_values(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_an_operator_gets_settings_that_are_complete_and_accepted(target: Path) -> None:
    assert write_env_file(EXAMPLE, target)
    assert Settings.load(target).company_name == "Bramble & Oak"


def test_only_the_owner_can_read_the_secrets(target: Path) -> None:
    write_env_file(EXAMPLE, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_two_installations_never_share_a_secret(tmp_path: Path) -> None:
    write_env_file(EXAMPLE, tmp_path / "one")
    write_env_file(EXAMPLE, tmp_path / "two")
    one, two = read_values(tmp_path / "one"), read_values(tmp_path / "two")
    assert all(one[name] != two[name] and len(one[name]) >= 12 for name in SECRETS)


def test_a_second_set_up_leaves_the_settings_alone(target: Path) -> None:
    target.write_text("SECRET_KEY=mine\n")
    assert not write_env_file(EXAMPLE, target)
    assert target.read_text() == "SECRET_KEY=mine\n"


def test_no_draft_is_left_behind(target: Path) -> None:
    write_env_file(EXAMPLE, target)
    write_env_file(EXAMPLE, target)
    assert [path.name for path in target.parent.iterdir()] == [".env"]
