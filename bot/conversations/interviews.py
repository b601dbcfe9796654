"""The record of exit interviews: what was asked, answered and skipped, why people leave, and how it ended.

It must not say anything to anybody; it tells the dialogue where the interview stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.clock import Clock
from bot.conversations.answers import (
    Source,
    find_agreed,
    find_answer,
    find_consent_channel,
    list_settled,
    list_stated,
    write_answer,
)
from bot.conversations.consents import knows_address
from bot.conversations.facts import FactFinder, read_facts, write_facts
from bot.conversations.grants import is_offer_due, settle
from bot.conversations.news import tell_outcome
from bot.conversations.trials import get_or_make
from bot.conversations.understanding import Classifier, understand
from bot.retention.anger import is_angry
from bot.retention.interview import Question, Standing
from bot.retention.leading import choose_to_go_by, is_certain
from bot.retention.policy import Policy
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import AnswerState, Channel, Conversation, EndedBy, ExitInterview, Outcome
from bot.storage.unit_of_work import Database, UnitOfWork

DISCLOSURE = "utter_exit_interview_disclosure"
"""The response with which the bot says who it is."""
BEFORE_THE_OFFER = frozenset({Question.REASON, Question.KEPT, Question.LIKELIHOOD})
SILENCE = timedelta(hours=24)
"""After so long without a word an interview counts as abandoned; so long, too, an end can be taken back by staying."""


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
    """What the farewell depends on. `address` is where they have agreed to be written to, `in_chat` says that it is the
    chat itself; `answered`: they said anything; `angry`: in hard words; `saved`: they stay."""

    leading: Reason | None = None
    certain: bool = False
    address: str | None = None
    in_chat: bool = False
    answered: bool = False
    angry: bool = False
    saved: bool = False


class Reader(Classifier, FactFinder, Protocol):
    """Reads an answer: the reasons in it, and what it names."""


class InterviewService:
    """Keeps exit interviews. Every method is one transaction and does nothing the second time it is called."""

    def __init__(
        self,
        database: Database,
        classifier: Reader,
        clock: Clock,
        policy: Policy | None = None,
        company_name: str = "",
    ) -> None:
        self._database = database
        self._company_name = company_name
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
            said = work.conversations.find_last_response(conversation_id, DISCLOSURE)
            introduced = said is not None or work.touches.find_last_in(conversation_id) is not None
            opening = Opening(stage, self._describe(work, interview), introduced)
            work.commit()
            return opening

    def exists(self, conversation_id: str) -> bool:
        """Tell whether an interview was opened in this conversation."""
        with self._database.read() as work:
            return work.interviews.find(conversation_id) is not None

    def record_answer(
        self,
        conversation_id: str,
        question: Question,
        reading: Reading,
        text: str,
        message_id: int | None = None,
        *,
        part: str | None = None,
        replacing: bool = False,
    ) -> Standing:
        """Keep what was answered, in the customer's own words, or that it was skipped. The first answer stays, unless
        it is taken back (`replacing`): then nothing of it is kept but the message itself.

        The words are those of the stored message where `message_id` names one; `text` may be shortened. Where only a
        `part` of the message answers the question, that part is kept.
        """
        words, prior = self._look(conversation_id, text, message_id)
        if prior is None or (question in prior.settled and not replacing):
            return prior or Standing(frozenset(Question))
        words = part or words
        understood = understand(self._classifier, question, reading, words, prior)
        facts = read_facts(self._classifier, question, reading, words, prior.leading, self._company_name)
        now = self._clock()
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            interview = work.interviews.find(conversation_id)
            if interview is None or conversation.erased_at is not None:
                return Standing(frozenset(Question))
            known = work.conversations.find_message(conversation_id, message_id)
            source = Source(words, known.id if known else None, now, volunteered=part is not None and not replacing)
            if _stays(interview, question, source, replacing=replacing):
                return self._describe(work, interview)
            _reopen(interview)
            write_answer(work, interview, conversation, question, reading, understood, source)
            if facts or replacing:
                write_facts(work, interview, question, facts)
            if question is Question.OFFER and settle(
                work, interview, conversation, accepted=reading.value == 1, now=now
            ):
                close(work, interview, Outcome.SAVED, EndedBy.OFFER_ACCEPTED, now)
            standing = self._describe(work, interview)
            work.commit()
            return standing

    def is_in_chat(self, conversation_id: str) -> bool:
        """Tell whether the conversation goes on in a chat of the customer's own, where we can write to them later."""
        with self._database.read() as work:
            conversation = work.conversations.find(conversation_id)
            return conversation is not None and conversation.channel is Channel.TELEGRAM

    def note_trouble(self, conversation_id: str) -> None:
        """Note that something hard has happened to this person, so that nobody troubles them."""
        with self._database.write() as work:
            interview = work.interviews.find(conversation_id)
            if interview is not None and not interview.sensitive:
                interview.sensitive = True
                work.touches.look_again([interview.customer_id], self._clock())
                work.commit()

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
                close(work, interview, Outcome.SAVED, EndedBy.STAYED, now)
            work.commit()
        return True

    def abandon_silent(self) -> int:
        """Count open interviews in which nobody has said a word for a day as abandoned; return how many."""
        now = self._clock()
        with self._database.write() as work:
            silent = work.interviews.list_silent(now - SILENCE)
            for interview in silent:
                close(work, interview, Outcome.ABANDONED, EndedBy.SILENCE, now)
            work.commit()
        return len(silent)

    def _end(self, conversation_id: str, outcome: Outcome, ended_by: EndedBy) -> Closing:
        with self._database.write() as work:
            interview = work.interviews.find(conversation_id)
            if interview is None:
                return Closing()
            agreed = find_agreed(work, interview, work.conversations.get(conversation_id))
            in_chat = agreed is not None and agreed.channel is Channel.TELEGRAM
            answered = any(answer.state is AnswerState.ANSWERED for answer in interview.answers)
            stated = list_stated(interview)
            closing = Closing(
                choose_to_go_by(stated),
                is_certain(stated),
                agreed.address if agreed is not None and not in_chat else None,
                in_chat,
                answered,
                angry=any(is_angry(answer.text) for answer in interview.answers if answer.text),
                saved=interview.outcome is Outcome.SAVED,
            )
            if interview.outcome in (None, Outcome.ABANDONED):
                gently = interview.sensitive and ended_by is EndedBy.FINISHED
                close(work, interview, outcome, EndedBy.SENSITIVE if gently else ended_by, self._clock())
                work.commit()
            return closing

    def _describe(self, work: UnitOfWork, interview: ExitInterview) -> Standing:
        consent = find_answer(interview, Question.CONSENT)
        conversation = work.conversations.get(interview.conversation_id) if interview.conversation_id else None
        settled, stated = list_settled(interview), list_stated(interview)
        guesses = [Reason(guess) for guess in interview.guesses or ()]
        return Standing(
            settled=settled,
            leading=choose_to_go_by(stated),
            certain=is_certain(stated),
            may_write=consent is not None and consent.value == 1,
            address_known=conversation is not None
            and knows_address(work, conversation, find_consent_channel(work, interview, conversation)),
            guesses=(guesses[0], guesses[1]) if guesses and Question.PROBE not in settled else None,
            # Before its turn has come nobody has to know, and every answer would pay for it.
            offer_due=settled >= BEFORE_THE_OFFER
            and is_offer_due(work, self._policy, interview, conversation, self._clock()),
            closed=interview.sensitive or interview.outcome is Outcome.SAVED,
        )

    def _look(self, conversation_id: str, text: str, message_id: int | None) -> tuple[str, Standing | None]:
        with self._database.read() as work:
            interview = work.interviews.find(conversation_id)
            message = work.conversations.find_message(conversation_id, message_id)
            return (message.text if message else text), (self._describe(work, interview) if interview else None)


def close(work: UnitOfWork, interview: ExitInterview, outcome: Outcome, ended_by: EndedBy, now: datetime) -> None:
    """Write down how an interview ended, that the company's own system is to be told, and that it is to be seen whom
    to write to."""
    interview.outcome, interview.ended_by, interview.finished_at = outcome, ended_by, now
    if not interview.trial:
        work.touches.look_again([interview.customer_id], now)
    tell_outcome(work, interview, now)


def _open(work: UnitOfWork, conversation: Conversation, now: datetime) -> ExitInterview:
    interview = ExitInterview(
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        started_at=now,
        trial=conversation.trial,
        told=[Question.CONSENT.value] if _has_decided(work, conversation) else None,
    )
    work.interviews.add(interview)
    return interview


def _has_decided(work: UnitOfWork, conversation: Conversation) -> bool:
    """Tell whether it is known already if we may write: a customer whom we know has said elsewhere that they want to
    hear nothing, or we have just written because they agreed."""
    return conversation.opted_out_at is not None or work.touches.find_last_in(conversation.id) is not None


def _reopen(interview: ExitInterview) -> None:
    """Let somebody who comes back after a silence go on where they stopped."""
    if interview.outcome is Outcome.ABANDONED:
        interview.outcome = interview.ended_by = interview.finished_at = None


def _stays(interview: ExitInterview, question: Question, source: Source, *, replacing: bool) -> bool:
    """Tell whether the answer that is there stays: it is the first, or this very message has replaced it already."""
    answer = find_answer(interview, question)
    if not replacing:
        return answer is not None or question in list_settled(interview)
    return answer is not None and source.message_id is not None and answer.message_id == source.message_id
