"""The offer of one interview within the transactions of the services: is one due, what is it, and what was said to it.

It must not commit, and it decides nothing itself: the rules do, by the policy.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from bot.conversations.answers import list_stated
from bot.retention.dates import find_zone
from bot.retention.interview import Question
from bot.retention.leading import choose_to_go_by, is_certain
from bot.retention.offers import GrantState, OfferKind
from bot.retention.policy import Policy
from bot.retention.save_offer import Decision, Leaver, SaveOffer, choose_save_offer, needs_confirmation
from bot.storage.tables import Conversation, Customer, ExitInterview, OfferGrant
from bot.storage.unit_of_work import UnitOfWork

ASKED = "utter_ask_exit_interview_offer_"
"""The responses that put an offer in writing begin with this name."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 8


def describe_leaver(
    work: UnitOfWork, interview: ExitInterview, conversation: Conversation, company_zone: str | None = None
) -> Leaver:
    """Return what the rules go by. What a customer pays counts only where the company's own site says who they are."""
    customer = work.customers.find(conversation.customer_id) if conversation.customer_id is not None else None
    vouched = conversation.vouched_at is not None and customer is not None and customer.external_id is not None
    known = customer if vouched else None
    stated = list_stated(interview)
    return Leaver(
        leading=choose_to_go_by(stated),
        certain=is_certain(stated),
        zone=find_zone(customer.timezone if customer else None, company_zone),
        vouched=known is not None,
        flagged=customer is not None and customer.flagged_at is not None,
        sensitive=interview.sensitive,
        opted_out=conversation.opted_out_at is not None,
        had_offer=has_had_offer(work, interview, conversation),
        monthly_value=known.monthly_value if known else None,
        currency=known.currency if known else None,
        home=known.place if known else None,
        words=tuple(a.text for a in interview.answers if a.text and a.question in (Question.REASON, Question.PROBE)),
        gone=work.touches.find_last_in(conversation.id) is not None,
    )


def has_had_offer(work: UnitOfWork, interview: ExitInterview, conversation: Conversation) -> bool:
    """Tell whether this person was made an offer in another interview. In a trial one may be made each time."""
    if conversation.customer_id is None or conversation.trial:
        return False
    return work.offers.has_earlier(conversation.customer_id, interview.id)


def decide(
    work: UnitOfWork,
    policy: Policy,
    interview: ExitInterview,
    conversation: Conversation,
    now: datetime,
    company_zone: str | None = None,
) -> Decision:
    """Return what the policy has for this person. Where nobody knows where they live, a day ends as it does for the
    company."""
    return choose_save_offer(policy, describe_leaver(work, interview, conversation, company_zone), now)


def is_offer_due(
    work: UnitOfWork, policy: Policy | None, interview: ExitInterview, conversation: Conversation | None, now: datetime
) -> bool:
    """Tell whether an offer was made here or is to be made."""
    if conversation is None or interview.sensitive:
        return False
    if work.offers.find(interview.id) is not None:
        return True
    return policy is not None and decide(work, policy, interview, conversation, now).offer is not None


def make_grant(
    interview: ExitInterview, conversation: Conversation, offer: SaveOffer, policy: Policy, now: datetime
) -> OfferGrant:
    """Return the record of an offer that is being made."""
    terms = offer.terms
    return OfferGrant(
        interview_id=interview.id,
        customer_id=conversation.customer_id,
        offer=offer.rule.removeprefix("save_offers."),
        kind=terms.kind,
        reason=offer.reason,
        worth=offer.worth,
        currency=offer.currency if offer.worth else None,
        details={
            "percent": terms.percent,
            "months": terms.months,
            "plan": terms.plan,
            "place": offer.place,
            "timezone": str(offer.deadline.tzinfo),
        },
        state=GrantState.PROPOSED,
        rule=offer.rule,
        policy_version=policy.version,
        trial=conversation.trial,
        offered_at=now,
        deadline=offer.deadline,
    )


def settle(
    work: UnitOfWork, interview: ExitInterview, conversation: Conversation, *, accepted: bool, now: datetime
) -> bool:
    """Note what was said to the offer, and tell whether the person is saved by it.

    What staff have to confirm, or have to do first, saves nobody yet. Whoever was made another offer since, or has been
    flagged, is for staff to decide about as well.
    """
    grant = work.offers.find(interview.id)
    if grant is None or grant.state is not GrantState.PROPOSED:
        return False
    asked = work.conversations.find_last_response(conversation.id, f"{ASKED}{grant.kind.value}")
    grant.terms = asked.text if asked else None
    grant.customer_id = conversation.customer_id
    work.touches.look_again([conversation.customer_id], now)
    vouched = accepted and _may_take(describe_leaver(work, interview, conversation))
    return answer_offer(work, grant, accepted=accepted, vouched=vouched, now=now)


def _may_take(leaver: Leaver) -> bool:
    return leaver.vouched and not leaver.flagged and not leaver.had_offer


def answer_offer(work: UnitOfWork, grant: OfferGrant, *, accepted: bool, vouched: bool, now: datetime) -> bool:
    """Note a yes or no to an offer, and tell whether it is theirs now. `vouched`: we know who takes it, so that staff
    need not confirm it."""
    grant.decided_at = now
    if not accepted:
        grant.state = GrantState.DECLINED
    elif now > grant.deadline:
        grant.state = GrantState.EXPIRED
    elif needs_confirmation(grant.kind, vouched=vouched):
        grant.state = GrantState.REQUESTED
    else:
        return accept(work, grant, now)
    return False


def is_known(customer: Customer | None) -> bool:
    """Tell whether somebody who has left may take an offer without staff: the company knows them, and nobody has
    flagged them."""
    return customer is not None and customer.external_id is not None and customer.flagged_at is None


def accept(work: UnitOfWork, grant: OfferGrant, now: datetime) -> bool:
    """Grant it, and tell whether that saves the person: a promise that somebody looks into it does not."""
    grant.state, grant.decided_at = GrantState.ACCEPTED, now
    if grant.kind in (OfferKind.FIX, OfferKind.CALL):
        return False
    grant.code = make_code(work)
    return True


def make_code(work: UnitOfWork) -> str:
    """Return a code that nobody has and nobody can guess."""
    while True:
        letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
        code = f"STAY-{letters[:4]}-{letters[4:]}"
        if not work.offers.holds_code(code):
            return code
