"""The clock, handed to whoever needs the time, so that tests and simulations can set it. It knows UTC only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment as an aware UTC datetime."""


def utc_now() -> datetime:
    """Return the present moment of this machine, in UTC."""
    return datetime.now(UTC)
