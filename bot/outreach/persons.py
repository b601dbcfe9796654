"""Turns the record of a customer into what the rules of winning back know of somebody who has left.

It must not decide whom to write to: that is done by the rules.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.conversations.consents import CONVERSATION
from bot.conversations.opt_out import OptOutService
from bot.retention.dates import find_zone
from bot.retention.facts import make_key
from bot.retention.offers import GrantState
from bot.retention.places import find_place
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.winback.person import Contact, Lapsed, Worth
from bot.retention.winback.touches import OfferAnswer, Touch, TouchKind, WelcomeBackOffer
from bot.settings import Settings
from bot.storage.lapsed import Record, TouchRow
from bot.storage.said import Said
from bot.storage.tables import Mode, Outcome

_LEFT = (Outcome.LEFT, Outcome.SKIPPED)
_WON_OVER = timedelta(days=60)
"""A cancellation due within so long after somebody was won over to stay is taken for the one they gave up."""
_ANSWERS = {
    GrantState.ACCEPTED: OfferAnswer.ACCEPTED,
    GrantState.REQUESTED: OfferAnswer.ACCEPTED,
    GrantState.REDEEMED: OfferAnswer.REDEEMED,
    GrantState.DECLINED: OfferAnswer.DECLINED,
    GrantState.REFUSED: OfferAnswer.DECLINED,
}


class Persons:
    """Knows people as the rules do."""

    def __init__(self, settings: Settings, policy: Policy, opt_outs: OptOutService) -> None:
        self._policy = policy
        self._zone = settings.timezone
        self._opt_outs = opt_outs
        self._key = settings.secret_key.get_secret_value().encode()

    def hash_contacts(self, record: Record) -> list[str]:
        """Return the keyed hashes under which anything of this customer's may be suppressed."""
        external_id = record.customer.external_id
        return [
            *(self._opt_outs.hash_contact(point.channel, point.address) for point in record.points),
            *([self._opt_outs.hash_customer(external_id)] if external_id else []),
        ]

    def find_leaving(self, record: Record) -> datetime | None:
        """Return when somebody left: the day their company names, the end of their exit interview, or, where they buy
        now and then, so long after their last purchase that they count as lapsed. None for those who have not left, or
        were won over to stay."""
        customer = record.customer
        ended = [it for it in record.interviews if it.finished_at is not None and it.outcome is not None]
        newest = ended[-1] if ended else None
        stayed_at = newest.finished_at if newest is not None and newest.outcome is Outcome.SAVED else None
        if customer.cancelled_at is not None:
            # A cancellation that the company has not taken back yet must not undo what was agreed just before.
            stays = stayed_at is not None and stayed_at > customer.cancelled_at - _WON_OVER
            return None if stays else customer.cancelled_at
        if newest is not None and newest.outcome in _LEFT:
            return newest.finished_at
        if customer.last_purchase_at is None or customer.monthly_value:
            return None
        seen_at = max(customer.last_purchase_at, stayed_at or customer.last_purchase_at)
        return seen_at + timedelta(days=self._policy.winback.lapsed_after_days)

    def describe(self, record: Record, left_at: datetime, *, suppressed: bool) -> Lapsed:
        """Return the person; `suppressed` tells whether anything of theirs is. What must keep us from writing to a twin
        keeps us from writing to them: whoever shares an address reads the same mail."""
        customer, rules = record.customer, self._policy.winback
        everywhere = [record, *record.twins]
        last_return = _find_last_return(record, left_at)
        bought_again = customer.last_purchase_at is not None and customer.last_purchase_at > left_at
        talks = [talk for one in everywhere for talk in one.talks]
        said = _find_said(record, last_return)
        reasons = self._find_reasons(record, said)
        return Lapsed(
            left_at=left_at,
            leaving=0 if last_return is None else 1,
            zone=find_zone(customer.timezone, self._zone),
            contacts=tuple(
                Contact(point.channel, point.consent, point.reachable, suppressed) for point in record.points
            ),
            reasons=reasons,
            likelihood=said.likelihood,
            monthly_value=customer.monthly_value,
            currency=customer.currency,
            worth=None if customer.so_far is None else Worth(customer.so_far, customer.second_life or 0),
            holdout=self.is_held_out(record),
            opted_out=any(_is_opted_out(one) for one in everywhere),
            flagged=any(one.customer.flagged_at is not None for one in everywhere),
            sensitive=any(it.sensitive for one in everywhere for it in one.interviews),
            disputed=any(one.customer.disputed_at is not None for one in everywhere),
            returned=bought_again or any(at >= left_at for at in record.returned),
            returned_at=min((at for at in record.returned if at >= left_at), default=None),
            left_for_offer=any(
                timedelta() <= left_at - at <= timedelta(days=rules.again_within_days) for at in record.taken
            ),
            waits_for_staff=any(talk.mode is Mode.STAFF or talk.handoff_requested_at is not None for talk in talks),
            last_said_at=max((talk.heard_at for talk in talks if talk.heard_at is not None), default=None),
            not_before=customer.not_before,
            at_rest=any(
                touch.answer is not None and touch.answer.wants_rest
                for touch in record.touches
                if last_return is None or touch.planned_at >= last_return
            ),
            home=customer.place,
            places=self._find_places(record, said) if reasons[:1] == (Reason.RELOCATION,) else (),
            features=frozenset(said.features),
            products=_find_products(record),
            touches=tuple(_read_touches(record.touches, last_return)) if record.touches else (),
            heard_elsewhere=tuple(
                touch.changed_at for one in record.twins for touch in one.touches if touch.state.counts
            ),
        )

    def _find_reasons(self, record: Record, said: Said) -> tuple[Reason, ...]:
        """Return why they left, in their own words if they said it, else as the company's billing system has it."""
        if said.reasons:
            return tuple(said.reasons)
        reported = record.customer.reported_reason
        reason = reported.reason if reported is not None else None
        return () if reason is None else (reason,)

    def _find_places(self, record: Record, said: Said) -> tuple[str, ...]:
        found = find_place(self._policy.places, said.words, record.customer.place)
        return () if found is None else (found.name,)

    def is_held_out(self, record: Record) -> bool:
        """Tell whether somebody is left alone for comparison. It is the same every time, and chance for each person."""
        name = f"holdout:{record.customer.external_id or record.customer.id}"
        number = int.from_bytes(hmac.digest(self._key, name.encode(), "sha256")[:8])
        return number % 100 < self._policy.winback.holdout


def _find_last_return(record: Record, left_at: datetime) -> datetime | None:
    """Return when they came back last before they left; a purchase after we had written is a return as well."""
    came_back = [at for at in record.returned if at < left_at]
    bought_at = record.customer.last_purchase_at
    if bought_at is not None and bought_at < left_at and any(row.planned_at < bought_at for row in record.touches):
        came_back.append(bought_at)
    return max(came_back, default=None)


def _find_said(record: Record, last_return: datetime | None) -> Said:
    """Return what they said about this leaving: in the newest interview that says why, or the newest of all."""
    these = [it for it in record.interviews if last_return is None or it.started_at > last_return]
    chosen = next((it for it in reversed(these) if it.leading_reason is not None), these[-1] if these else None)
    return record.said[chosen.id] if chosen is not None else Said()


def _find_products(record: Record) -> frozenset[str]:
    """Return what they had of us, by its keys; nothing where it was not read."""
    if record.bought is None:
        return frozenset()
    plan = record.customer.plan
    return frozenset(map(make_key, [*([plan] if plan else []), *record.bought]))


def _is_opted_out(record: Record) -> bool:
    """Tell whether somebody asked never to be written to, and did not take it back with an own yes since."""
    taken_back = [point.consent_at for point in record.points if point.consent and point.consent_source == CONVERSATION]
    return any(
        talk.opted_out_at is not None and not any(at is not None and at > talk.opted_out_at for at in taken_back)
        for talk in record.talks
    )


def _read_touches(rows: Iterable[TouchRow], last_return: datetime | None) -> Iterable[Touch]:
    made = list(rows)
    offers = {row.key: _read_offer(row) for row in made if row.kind is TouchKind.WELCOME_BACK}
    for row in made:
        of = row.key.removeprefix("reminder.") if row.kind is TouchKind.REMINDER else row.key
        yield Touch(
            key=row.key,
            kind=row.kind,
            state=row.state,
            leaving=0 if last_return is None or row.planned_at < last_return else 1,
            wanted_at=row.wanted_at,
            due_at=row.due_at,
            changed_at=row.changed_at,
            rule=row.rule,
            because=row.because,
            channel=row.channel,
            improvement=row.improvement_id,
            offer=offers.get(of),
        )


def _read_offer(row: TouchRow) -> WelcomeBackOffer | None:
    if row.offer_kind is None or row.offer_worth is None or row.offer_deadline is None or row.offer_rule is None:
        return None
    answer = None if row.offer_state is None else _ANSWERS.get(row.offer_state)
    return WelcomeBackOffer(row.key, row.offer_kind, row.offer_worth, row.offer_deadline, row.offer_rule, answer)
