"""The one save offer of an interview: putting it in writing.

It must not decide who gets one, nor what is in it.
"""

from __future__ import annotations

from actions.exit_interview import AskQuestion
from bot.retention.interview import Question


class AskOffer(AskQuestion):
    """Would you like this?"""

    question = Question.OFFER
