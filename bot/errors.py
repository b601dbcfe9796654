"""Everything that can go wrong and has a sentence for the person who has to act on it.

A class's docstring is its default message. Nothing here logs or exits; entry points decide that.
"""

from __future__ import annotations


class FarewellError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__ or "")


class SettingsError(FarewellError):
    """A setting is missing or malformed: compare .env with .env.example."""


class NotFound(FarewellError):
    """There is no such thing."""


class ConversationNotFound(NotFound):
    """There is no such conversation."""


class DialogueUnavailable(FarewellError):
    """Rasa or the action server does not answer; the turn is made later."""
