"""What others have to learn: the company's own system how an interview ended and what was said to a welcome-back offer,
and staff that somebody wants a person.

It writes the duty to tell into the transaction of what has happened, and no more: the news itself is put into words
when it is about to be sent, so that what people said lies nowhere for a receiver who is not there.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from bot.retention.offers import GrantState
from bot.storage.tables import Conversation, Delivery, DeliveryKind, ExitInterview, OfferGrant
from bot.storage.unit_of_work import UnitOfWork

FINISHED, CHANGED = "interview.finished", "interview.changed"
OFFER_ACCEPTED, OFFER_DECLINED = "offer.accepted", "offer.declined"
PERSON_WANTED = "person.wanted"
ONE_MAIL_WITHIN = timedelta(hours=1)
"""A person who asks again and again does not fill a mailbox."""


def tell_outcome(work: UnitOfWork, interview: ExitInterview, now: datetime) -> None:
    """Let the company's system be told how an interview ended, or that it ended otherwise after all. Trials are theirs
    alone who try."""
    if interview.trial or interview.conversation_id is None:
        return
    told = work.deliveries.has_told(interview.conversation_id, (FINISHED, CHANGED))
    _add(work, DeliveryKind.WEBHOOK, CHANGED if told else FINISHED, interview.conversation_id, now)


def tell_offer(work: UnitOfWork, conversation_id: str, grant: OfferGrant, now: datetime) -> None:
    """Let the company's system be told what somebody who had left said to a welcome-back offer: a yes once it is
    granted, so that the code can be used, or a no. The offer of an interview is told with its outcome."""
    events = {GrantState.ACCEPTED: OFFER_ACCEPTED, GrantState.DECLINED: OFFER_DECLINED}
    if grant.interview_id is None and not grant.trial and grant.state in events:
        _add(work, DeliveryKind.WEBHOOK, events[grant.state], conversation_id, now)


def tell_staff(work: UnitOfWork, conversation: Conversation, now: datetime) -> None:
    """Let staff be told by e-mail that a person is wanted, once an hour at most."""
    newest = work.deliveries.find_newest(conversation.id, DeliveryKind.STAFF_EMAIL)
    if newest is None or now - newest.created_at >= ONE_MAIL_WITHIN:
        _add(work, DeliveryKind.STAFF_EMAIL, PERSON_WANTED, conversation.id, now)


def _add(work: UnitOfWork, kind: DeliveryKind, event: str, conversation_id: str, now: datetime) -> None:
    work.deliveries.add(
        Delivery(
            id=str(uuid.uuid4()),
            kind=kind,
            event=event,
            conversation_id=conversation_id,
            next_attempt_at=now,
            created_at=now,
        )
    )
