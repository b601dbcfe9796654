"""The errors that end a turn with nothing saved.

They must not be `Exception`s: Rasa catches every `Exception` in an action or a tracker store, says a word in its log,
and goes on to save half a turn or an empty memory. A `BaseException` passes through to the gateway channel, which
answers that the turn was not made.
"""

from __future__ import annotations


class TurnAborted(BaseException):
    """The turn was not made and nothing of it was saved."""

    #: What the gateway is told.
    answer = "turn failed"
    #: Whether the same turn may succeed when it is made again later.
    passing = False


class ActionsUnavailable(TurnAborted):
    """The action server did not answer."""

    answer = "actions unavailable"
    passing = True


class ActionFailed(TurnAborted):
    """The action server answered that an action failed, or answered something that is no answer."""


class MemoryFailed(TurnAborted):
    """Working memory could not be read or written."""

    answer = "memory unavailable"
    passing = True
