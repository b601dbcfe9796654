"""An operator trains classifiers one after the other, and takes an earlier one back."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.errors import FarewellError
from bot.reasons.artefact import OutputOccupied, read_meta, write_artefact
from bot.reasons.classifier import ReasonClassifier
from bot.reasons.commands import app
from bot.reasons.versions import (
    KEPT,
    VersionUnknown,
    find_current,
    find_version,
    list_versions,
    prepare_version,
    put_back,
    put_in_place,
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "models" / "reasons"


def train(place: Path, content: str, day: int = 1) -> str:
    """Put a classifier in place that holds `content`; return its version."""

    def write_files(directory: Path) -> None:
        (directory / "weights").write_text(content)

    with prepare_version(place) as fresh:
        at = f"2026-05-{day:02}T12:00:00+00:00"
        write_artefact(fresh, write_files, trained_at=at, encoder="e", data={"verbatims": day}, metrics={})
        return put_in_place(fresh, place).version


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def names(place: Path) -> list[str]:
    return [version.meta.version for version in list_versions(place)]


def test_a_new_classifier_takes_the_place_of_the_old_one_which_is_kept(place: Path) -> None:
    versions = [train(place, content, day) for day, content in enumerate(("first", "second", "third"), start=1)]
    assert read_meta(place).version == versions[2]
    assert names(place) == versions[::-1]
    assert [version.is_current for version in list_versions(place)] == [True, False, False]
    assert sorted(path.name for path in place.parent.iterdir()) == ["reasons", "reasons.versions"]


def test_the_last_five_are_kept_and_the_one_in_place_whatever_its_age(place: Path) -> None:
    oldest = train(place, "oldest", 1)
    versions = [train(place, f"number {day}", day) for day in range(2, 2 + KEPT)]
    assert names(place) == versions[::-1]
    put_back(find_version(place, versions[0]), place)
    newest = train(place, "newest", 20)
    assert names(place) == [newest, *versions[:0:-1]]
    assert oldest not in names(place)


def test_taking_a_version_back_goes_back_one_by_one_and_says_when_there_is_none(place: Path) -> None:
    first, second, third = (train(place, content, day) for day, content in enumerate("abc", start=1))
    for earlier in (second, first):
        put_back(find_version(place, None), place)
        assert read_meta(place).version == earlier
    with pytest.raises(VersionUnknown, match="no version before the one in place"):
        find_version(place, None)
    put_back(find_version(place, third), place)
    assert read_meta(place).version == third


def test_a_version_that_is_not_there_is_answered_with_those_that_are(place: Path) -> None:
    version = train(place, "only")
    with pytest.raises(VersionUnknown, match=f"no version 0123. The versions kept: {version}"):
        find_version(place, "0123")


def test_a_version_put_back_is_newer_than_its_sources_so_that_make_lets_it_be(place: Path) -> None:
    first = train(place, "first", 1)
    for meta in (place / "meta.json", place.resolve() / "meta.json"):
        os.utime(meta, (0, 0))
    train(place, "second", 2)
    put_back(find_version(place, first), place)
    assert (place / "meta.json").stat().st_mtime > 1_000_000_000


def test_the_same_training_again_is_the_same_version_with_what_is_newly_known(place: Path) -> None:
    version = train(place, "same", 1)
    (place / "weights").write_text("damaged since")
    assert find_current(place) is None
    assert train(place, "same", 2) == version
    assert [it.meta.data["verbatims"] for it in list_versions(place)] == [2]
    assert (place / "weights").read_text() == "same"


def test_after_damage_the_newest_whole_version_can_be_put_back(place: Path) -> None:
    first, second = train(place, "first", 1), train(place, "second", 2)
    (place / "weights").write_text("damaged")
    assert find_version(place, None).meta.version == first
    put_back(find_version(place, None), place)
    assert read_meta(place).version == first
    assert second not in names(place)


def test_a_classifier_that_lies_at_its_place_itself_becomes_a_version(place: Path) -> None:
    first = train(place, "first", 1)
    kept = place.resolve()
    place.unlink()
    kept.rename(place)
    assert names(place) == [first]
    second = train(place, "second", 2)
    assert names(place) == [second, first]
    put_back(find_version(place, None), place)
    assert read_meta(place).version == first


def test_a_damaged_classifier_at_its_place_makes_way(place: Path) -> None:
    place.mkdir(parents=True)
    (place / "meta.json").write_text("{")
    version = train(place, "new")
    assert names(place) == [version]


def test_training_that_fails_leaves_the_classifier_before_as_it_was(place: Path) -> None:
    version = train(place, "first")

    def fail(directory: Path) -> None:
        (directory / "weights").write_text("half")
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"), prepare_version(place) as fresh:
        write_artefact(fresh, fail, trained_at="now", encoder="e", data={}, metrics={})
    assert read_meta(place).version == version
    assert [path.name for path in (place.parent / "reasons.versions").iterdir()] == [version]


def test_somebody_elses_directory_is_not_moved_away(tmp_path: Path) -> None:
    directory = tmp_path / "photos"
    directory.mkdir()
    (directory / "holiday.jpg").write_text("sun")
    with pytest.raises(OutputOccupied, match="another directory"):
        train(directory, "new")
    assert (directory / "holiday.jpg").read_text() == "sun"
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]


def test_an_operator_lists_versions_and_puts_one_back(trained: Path, place: Path) -> None:
    place.parent.mkdir()
    shutil.copytree(trained, place)
    really_trained = read_meta(trained).version
    other = train(place, "of another release", 30)
    listed = json.loads(run("versions", "--model", str(place), "--json").stdout)
    assert {it["version"]: it["in_place"] for it in listed} == {really_trained: False, other: True}
    done = run("rollback", really_trained, "--model", str(place))
    assert done.exit_code == 0
    assert f"Version {really_trained}" in done.stdout
    assert "until it is started anew" in done.stdout
    assert ReasonClassifier.load(place).version == really_trained
    again = run("rollback", really_trained, "--model", str(place))
    assert again.stdout == f"Version {really_trained} is in place already.\n"
    table = run("versions", "--model", str(place)).stdout
    assert re.search(rf"{really_trained} \*.* 0\.\d{{3}}", table)
    assert other in table


def test_a_version_of_another_release_is_refused_and_the_one_in_place_stays(trained: Path, place: Path) -> None:
    place.parent.mkdir()
    other = train(place, "of another release", 1)
    with prepare_version(place) as fresh:
        shutil.copytree(trained, fresh, dirs_exist_ok=True)
        version = put_in_place(fresh, place).version
    refused = run("rollback", other, "--model", str(place))
    assert isinstance(refused.exception, FarewellError)
    assert "another release" in str(refused.exception)
    assert read_meta(place).version == version


def test_before_the_first_training_there_is_nothing_to_list(place: Path) -> None:
    assert "run `make train`" in run("versions", "--model", str(place)).stdout
    assert isinstance(run("rollback", "--model", str(place)).exception, VersionUnknown)
