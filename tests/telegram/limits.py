"""How fast a bot may write: about thirty messages a second over all, one a second to a chat.

It refuses nothing by itself: it says how long to wait, and remembers who did not.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

A_SECOND = 30
A_SECOND_AND_CHAT = 1.0
# "We may allow short bursts that go over this limit."
BURST = 3


@dataclass(frozen=True)
class Violation:
    """A message that came too soon; `at` is time.monotonic() in seconds."""

    at: float
    chat_id: int
    rule: str


class RateLimits:
    """Counts what was let through; every time is time.monotonic() in seconds."""

    def __init__(self, *, enforced: bool) -> None:
        self.enforced = enforced
        self.violations: list[Violation] = []
        self._recent: deque[float] = deque()
        self._allowances: dict[int, tuple[float, float]] = {}

    def admit(self, chat_id: int, now: float) -> int | None:
        """Count a message, or return the whole seconds it has to wait if the limits are enforced."""
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        allowance = self._count_allowance(chat_id, now)
        wait = None
        if len(self._recent) >= A_SECOND:
            self.violations.append(Violation(now, chat_id, f"more than {A_SECOND} messages within a second"))
            wait = 1
        if allowance < 1:
            self.violations.append(Violation(now, chat_id, "more than a message a second to one chat"))
            wait = max(1, math.ceil((1 - allowance) / A_SECOND_AND_CHAT))
        if wait is None or not self.enforced:
            self._recent.append(now)
            self._allowances[chat_id] = (now, max(0.0, allowance - 1))
            return None
        return wait

    def _count_allowance(self, chat_id: int, now: float) -> float:
        at, left = self._allowances.get(chat_id, (now, float(BURST)))
        return min(float(BURST), left + (now - at) * A_SECOND_AND_CHAT)
