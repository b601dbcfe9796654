"""Which question of the exit interview comes next.

It must not know how a question is worded, nor what an answer says; it only knows what is settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.retention.reasons import Reason


class Question(StrEnum):
    """A question of the exit interview, in the order they are put. Values name slots and are stored."""

    REASON = "reason"
    PROBE = "probe"
    KEPT = "kept"
    LIKELIHOOD = "likelihood"
    OFFER = "offer"
    CONSENT = "consent"
    EMAIL = "email"

    @property
    def is_open(self) -> bool:
        """Whether any words are an answer to it."""
        return self in (Question.REASON, Question.PROBE, Question.KEPT)


@dataclass(frozen=True)
class Standing:
    """Where an interview stands. `settled` questions were answered or skipped and are never put again.

    `leading` is None where the person did not want to say why they leave; `certain` says whether it is beyond doubt.
    `guesses` are the two likeliest reasons where it is in doubt, between which the person is asked to choose.
    `offer_due`: policy has something for them. `closed`: nothing more is asked, whatever is still open, because of what
    they have told us (an illness, a bereavement) or because they stay.
    """

    settled: frozenset[Question] = frozenset()
    leading: Reason | None = None
    certain: bool = False
    may_write: bool = False
    address_known: bool = False
    guesses: tuple[Reason, Reason] | None = None
    offer_due: bool = False
    closed: bool = False


def list_questions(standing: Standing) -> tuple[Question, ...]:
    """Return the questions of this interview as far as it can be told now, settled ones included."""
    if standing.closed:
        return ()
    applies = {
        # Where no reason was given there is nothing to ask further about.
        Question.PROBE: Question.REASON not in standing.settled or standing.leading is not None,
        Question.OFFER: standing.offer_due,
        Question.EMAIL: standing.may_write and not standing.address_known,
    }
    return tuple(question for question in Question if applies.get(question, True))


def next_question(standing: Standing) -> Question | None:
    """Return the question to put now, or None when the interview is over."""
    return next((question for question in list_questions(standing) if question not in standing.settled), None)


class Wording(StrEnum):
    """Which of its wordings a question is put in; none is used twice for the same question."""

    FIRST = ""
    AGAIN = "_again"
    ONCE_MORE = "_once_more"


def choose_wording(times_asked: int, *, wanted: bool) -> Wording | None:
    """Return how to put a question that was put `times_asked` times already.

    None is silence: the question has been heard three times. A person who asks to hear it (`wanted`) always does.
    """
    wordings = tuple(Wording)
    if times_asked < len(wordings):
        return wordings[times_asked]
    return Wording.AGAIN if wanted else None
