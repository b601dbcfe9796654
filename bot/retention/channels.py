"""Names the ways to reach a person.

It must not know how a message travels.
"""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """A way to reach a person."""

    WEB = "web"
    TELEGRAM = "telegram"
    EMAIL = "email"
    PHONE = "phone"
