"""Offers as the dialogue and staff see them: putting one in writing, and saying yes or no to what somebody requested.

It must not choose what is offered: the policy and its rules do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

import structlog

from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.grants import accept, decide, describe_leaver, make_grant
from bot.conversations.handoff import give_to_bot
from bot.conversations.interviews import close
from bot.conversations.news import tell_offer
from bot.conversations.triggers import OFFER_CONFIRMED, OFFER_REFUSED
from bot.errors import FarewellError
from bot.retention.dates import find_zone
from bot.retention.offers import GrantState, OfferKind
from bot.retention.policy import Policy
from bot.retention.save_offer import deserves_personal_attention
from bot.storage.tables import Conversation, EndedBy, ExitInterview, OfferGrant, Outcome, StaffUser
from bot.storage.unit_of_work import Database, UnitOfWork

log = structlog.get_logger()


class NothingToDecide(FarewellError):
    """There is no offer here that waits for a decision: somebody has decided, or the customer has left since."""


@dataclass(frozen=True)
class Offer:
    """An offer to one person as it stands. `worth` is in minor units of `currency`, 0 where it is worth no money; the
    day of the deadline is by the clocks in `zone`. `code` is there once it is theirs."""

    kind: OfferKind
    state: GrantState
    worth: int
    currency: str | None
    deadline: datetime
    zone: tzinfo
    percent: int | None = None
    months: int | None = None
    plan: str | None = None
    place: str | None = None
    code: str | None = None


class OfferService:
    """Keeps offers. Every method is one transaction and does nothing the second time it is called."""

    def __init__(
        self, database: Database, policy: Policy, announcer: Announcer, clock: Clock, company_zone: str | None = None
    ) -> None:
        self._company_zone = company_zone
        self._database = database
        self._policy = policy
        self._announcer = announcer
        self._clock = clock

    def propose(self, conversation_id: str) -> Offer | None:
        """Make the offer that the policy has for the person in this conversation, and return it as it stands; None
        where there is nothing for them. What was offered here before is returned as it was."""
        now = self._clock()
        with self._database.write() as work:
            conversation, interview = _find(work, conversation_id)
            if interview is None or conversation.erased_at is not None:
                return None
            grant = work.offers.find(interview.id)
            if grant is None:
                decision = decide(work, self._policy, interview, conversation, now, self._company_zone)
                log.info("offer.decided", conversation=conversation_id, trace=decision.trace)
                if decision.offer is None:
                    return None
                grant = make_grant(interview, conversation, decision.offer, self._policy, now)
                work.offers.add(grant)
                work.commit()
            return describe_grant(grant)

    def end_overdue(self) -> None:
        """Let every offer end whose day has passed without an answer."""
        with self._database.write() as work:
            ended = work.offers.expire(self._clock())
            work.commit()
        if ended:
            log.info("offers.expired", offers=ended)

    def find(self, conversation_id: str) -> Offer | None:
        """Return the offer made in this conversation as it stands."""
        with self._database.read() as work:
            grant = work.offers.find_in(conversation_id) or _find_of_touch(work, conversation_id)
            return describe_grant(grant) if grant else None

    def deserves_attention(self, conversation_id: str) -> bool:
        """Tell whether staff should turn to this person unasked. Whoever has refused an offer is left in peace."""
        with self._database.read() as work:
            conversation, interview = _find(work, conversation_id)
            if interview is None:
                return False
            grant = work.offers.find(interview.id)
            refused = grant is not None and grant.state is GrantState.DECLINED
            return not refused and deserves_personal_attention(
                self._policy, describe_leaver(work, interview, conversation)
            )

    def confirm(self, conversation_id: str, staff_user: StaffUser) -> None:
        """Grant what the person has requested: they are saved, and the bot tells them. Audited.

        Raises:
            NothingToDecide: when nothing is requested here, or the person has left since.
            ConversationNotFound: when there is no such conversation.
        """
        now = self._clock()
        with self._database.write() as work:
            conversation, interview, grant = _find_requested(work, conversation_id)
            accept(work, grant, now)
            if interview is not None and interview.outcome is not Outcome.SAVED:
                close(work, interview, Outcome.SAVED, EndedBy.OFFER_ACCEPTED, now)
            give_to_bot(work, conversation, OFFER_CONFIRMED, now)
            _note_decision(work, staff_user, "offer.confirmed", conversation, grant, now)
            work.commit()
        self._announcer.turn_waits(conversation_id)

    def refuse(self, conversation_id: str, staff_user: StaffUser) -> None:
        """Refuse what the person has requested; the bot tells them and goes on where it was. Audited.

        Raises:
            NothingToDecide, ConversationNotFound: as `confirm`.
        """
        now = self._clock()
        with self._database.write() as work:
            conversation, _, grant = _find_requested(work, conversation_id)
            grant.state, grant.decided_at = GrantState.REFUSED, now
            give_to_bot(work, conversation, OFFER_REFUSED, now)
            _note_decision(work, staff_user, "offer.refused", conversation, grant, now)
            work.commit()
        self._announcer.turn_waits(conversation_id)


def _find(work: UnitOfWork, conversation_id: str) -> tuple[Conversation, ExitInterview | None]:
    return work.conversations.get(conversation_id, lock=True), work.interviews.find(conversation_id)


def _find_requested(work: UnitOfWork, conversation_id: str) -> tuple[Conversation, ExitInterview | None, OfferGrant]:
    """Return who has requested what: in their interview, or, without one, to be welcomed back."""
    conversation, interview = _find(work, conversation_id)
    grant = work.offers.find(interview.id) if interview else _find_of_touch(work, conversation_id)
    if grant is None or grant.state is not GrantState.REQUESTED:
        raise NothingToDecide
    if interview is not None and interview.outcome is Outcome.SKIPPED:
        raise NothingToDecide
    return conversation, interview, grant


def _find_of_touch(work: UnitOfWork, conversation_id: str) -> OfferGrant | None:
    touch = work.touches.find_last_in(conversation_id)
    return work.touches.find_offer(touch) if touch is not None else None


def _note_decision(
    work: UnitOfWork, staff_user: StaffUser, what: str, conversation: Conversation, grant: OfferGrant, now: datetime
) -> None:
    tell_offer(work, conversation.id, grant, now)
    work.touches.look_again([grant.customer_id], now)
    work.audit.record(staff_user.name, what, now, subject=conversation.id, offer=grant.offer, kind=grant.kind.value)


def describe_grant(grant: OfferGrant) -> Offer:
    """Return an offer as the dialogue knows it."""
    details = grant.details
    return Offer(
        kind=grant.kind,
        state=grant.state,
        worth=grant.worth,
        currency=grant.currency,
        deadline=grant.deadline,
        zone=find_zone(details.get("timezone")),
        percent=details.get("percent"),
        months=details.get("months"),
        plan=details.get("plan"),
        place=details.get("place"),
        code=grant.code,
    )
