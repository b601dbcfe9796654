"""Keeps a trained classifier on disk, whole and unchanged; it must not know what the numbers mean."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.errors import FarewellError

MODEL_DIRECTORY = Path("models/reasons")
META = "meta.json"
REMEDY = "Run `make train` to make a new one."


class ClassifierMissing(FarewellError):
    """The reason classifier has not been trained yet: run `make train`."""


class ClassifierDamaged(FarewellError):
    """The reason classifier's files are not the ones that training wrote: run `make train` to make a new one."""


class OutputOccupied(FarewellError):
    """The output directory holds something else; name a new one."""


@dataclass(frozen=True)
class Meta:
    """Where a trained classifier comes from, and how good it was."""

    version: str
    """Twelve hexadecimal digits that change with any of its files."""
    trained_at: str
    """When, as ISO 8601 in UTC."""
    encoder: str
    """The version of the sentence encoder it was trained with, without which its numbers mean nothing."""
    data: dict[str, Any]
    """The SHA-256 of the verbatims and how many there were; likewise, as `corrections`, of staff's."""
    metrics: dict[str, Any]
    """`calibration`: on the verbatims its thresholds come from, each part judged by thresholds of the others;
    `development`: on verbatims it has never seen, if there were any."""
    files: dict[str, str]
    """SHA-256 by file name."""

    @property
    def corrections(self) -> int:
        """How many corrections by staff it has learnt from."""
        return int(self.data.get("corrections", {}).get("count", 0))


def require_ours(directory: Path) -> None:
    """Raise `OutputOccupied` where `directory` exists and holds no classifier, so that it is somebody else's."""
    ours = not directory.exists() or (
        directory.is_dir() and ((directory / META).exists() or not any(directory.iterdir()))
    )
    if not ours:
        raise OutputOccupied(f"{directory} holds something that is no classifier; name another directory.")


def write_artefact(
    directory: Path,
    write_files: Callable[[Path], None],
    *,
    trained_at: str,
    encoder: str,
    data: dict[str, Any],
    metrics: dict[str, Any],
) -> Meta:
    """Write a classifier into the new directory `directory`, and last what is known of it."""
    write_files(directory)
    files = {path.name: _sha256(path.read_bytes()) for path in sorted(directory.iterdir())}
    meta = Meta(_version(files, encoder), trained_at, encoder, data, metrics, files)
    write_meta(directory, meta)
    return meta


def write_meta(directory: Path, meta: Meta) -> None:
    """Write down what is known of the classifier in `directory`, in place of what was known before."""
    fresh = directory / f".{META}.tmp"
    fresh.write_text(json.dumps(asdict(meta), indent=2) + "\n", encoding="utf-8")
    fresh.replace(directory / META)


def read_meta(directory: Path) -> Meta:
    """Return what is known of a trained classifier after checking every file's SHA-256.

    Raises:
        ClassifierMissing: nothing was trained into `directory`.
        ClassifierDamaged: a file is missing, changed or unreadable.
    """
    try:
        meta = Meta(**json.loads((directory / META).read_text(encoding="utf-8")))
        for name, sha256 in meta.files.items():
            if _sha256((directory / name).read_bytes()) != sha256:
                raise ClassifierDamaged(f"{directory / name} is not the file that training wrote. {REMEDY}")
    except (FileNotFoundError, NotADirectoryError) as error:
        if not (directory / META).exists():
            raise ClassifierMissing(f"There is no reason classifier in {directory} yet: run `make train`.") from error
        raise ClassifierDamaged(f"{error.filename} is missing. {REMEDY}") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ClassifierDamaged(f"The reason classifier in {directory} cannot be read ({error}). {REMEDY}") from error
    if meta.version != _version(meta.files, meta.encoder):
        raise ClassifierDamaged(f"{directory / META} was changed after training. {REMEDY}")
    return meta


def _version(files: dict[str, str], encoder: str) -> str:
    return _sha256(json.dumps([files, encoder], sort_keys=True).encode())[:12]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
