"""Where trained models and measured times are kept between runs, each under the hash of all it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from bench.processes import ROOT

KEPT = ROOT / "var/understanding"


def hash_contents(contents: Iterable[bytes | str]) -> str:
    """Return sixteen hexadecimal digits that change with any of the contents or their order."""
    total = hashlib.sha256()
    for content in contents:
        encoded = content.encode() if isinstance(content, str) else content
        total.update(len(encoded).to_bytes(8, "big") + encoded)
    return total.hexdigest()[:16]


def hash_files(files: Iterable[Path]) -> str:
    """Return sixteen hexadecimal digits that change with any of the files, names and contents; none need be there."""
    there = [file for file in files if file.is_file()]
    return hash_contents(part for file in sorted(there) for part in (file.name, file.read_bytes()))
