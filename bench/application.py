"""The application as it is, but for its rate limits: the bench is one address with more customers than any has.

It takes its settings from the environment, like the application itself.
"""

from __future__ import annotations

from bot.application import serve
from bot.channels.web.limits import RateLimits
from bot.settings import Settings

_NEVER_REACHED = "1000000/second"

if __name__ == "__main__":
    serve(
        Settings.load(env_file=None),
        RateLimits(
            conversations_per_address=_NEVER_REACHED,
            messages_per_conversation=_NEVER_REACHED,
            messages_per_address=_NEVER_REACHED,
            streams_per_address=_NEVER_REACHED,
        ),
    )
