"""Why a message or a visitor is turned away. Each refusal has a code for programs.

The sentences that people read are copy: `data/responses/gateway.yml` has one for each code.
"""

from __future__ import annotations

from typing import ClassVar

from bot.errors import FarewellError


class Refusal(FarewellError):
    """What was sent cannot be accepted."""

    code: ClassVar[str] = "malformed"


class Empty(Refusal):
    """Nothing was written."""

    code = "empty"


class TooLong(Refusal):
    """The message is longer than a message may be."""

    code = "too_long"


class StaleButton(Refusal):
    """The button is not, or no longer, one of the answers on offer in this conversation."""

    code = "stale_button"


class UnknownConversation(Refusal):
    """The token opens no conversation, or not this one."""

    code = "unknown_conversation"


class ForeignOrigin(Refusal):
    """The page that asks is on a site that may not embed the widget."""

    code = "foreign_origin"


class TooFast(Refusal):
    """Too much was sent in too short a time. `retry_after` is in seconds."""

    code = "too_fast"

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after
