"""What the bot knows when it has written first: why they left, in whose words, what is offered or told, and what they
say to it.

It must not decide whom to write to, nor what is offered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from bot.clock import Clock
from bot.conversations.grants import answer_offer, is_known
from bot.conversations.news import tell_offer
from bot.conversations.offers import Offer, describe_grant
from bot.retention.dates import find_zone
from bot.retention.interview import Question
from bot.retention.leading import ReasonSource
from bot.retention.offers import GrantState
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchAnswer, TouchKind
from bot.storage.tables import AnswerState, ExitInterview, OfferGrant, PlannedTouch, RecordedImprovement
from bot.storage.unit_of_work import Database, UnitOfWork

MADE = "utter_welcome_back_offer_"
"""The responses that put an offer in writing, or remind of it, begin with this name."""


@dataclass(frozen=True)
class Story:
    """What a touch is about. `left_at` and all days are by the clocks in `zone`. `reason` is None for those who never
    told us why; `words` are their own on it, whole, where they typed any, and `kept` what would have kept them.
    `improvement` is what was put right, as staff wrote it down, and `place` where."""

    kind: TouchKind
    left_at: datetime
    zone: tzinfo
    reason: Reason | None = None
    words: str | None = None
    kept: str | None = None
    improvement: str | None = None
    place: str | None = None
    offer: Offer | None = None
    answer: TouchAnswer | None = None


class StoryService:
    """Tells what a touch is about, and keeps what is said to it. Every method is one transaction and does nothing the
    second time it is called with the same."""

    def __init__(self, database: Database, clock: Clock, company_zone: str | None = None) -> None:
        self._database = database
        self._clock = clock
        self._company_zone = company_zone

    def find(self, conversation_id: str) -> Story | None:
        """Return what the touch that was begun last in this conversation is about; None where there is none."""
        with self._database.read() as work:
            touch = work.touches.find_last_in(conversation_id)
            return self._tell(work, touch) if touch is not None else None

    def note_answer(
        self,
        conversation_id: str,
        answer: TouchAnswer,
        words: str | None = None,
        ask_again_in: timedelta | None = None,
        message_id: int | None = None,
    ) -> None:
        """Keep what somebody said to the touch, the last answer for the one before; `ask_again_in` is how long they
        want to be left alone. The words are those of the stored message where `message_id` names one; `words` may be
        shortened."""
        now = self._clock()
        with self._database.write() as work:
            touch = work.touches.find_last_in(conversation_id)
            if touch is None:
                return
            touch.answer, touch.answered_at = answer, now
            if words:
                message = work.conversations.find_message(conversation_id, message_id)
                touch.words = message.text if message is not None else words
            customer = work.customers.find(touch.customer_id)
            if customer is not None and ask_again_in is not None:
                customer.not_before = now + ask_again_in
            work.touches.look_again([touch.customer_id], now)
            work.commit()

    def settle_offer(self, conversation_id: str, *, accepted: bool) -> Offer | None:
        """Note a yes or no to the offer of the touch, and return the offer as it stands then. Of somebody we do not
        know, anything worth money becomes a request that staff confirm."""
        now = self._clock()
        with self._database.write() as work:
            touch = work.touches.find_last_in(conversation_id)
            grant = work.touches.find_offer(touch) if touch is not None else None
            if touch is None or grant is None:
                return None
            if grant.state is GrantState.PROPOSED:
                _settle(work, touch, grant, accepted=accepted, now=now)
                tell_offer(work, conversation_id, grant, now)
                work.touches.look_again([touch.customer_id], now)
                work.commit()
            return describe_grant(grant)

    def note_trouble(self, conversation_id: str) -> bool:
        """Note that something hard has happened to the person of this touch, so that nobody troubles them; False where
        there is no touch, or no interview of theirs to note it with."""
        with self._database.write() as work:
            touch = work.touches.find_last_in(conversation_id)
            interview = work.touches.find_interview(touch.customer_id) if touch is not None else None
            if touch is None or interview is None:
                return False
            interview.sensitive = True
            work.touches.look_again([touch.customer_id], self._clock())
            work.commit()
            return True

    def imagine(self, work: UnitOfWork, customer_id: int, improvement: RecordedImprovement, now: datetime) -> Story:
        """Return what an announcement would be about that told this customer of an improvement."""
        touch = PlannedTouch(customer_id=customer_id, kind=TouchKind.ANNOUNCEMENT, planned_at=now)
        return replace(self._tell(work, touch), improvement=improvement.what, place=improvement.place)

    def _tell(self, work: UnitOfWork, touch: PlannedTouch) -> Story:
        customer = work.customers.find(touch.customer_id)
        interview = work.touches.find_interview(touch.customer_id)
        improvement = work.touches.find_improvement(touch)
        grant = work.touches.find_offer(touch)
        said = _list_typed(interview) if interview else {}
        reported = customer.reported_reason if customer else None
        left_at = (customer.cancelled_at if customer else None) or (interview.finished_at if interview else None)
        return Story(
            kind=touch.kind,
            left_at=left_at or touch.planned_at,
            zone=find_zone(customer.timezone if customer else None, self._company_zone),
            reason=interview.leading_reason if interview else reported.reason if reported else None,
            words=said.get(Question.REASON) or said.get(Question.PROBE),
            kept=said.get(Question.KEPT),
            improvement=improvement.what if improvement else None,
            place=improvement.place if improvement else None,
            offer=describe_grant(grant) if grant else None,
            answer=touch.answer,
        )


def _list_typed(interview: ExitInterview) -> dict[Question, str]:
    """Return what was answered in words of their own: what was tapped or skipped are ours."""
    tapped = {reason.words for reason in interview.reasons if reason.source is ReasonSource.TAPPED}
    return {
        Question(answer.question): answer.text
        for answer in interview.answers
        if answer.text and answer.state is AnswerState.ANSWERED and answer.text not in tapped
    }


def _settle(work: UnitOfWork, touch: PlannedTouch, grant: OfferGrant, *, accepted: bool, now: datetime) -> None:
    asked = work.conversations.find_last_response(touch.conversation_id, MADE) if touch.conversation_id else None
    grant.terms = asked.text if asked else None
    answer_offer(work, grant, accepted=accepted, vouched=is_known(work.customers.find(touch.customer_id)), now=now)
