"""Exit interviews: what was asked, what was answered, why they left and how it ended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.retention.facts import LONGEST_KEY, FactKind
from bot.retention.leading import ReasonSource
from bot.retention.reasons import Reason
from bot.storage.database import Base, by_value


class Outcome(StrEnum):
    """How an interview ended; never mixed with one another in any number."""

    SAVED = "saved"
    LEFT = "left"
    SKIPPED = "skipped"
    ABANDONED = "abandoned"


class EndedBy(StrEnum):
    """What ended the interview."""

    FINISHED = "finished"
    SKIP_AND_CANCEL = "skip_and_cancel"
    STOPPED = "stopped"
    OPT_OUT = "opt_out"
    SENSITIVE = "sensitive"
    OFFER_ACCEPTED = "offer_accepted"
    STAYED = "stayed"
    SILENCE = "silence"
    ERASED = "erased"


class AnswerState(StrEnum):
    """A question that was put was either answered or skipped; one that was never put has no row."""

    ANSWERED = "answered"
    SKIPPED = "skipped"


class ExitInterview(Base):
    """One interview. `guesses` are the two likeliest reasons where the words left doubt; `told` are questions that are
    never put because an earlier answer has said it already, so that they have no answer of their own; `language` is set
    where the person wrote in another one than English (ISO 639-1). Erasure unlinks it from conversation and customer
    and removes all words; the counts stay."""

    __tablename__ = "exit_interviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("conversations.id", ondelete="SET NULL"), unique=True
    )
    customer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(by_value(Outcome))
    ended_by: Mapped[EndedBy | None] = mapped_column(by_value(EndedBy))
    leading_reason: Mapped[Reason | None] = mapped_column(by_value(Reason))
    sensitive: Mapped[bool] = mapped_column(default=False)
    guesses: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    told: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    language: Mapped[str | None] = mapped_column(sa.String(10))
    trial: Mapped[bool] = mapped_column(default=False)

    answers: Mapped[list[InterviewAnswer]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="InterviewAnswer.id"
    )
    reasons: Mapped[list[StatedReason]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="StatedReason.id"
    )


class InterviewAnswer(Base):
    """The answer to one question: `reason`, `probe`, `kept`, `likelihood`, `offer` or `consent`.
    `value` is the number of a 0 to 10 answer, or 1 and 0 for yes and no."""

    __tablename__ = "interview_answers"
    __table_args__ = (sa.UniqueConstraint("interview_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(sa.ForeignKey("exit_interviews.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[AnswerState] = mapped_column(by_value(AnswerState))
    text: Mapped[str | None] = mapped_column(sa.Text)
    value: Mapped[int | None]
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime]


class StatedReason(Base):
    """One reason from one source. `score` is the classifier's probability; 1 for a tapped or corrected reason.
    `words` are the words it came from."""

    __tablename__ = "stated_reasons"
    __table_args__ = (sa.UniqueConstraint("interview_id", "message_id", "source", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(sa.ForeignKey("exit_interviews.id", ondelete="CASCADE"))
    label: Mapped[Reason] = mapped_column(by_value(Reason), index=True)
    source: Mapped[ReasonSource] = mapped_column(by_value(ReasonSource))
    score: Mapped[float]
    classifier_version: Mapped[str | None] = mapped_column(sa.String(80))
    words: Mapped[str | None] = mapped_column(sa.Text)
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id", ondelete="SET NULL"))
    stated_at: Mapped[datetime]

    facts: Mapped[list[StatedFact]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="StatedFact.id"
    )


class StatedFact(Base):
    """Something named beside a reason, in the customer's own words. `start` and `end` are characters of the answer to
    `question`; `key` is what the name is looked for by. Of an amount, `value` is in minor units of `currency`, or in
    hundredths where no currency was said."""

    __tablename__ = "stated_facts"
    __table_args__ = (sa.Index("ix_stated_facts_kind_key", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reason_id: Mapped[int] = mapped_column(sa.ForeignKey("stated_reasons.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[FactKind] = mapped_column(by_value(FactKind))
    text: Mapped[str] = mapped_column(sa.Text)
    key: Mapped[str] = mapped_column(sa.String(LONGEST_KEY))
    start: Mapped[int]
    end: Mapped[int]
    value: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(sa.String(3))
