"""Counts attempts to sign in, by address and by name, and says when it is too many. It knows no passwords."""

from __future__ import annotations

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.errors import FarewellError

BY_NAME = RateLimitItemPerMinute(10, 15)
BY_ADDRESS = RateLimitItemPerMinute(30, 15)


class TooManyAttempts(FarewellError):
    """Too many attempts to sign in."""

    def __init__(self, wait_seconds: int) -> None:
        self.wait_seconds = wait_seconds
        minutes = -(-wait_seconds // 60)
        super().__init__(f"Too many attempts. Wait {minutes} minute{'s' if minutes > 1 else ''} and try again.")


class Attempts:
    """Attempts of the last 15 minutes in this process: 10 for a name, 30 from an address."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, name: str, address: str) -> None:
        """Count an attempt before it is made, so that many at once cannot slip through.

        Raises:
            TooManyAttempts: when it must not be made.
        """
        for limit, key in ((BY_ADDRESS, f"address:{address}"), (BY_NAME, f"name:{name.casefold()}")):
            if not self._limiter.hit(limit, key):
                reset_at = self._limiter.get_window_stats(limit, key).reset_time
                raise TooManyAttempts(max(1, round(reset_at - time.time())))

    def forgive(self, name: str, address: str) -> None:
        """Forget the attempts that ended in a success."""
        self._limiter.clear(BY_NAME, f"name:{name.casefold()}")
        self._limiter.clear(BY_ADDRESS, f"address:{address}")
