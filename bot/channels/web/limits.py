"""How much may be sent in how short a time, per address and per conversation.

The counts are kept in this process's memory: they protect it, they are no record.
"""

from __future__ import annotations

import ipaddress
import math
import time
from dataclasses import dataclass

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.conversations.refusals import TooFast


@dataclass(frozen=True)
class RateLimits:
    """The limits, each several numbers per time. An address may be a whole office or school."""

    conversations_per_address: str = "120/minute;1000/hour"
    messages_per_conversation: str = "60/minute;600/hour"
    messages_per_address: str = "1200/minute"
    streams_per_address: str = "600/minute"
    links_per_address: str = "1200/minute"
    """Links of e-mails that are opened or pressed; the mail program's server presses for many people."""
    streams_at_once: int = 10
    """Open event streams of one conversation: browser tabs, and connections not yet known to be dead."""


class Gate:
    """Counts, and turns away what is too much."""

    def __init__(self, limits: RateLimits) -> None:
        self._counter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = {name: parse_many(value) for name, value in vars(limits).items() if isinstance(value, str)}

    def admit(self, limit: str, who: str) -> None:
        """Count one more for somebody under the limit of this name.

        Raises:
            TooFast: when that is too much; it says when to come back.
        """
        for item in self._limits[limit]:
            if not self._counter.hit(item, limit, who):
                reset_at = self._counter.get_window_stats(item, limit, who).reset_time
                raise TooFast(retry_after=max(1, math.ceil(reset_at - time.time())))


def name_address(host: str | None) -> str:
    """Return what an address counts as: an IPv6 network of 64 bits belongs to one household or server."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return host or "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
