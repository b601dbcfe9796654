"""What became of a record that was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """Taken: something was new or changed. Unchanged: we knew it all."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Outcome:
    """What became of one record. `said` is why it was rejected, or what is to be known of one that was not."""

    result: Result
    said: str | None = None
