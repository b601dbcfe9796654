"""Keeps the figures of outreach for a while: to reckon them all customers are read. It reckons nothing itself."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.console.services import Results

KEPT = timedelta(minutes=10)
MOST = 8
"""So many beginnings at most are kept at once."""


@dataclass(frozen=True)
class Figures:
    """The figures since a moment, as they stood at `at`."""

    results: Any
    at: datetime


class FigureShelf:
    """Hands out figures. Whoever asks while they are being reckoned waits for them."""

    def __init__(self, results: Results, clock: Clock) -> None:
        self._results = results
        self._clock = clock
        self._kept: dict[datetime | None, Figures] = {}
        self._lock = threading.Lock()

    def get(self, since: datetime | None) -> Figures:
        """Return the figures since then, or since the first touch: ten minutes old at most."""
        with self._lock:
            now = self._clock()
            self._kept = {key: one for key, one in self._kept.items() if now - one.at < KEPT}
            if since not in self._kept:
                if len(self._kept) >= MOST:
                    self._kept.pop(min(self._kept, key=lambda key: self._kept[key].at))
                self._kept[since] = Figures(self._results.reckon(since), now)
            return self._kept[since]
