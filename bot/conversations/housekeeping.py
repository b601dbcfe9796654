"""What has to happen in conversations without anybody doing anything: silence ends interviews, old tokens go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog

log = structlog.get_logger()

EVERY_SECONDS = 300

Chore = Callable[[], object]


async def keep_house(chores: Iterable[Chore]) -> None:
    """Do all chores now and every few minutes, until cancelled. One that fails is done the next time."""
    chores = list(chores)
    while True:
        for chore in chores:
            await _do(chore)
        await asyncio.sleep(EVERY_SECONDS)


async def _do(chore: Chore) -> None:
    try:
        await asyncio.to_thread(chore)
    except Exception:  # The database may be away for a moment; there is a next time.
        log.exception("housekeeping.failed", chore=getattr(chore, "__name__", "unknown"))
