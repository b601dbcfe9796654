"""The record of exit interviews: what was asked, answered and skipped, why people leave, and how it ended.

It must not say anything to anybody; it tells the dialogue where the interview stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.clock import Clock
from bot.conversations.consents import (
    CONSENT_WORDING,
    agree_by_email,
    knows_address,
    list_agreed_addresses,
    set_consent,
)
from bot.conversations.grants import is_offer_due, settle
from bot.conversations.trials import get_or_make
from bot.retention.anger import is_angry
from bot.retention.interview import Question, Standing
from bot.retention.leading import ReasonSource, Stated, choose_leading, choose_to_go_by, is_certain
from bot.retention.policy import Policy
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import (
    AnswerState,
    Channel,
    Conversation,
    EndedBy,
    ExitInterview,
    InterviewAnswer,
    Outcome,
    StatedReason,
)
from bot.storage.unit_of_work import Database, UnitOfWork

DISCLOSURE = "utter_exit_interview_disclosure"
"""The response with which the bot says who it is."""
SILENCE = timedelta(hours=24)
"""After so long without a word an interview counts as abandoned; so long, too, an end can be taken back by staying."""


class Classification(Protocol):
    """What a classifier finds in a text: the reasons, strongest first, and the probability of each."""

    @property
    def reasons(self) -> Sequence[Reason]: ...
    @property
    def scores(self) -> Mapping[Reason, float]: ...
    @property
    def version(self) -> str: ...


class Classifier(Protocol):
    """Finds the reasons for leaving in a text."""

    def classify(self, text: str) -> Classification: ...


class Stage(StrEnum):
    """Where a conversation's interview is in its life."""

    OPEN = "open"
    OVER = "over"
    ERASED = "erased"


@dataclass(frozen=True)
class Opening:
    """What the dialogue finds when it is about to interview somebody. `introduced`: the bot has said who it is."""

    stage: Stage
    standing: Standing = field(default_factory=Standing)
    introduced: bool = False


@dataclass(frozen=True)
class Closing:
    """What the farewell depends on. `address` is where they agreed to be written to; `answered`: they said anything;
    `angry`: in hard words; `saved`: they stay."""

    leading: Reason | None = None
    certain: bool = False
    address: str | None = None
    answered: bool = False
    angry: bool = False
    saved: bool = False


class InterviewService:
    """Keeps exit interviews. Every method is one transaction and does nothing the second time it is called."""

    def __init__(self, database: Database, classifier: Classifier, clock: Clock, policy: Policy | None = None) -> None:
        self._database = database
        self._classifier = classifier
        self._clock = clock
        self._policy = policy  # Without one nobody is offered anything.

    def begin(self, conversation_id: str) -> Opening:
        """Open the interview, or say where it stands if it was opened before.

        A conversation that nobody has started (`rasa shell`) is made, and marked as a trial.
        """
        with self._database.write() as work:
            conversation = get_or_make(work, conversation_id, self._clock())
            if conversation.erased_at is not None:
                return Opening(Stage.ERASED)
            interview = work.interviews.find(conversation_id) or _open(work, conversation, self._clock())
            _reopen(interview)
            stage = Stage.OPEN if interview.outcome is None else Stage.OVER
            introduced = work.conversations.find_last_response(conversation_id, DISCLOSURE) is not None
            opening = Opening(stage, self._describe(work, interview), introduced)
            work.commit()
            return opening

    def record_answer(
        self, conversation_id: str, question: Question, reading: Reading, text: str, message_id: int | None = None
    ) -> Standing:
        """Keep what was answered, in the customer's own words, or that it was skipped. The first answer stays.

        The words are those of the stored message where `message_id` names one; `text` may be shortened.
        """
        words, prior = self._look(conversation_id, question, text, message_id)
        if prior is None or question in prior.settled:
            return prior or Standing(frozenset(Question))
        found = self._classify(question, reading, words, prior)
        now = self._clock()
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            interview = work.interviews.find(conversation_id)
            if interview is None or conversation.erased_at is not None:
                return Standing(frozenset(Question))
            if question in _settled(interview):
                return self._describe(work, interview)
            known = work.conversations.find_message(conversation_id, message_id)
            source = _Source(words, known.id if known else None, now)
            _reopen(interview)
            work.interviews.add_answer(interview, _make_answer(question, reading, source))
            for stated in _make_reasons(reading, found, source):
                work.interviews.add_reason(interview, stated)
            interview.leading_reason = choose_leading(_state(interview))
            _note_consent(work, conversation, question, reading, interview, now)
            if question is Question.OFFER and settle(
                work, interview, conversation, accepted=reading.value == 1, now=now
            ):
                close(interview, Outcome.SAVED, EndedBy.OFFER_ACCEPTED, now)
            standing = self._describe(work, interview)
            work.commit()
            return standing

    def finish(self, conversation_id: str) -> Closing:
        """End the interview because every question is settled."""
        return self._end(conversation_id, Outcome.LEFT, EndedBy.FINISHED)

    def stop(self, conversation_id: str) -> None:
        """End the interview because the customer ends the conversation."""
        self._end(conversation_id, Outcome.SKIPPED, EndedBy.STOPPED)

    def skip(self, conversation_id: str) -> None:
        """End the interview because the customer pressed "Skip and cancel"."""
        self._end(conversation_id, Outcome.SKIPPED, EndedBy.SKIP_AND_CANCEL)

    def stay(self, conversation_id: str) -> bool:
        """Note that the customer stays; False when their interview ended so long ago that they have left already."""
        now = self._clock()
        with self._database.write() as work:
            interview = work.interviews.find(conversation_id)
            if interview is None:
                return False
            has_left = interview.outcome in (Outcome.LEFT, Outcome.SKIPPED)
            if has_left and interview.finished_at is not None and now - interview.finished_at > SILENCE:
                return False
            if interview.outcome is not Outcome.SAVED:
                close(interview, Outcome.SAVED, EndedBy.STAYED, now)
            work.commit()
        return True

    def abandon_silent(self) -> int:
        """Count open interviews in which nobody has said a word for a day as abandoned; return how many."""
        now = self._clock()
        with self._database.write() as work:
            silent = work.interviews.list_silent(now - SILENCE)
            for interview in silent:
                close(interview, Outcome.ABANDONED, EndedBy.SILENCE, now)
            work.commit()
        return len(silent)

    def _end(self, conversation_id: str, outcome: Outcome, ended_by: EndedBy) -> Closing:
        with self._database.write() as work:
            interview = work.interviews.find(conversation_id)
            if interview is None:
                return Closing()
            agreed = list_agreed_addresses(work, work.conversations.get(conversation_id))
            answered = any(answer.state is AnswerState.ANSWERED for answer in interview.answers)
            stated = _state(interview)
            closing = Closing(
                choose_to_go_by(stated),
                is_certain(stated),
                next(iter(agreed), None),
                answered,
                angry=any(is_angry(answer.text) for answer in interview.answers if answer.text),
                saved=interview.outcome is Outcome.SAVED,
            )
            if interview.outcome in (None, Outcome.ABANDONED):
                close(interview, outcome, ended_by, self._clock())
                work.commit()
            return closing

    def _describe(self, work: UnitOfWork, interview: ExitInterview) -> Standing:
        consent = next((answer for answer in interview.answers if answer.question == Question.CONSENT), None)
        conversation = work.conversations.get(interview.conversation_id) if interview.conversation_id else None
        return Standing(
            settled=_settled(interview),
            leading=choose_to_go_by(_state(interview)),
            certain=is_certain(_state(interview)),
            may_write=consent is not None and consent.value == 1,
            address_known=conversation is not None and knows_address(work, conversation, Channel.EMAIL),
            offer_due=is_offer_due(work, self._policy, interview, conversation, self._clock()),
            closed=interview.sensitive or interview.outcome is Outcome.SAVED,
        )

    def _look(
        self, conversation_id: str, question: Question, text: str, message_id: int | None
    ) -> tuple[str, Standing | None]:
        with self._database.read() as work:
            interview = work.interviews.find(conversation_id)
            message = work.conversations.find_message(conversation_id, message_id)
            return (message.text if message else text), (self._describe(work, interview) if interview else None)

    def _classify(self, question: Question, reading: Reading, words: str, prior: Standing) -> Classification | None:
        """Find reasons in the words, outside of any transaction: it takes a while."""
        is_why = question is Question.REASON or (
            question is Question.PROBE and prior.leading is Reason.OTHER_UNCLEAR  # "Something else": now they say what.
        )
        if not is_why or reading.skipped or not reading.words or reading.tapped is not None:
            return None
        return self._classifier.classify(words)


def close(interview: ExitInterview, outcome: Outcome, ended_by: EndedBy, now: datetime) -> None:
    """Write down how an interview ended."""
    interview.outcome, interview.ended_by, interview.finished_at = outcome, ended_by, now


@dataclass(frozen=True)
class _Source:
    """What an answer came from: the words, the stored message, the time."""

    words: str
    message_id: int | None
    at: datetime


def _open(work: UnitOfWork, conversation: Conversation, now: datetime) -> ExitInterview:
    interview = ExitInterview(
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        started_at=now,
        trial=conversation.trial,
    )
    work.interviews.add(interview)
    return interview


def _reopen(interview: ExitInterview) -> None:
    """Let somebody who comes back after a silence go on where they stopped."""
    if interview.outcome is Outcome.ABANDONED:
        interview.outcome = interview.ended_by = interview.finished_at = None


def _settled(interview: ExitInterview) -> frozenset[Question]:
    return frozenset(Question(answer.question) for answer in interview.answers)


def _make_answer(question: Question, reading: Reading, source: _Source) -> InterviewAnswer:
    return InterviewAnswer(
        question=question,
        state=AnswerState.SKIPPED if reading.skipped else AnswerState.ANSWERED,
        # An address belongs to the contact points alone, so that it is in one place when it has to go.
        text=None if question is Question.EMAIL or reading.address else source.words,
        value=reading.value,
        message_id=source.message_id,
        answered_at=source.at,
    )


def _make_reasons(reading: Reading, found: Classification | None, source: _Source) -> list[StatedReason]:
    if reading.tapped is not None:
        return [_make_reason(reading.tapped, ReasonSource.TAPPED, 1.0, None, source)]
    if found is None:
        return []
    return [
        _make_reason(label, ReasonSource.INFERRED, found.scores[label], found.version, source)
        for label in found.reasons
    ]


def _make_reason(
    label: Reason, origin: ReasonSource, score: float, version: str | None, source: _Source
) -> StatedReason:
    return StatedReason(
        label=label,
        source=origin,
        score=score,
        classifier_version=version,
        words=source.words,
        message_id=source.message_id,
        stated_at=source.at,
    )


def _state(interview: ExitInterview) -> list[Stated]:
    return [Stated(reason.label, reason.source, reason.score) for reason in interview.reasons]


def _note_consent(
    work: UnitOfWork,
    conversation: Conversation,
    question: Question,
    reading: Reading,
    interview: ExitInterview,
    now: datetime,
) -> None:
    asked = work.conversations.find_last_response(conversation.id, CONSENT_WORDING)
    wording = asked.text if asked else None
    if question is Question.CONSENT and not reading.skipped:
        set_consent(work, conversation, Channel.EMAIL, reading.value == 1, wording, now)
    if reading.address is not None:
        agreed_at = next((a.answered_at for a in interview.answers if a.question == Question.CONSENT), now)
        agree_by_email(work, conversation, interview, reading.address, wording, agreed_at)
