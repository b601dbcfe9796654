"""Keeps the last trained classifiers and says which one is in place; it must not know what is in them.

`models/reasons.versions/` holds each under its version, and `models/reasons` points to the one in use. So another one
takes its place in a single step: nobody ever finds half of one, or none.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.errors import FarewellError
from bot.reasons.artefact import META, ClassifierDamaged, ClassifierMissing, Meta, read_meta, require_ours

KEPT = 5


class VersionUnknown(FarewellError):
    """There is no such version of the classifier."""


@dataclass(frozen=True)
class Version:
    """One trained classifier and where it lies."""

    meta: Meta
    directory: Path
    is_current: bool


@contextmanager
def prepare_version(directory: Path) -> Iterator[Path]:
    """Yield an empty directory for a classifier that may take its place at `directory`; else it is gone afterwards.

    Raises:
        OutputOccupied: `directory` is not ours to replace.
    """
    require_ours(directory)
    fresh = _shelf(directory) / f".{os.getpid()}.tmp"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def put_in_place(fresh: Path, directory: Path) -> Meta:
    """Make the classifier written into `fresh` the one at `directory`. The last ones are kept, older ones are not."""
    meta = read_meta(fresh)
    _take_to_the_shelf(directory)
    kept = _shelf(directory) / meta.version
    if kept.exists():  # The same training gives the same files: what is known of them is new, and damage is repaired.
        for name in (*meta.files, META):
            (fresh / name).replace(kept / name)
    else:
        fresh.rename(kept)
    _point(directory, kept)
    _forget_the_oldest(directory)
    return meta


def list_versions(directory: Path) -> list[Version]:
    """Return the classifiers that are there and whole, the one trained last first."""
    shelf = _shelf(directory)
    places = [path for path in shelf.iterdir() if not path.name.startswith(".")] if shelf.is_dir() else []
    if directory.is_dir() and not directory.is_symlink():
        places.append(directory)
    current = directory.resolve()
    versions = [Version(meta, path, path.resolve() == current) for path in places if (meta := _read(path)) is not None]
    return sorted(versions, key=lambda version: version.meta.trained_at, reverse=True)


def find_current(directory: Path) -> Version | None:
    """Return the classifier that is in place, or None where there is none or it is damaged."""
    return next((version for version in list_versions(directory) if version.is_current), None)


def find_version(directory: Path, name: str | None) -> Version:
    """Return the version with this name; without one, the one trained before the one in place.

    Raises:
        VersionUnknown: there is none; the message says which there are.
    """
    versions = list_versions(directory)
    current = next((place for place, version in enumerate(versions) if version.is_current), None)
    if name is None:
        earlier = versions if current is None else versions[current + 1 :]
    else:
        earlier = [version for version in versions if version.meta.version == name]
    if earlier:
        return earlier[0]
    there = ", ".join(version.meta.version for version in versions) or "none"
    wanted = f"no version {name}" if name else "no version before the one in place"
    raise VersionUnknown(f"There is {wanted}. The versions kept: {there}.")


def put_back(version: Version, directory: Path) -> None:
    """Make a version that was kept the one at `directory`."""
    if not version.is_current:
        _take_to_the_shelf(directory)
        _point(directory, version.directory)


def _shelf(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}.versions")


def _point(directory: Path, kept: Path) -> None:
    # make trains anew what is older than its sources, and must not undo what somebody has chosen.
    os.utime(kept / META)
    link = directory.with_name(f".{directory.name}.{os.getpid()}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(kept.relative_to(directory.parent))
    link.replace(directory)


def _take_to_the_shelf(directory: Path) -> None:
    """Make way for the pointer where the classifier itself lies at `directory`; a damaged one is not kept."""
    if directory.is_symlink() or not directory.exists():
        return
    meta = _read(directory)
    if meta is None or (_shelf(directory) / meta.version).exists():
        shutil.rmtree(directory)
    else:
        _shelf(directory).mkdir(exist_ok=True)
        directory.rename(_shelf(directory) / meta.version)


def _forget_the_oldest(directory: Path) -> None:
    others = [version for version in list_versions(directory) if not version.is_current]
    for version in others[KEPT - 1 :]:
        shutil.rmtree(version.directory, ignore_errors=True)


def _read(directory: Path) -> Meta | None:
    try:
        return read_meta(directory)
    except (ClassifierDamaged, ClassifierMissing):
        return None
