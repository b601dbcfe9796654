"""Writes down one answer: its words, the reasons in it, what it settles besides, and whether we may write to somebody.

It must not commit: the transactions are those of the interview service.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.conversations.consents import (
    CONSENT_WORDING,
    EXIT_INTERVIEW,
    agree_by_email,
    keep_address,
    list_contact_points,
    set_consent,
    write_consent,
)
from bot.conversations.understanding import Understood
from bot.retention.interview import Question
from bot.retention.leading import ReasonSource, Stated, choose_leading, choose_to_go_by
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.retention.wording import count_words
from bot.storage.tables import (
    AnswerState,
    Channel,
    ContactPoint,
    Conversation,
    ExitInterview,
    InterviewAnswer,
    StatedReason,
)
from bot.storage.unit_of_work import UnitOfWork

CONSENT_IN_CHAT = f"{CONSENT_WORDING}_here"
"""Those that ask whether we may write in the chat itself begin with this one."""
SOME_WORDS = 3
"""Fewer than these tell nothing more about a reason."""


@dataclass(frozen=True)
class Source:
    """What an answer came from: the words, the stored message, the time. `volunteered`: nobody had asked for it yet."""

    words: str
    message_id: int | None
    at: datetime
    volunteered: bool = False


def list_settled(interview: ExitInterview) -> frozenset[Question]:
    """Return the questions that were answered or skipped, and those that need not be put any more."""
    return frozenset(
        {Question(answer.question) for answer in interview.answers} | set(map(Question, interview.told or ()))
    )


def list_stated(interview: ExitInterview) -> list[Stated]:
    """Return the reasons given in an interview, as the rules know them."""
    about = _find_confirmed(interview)
    return [Stated(it.label, it.source, it.score, confirmed=it.label is about) for it in interview.reasons]


def _find_confirmed(interview: ExitInterview) -> Reason | None:
    """Return the reason that somebody was asked about and told more of. In doubt they were asked something else."""
    told = find_answer(interview, Question.PROBE)
    if told is None or told.text is None or told.state is AnswerState.SKIPPED or interview.guesses:
        return None
    if count_words(told.text) < SOME_WORDS:
        return None
    before = [
        it for it in interview.reasons if it.stated_at < told.answered_at and it.label is not Reason.OTHER_UNCLEAR
    ]
    return choose_to_go_by(Stated(it.label, it.source, it.score) for it in before)


def find_answer(interview: ExitInterview, question: Question) -> InterviewAnswer | None:
    """Return what was answered to a question."""
    return next((answer for answer in interview.answers if answer.question == question), None)


def find_consent_channel(work: UnitOfWork, interview: ExitInterview, conversation: Conversation) -> Channel:
    """Return the channel that a yes or no to being written to is about: the one the question named, wherever it was
    answered. Who said yes before the question means the one they named, or else the one they use."""
    asked = work.conversations.find_last_response(conversation.id, CONSENT_WORDING)
    if asked is not None:
        in_chat = (asked.response or "").startswith(CONSENT_IN_CHAT)
        return Channel.TELEGRAM if in_chat else Channel.EMAIL
    said = find_answer(interview, Question.CONSENT)
    names_mail = said is not None and (said.text is None or "mail" in said.text.casefold())
    return Channel.TELEGRAM if conversation.channel is Channel.TELEGRAM and not names_mail else Channel.EMAIL


def find_agreed(work: UnitOfWork, interview: ExitInterview, conversation: Conversation) -> ContactPoint | None:
    """Return where the person has agreed in this interview to be written to, or None."""
    consent = find_answer(interview, Question.CONSENT)
    if consent is None or consent.value != 1:
        return None
    agreed = [point for point in list_contact_points(work, conversation) if point.consent]
    # The newest: leave that was given before this interview is not what they have just agreed to.
    return max(agreed, key=lambda point: point.consent_at or point.created_at, default=None)


def write_answer(
    work: UnitOfWork,
    interview: ExitInterview,
    conversation: Conversation,
    question: Question,
    reading: Reading,
    understood: Understood,
    source: Source,
) -> None:
    """Keep an answer and everything that is in it; the answer that was there before, if any, makes way for it."""
    answer = find_answer(interview, question)
    if answer is not None:
        _forget_reasons(work, interview, question, answer)
        if question is Question.CONSENT and reading.value != 1:
            _take_leave_back(work, conversation, answer, source.at)
    _write(work, interview, answer, question, reading, source)
    _write_reasons(work, interview, reading, understood, source)
    if reading.trouble is not None:
        interview.sensitive = True
    interview.language = interview.language or understood.language
    if question is Question.REASON:
        interview.guesses = list(understood.guesses) if understood.guesses else None
        # Who has opted out before is not asked for consent, whatever else is said.
        never_put = {Question.CONSENT.value} & set(interview.told or ())
        interview.told = sorted(understood.told | never_put) or None
        if understood.kept and find_answer(interview, Question.KEPT) is None:
            kept = Source(understood.kept, source.message_id, source.at)
            _write(work, interview, None, Question.KEPT, Reading(), kept)
    elif understood.told:
        interview.told = sorted(understood.told | set(interview.told or ()))
    interview.leading_reason = choose_leading(list_stated(interview))
    _note_consent(work, conversation, question, reading, interview, source)


def _write(
    work: UnitOfWork,
    interview: ExitInterview,
    answer: InterviewAnswer | None,
    question: Question,
    reading: Reading,
    source: Source,
) -> None:
    is_new = answer is None
    answer = answer or InterviewAnswer(question=question)
    # An address belongs to the contact points alone, so that it is in one place when it has to go.
    has_address = reading.address is not None or (question is Question.EMAIL and reading.trouble is None)
    answer.state = AnswerState.SKIPPED if reading.skipped else AnswerState.ANSWERED
    answer.text = None if has_address else source.words
    answer.value, answer.message_id, answer.answered_at = reading.value, source.message_id, source.at
    if is_new:
        work.interviews.add_answer(interview, answer)


def _forget_reasons(work: UnitOfWork, interview: ExitInterview, question: Question, answer: InterviewAnswer) -> None:
    """Remove the reasons that came from an answer which is taken back; what staff have corrected stays."""
    for reason in list(interview.reasons):
        came_from_it = reason.message_id == answer.message_id if answer.message_id else reason.words == answer.text
        if reason.source is not ReasonSource.CORRECTED and (question is Question.REASON or came_from_it):
            interview.reasons.remove(reason)
    work.interviews.flush()


def _take_leave_back(work: UnitOfWork, conversation: Conversation, answer: InterviewAnswer, now: datetime) -> None:
    """Refuse what an earlier yes had allowed, on whichever channel that was."""
    asked = work.conversations.find_last_response(conversation.id, CONSENT_WORDING)
    for point in list_contact_points(work, conversation):
        if point.consent and point.consent_at == answer.answered_at:
            write_consent(point, False, EXIT_INTERVIEW, asked.text if asked else None, now)


def _write_reasons(
    work: UnitOfWork, interview: ExitInterview, reading: Reading, understood: Understood, source: Source
) -> None:
    for reason in list(interview.reasons):
        if reason.source is ReasonSource.INFERRED and reason.label in understood.denied:
            interview.reasons.remove(reason)
    found = {reading.tapped: 1.0} if reading.tapped is not None else understood.scores
    origin = ReasonSource.TAPPED if reading.tapped is not None else ReasonSource.INFERRED
    for label, score in found.items():
        work.interviews.add_reason(interview, _make_reason(label, origin, score, understood.version, source))


def _make_reason(
    label: Reason, origin: ReasonSource, score: float, version: str | None, source: Source
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


def _note_consent(
    work: UnitOfWork,
    conversation: Conversation,
    question: Question,
    reading: Reading,
    interview: ExitInterview,
    source: Source,
) -> None:
    """Keep a yes or no with the words it was given to: the question's, or their own where they came first."""
    if question is not Question.CONSENT and reading.address is None:
        return
    asked = work.conversations.find_last_response(conversation.id, CONSENT_WORDING)
    wording = asked.text if asked else source.words if source.volunteered and question is Question.CONSENT else None
    channel = find_consent_channel(work, interview, conversation)
    if question is Question.CONSENT and not reading.skipped and (channel is Channel.EMAIL or reading.address is None):
        set_consent(work, conversation, channel, reading.value == 1, wording, source.at)
    if reading.address is None:
        return
    consent = find_answer(interview, Question.CONSENT)
    if consent is not None and consent.value == 1:
        agree_by_email(work, conversation, interview, reading.address, wording, consent.answered_at)
    else:
        keep_address(work, conversation, interview, reading.address, source.at)
