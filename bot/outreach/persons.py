"""Turns the record of a customer into what the rules of winning back know of somebody who has left.

It must not decide whom to write to: that is done by the rules.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.conversations.opt_out import OptOutService
from bot.retention.dates import find_zone
from bot.retention.offers import GrantState
from bot.retention.places import find_place
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.winback.person import Contact, Lapsed, Worth
from bot.retention.winback.touches import OfferAnswer, Touch, TouchKind, WelcomeBackOffer
from bot.settings import Settings
from bot.storage.lapsed import Record, TouchRow
from bot.storage.tables import Mode, Outcome

_LEFT = (Outcome.LEFT, Outcome.SKIPPED)
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
        """Return when somebody left: the day their company names, the end of their exit interview, or so long after
        their last purchase that they count as lapsed. None for those who have not left."""
        customer = record.customer
        if customer.cancelled_at is not None:
            return customer.cancelled_at
        ended = [it for it in record.interviews if it.finished_at is not None]
        if ended and ended[-1].outcome in _LEFT:
            return ended[-1].finished_at
        if customer.last_purchase_at is not None:
            return customer.last_purchase_at + timedelta(days=self._policy.winback.lapsed_after_days)
        return None

    def describe(self, record: Record, left_at: datetime, *, suppressed: bool) -> Lapsed:
        """Return the person; `suppressed` tells whether anything of theirs is."""
        customer, rules = record.customer, self._policy.winback
        came_back = [at for at in record.returned if at < left_at]
        bought_again = customer.last_purchase_at is not None and customer.last_purchase_at > left_at
        last_return = max(came_back, default=None)
        newest_talk = max((talk.last_message_at for talk in record.talks), default=None)
        reasons = self._find_reasons(record)
        return Lapsed(
            left_at=left_at,
            leaving=0 if last_return is None else 1,
            zone=find_zone(customer.timezone, self._zone),
            contacts=tuple(
                Contact(point.channel, point.consent, point.reachable, suppressed) for point in record.points
            ),
            reasons=reasons,
            likelihood=record.likelihood,
            monthly_value=customer.monthly_value,
            currency=customer.currency,
            worth=None if customer.so_far is None else Worth(customer.so_far, customer.second_life or 0),
            holdout=self._is_held_out(record),
            opted_out=any(talk.opted_out_at is not None for talk in record.talks),
            flagged=customer.flagged_at is not None,
            sensitive=any(it.sensitive for it in record.interviews),
            disputed=customer.disputed_at is not None,
            returned=bought_again or any(at >= left_at for at in record.returned),
            left_for_offer=any(
                timedelta() <= left_at - at <= timedelta(days=rules.again_within_days) for at in record.taken
            ),
            waits_for_staff=any(
                talk.mode is Mode.STAFF or talk.handoff_requested_at is not None for talk in record.talks
            ),
            last_said_at=newest_talk,
            home=customer.place,
            places=self._find_places(record) if reasons[:1] == (Reason.RELOCATION,) else (),
            touches=tuple(_read_touches(record.touches, last_return)) if record.touches else (),
        )

    def _find_reasons(self, record: Record) -> tuple[Reason, ...]:
        """Return why they left, in their own words if they said it, else as the company's billing system has it."""
        if record.reasons:
            return tuple(record.reasons)
        reported = record.customer.reported_reason
        reason = reported.reason if reported is not None else None
        return () if reason is None else (reason,)

    def _find_places(self, record: Record) -> tuple[str, ...]:
        found = find_place(self._policy.places, record.words, record.customer.place)
        return () if found is None else (found.name,)

    def _is_held_out(self, record: Record) -> bool:
        """Tell whether somebody is left alone for comparison. It is the same every time, and chance for each person."""
        name = f"holdout:{record.customer.external_id or record.customer.id}"
        number = int.from_bytes(hmac.digest(self._key, name.encode(), "sha256")[:8])
        return number % 100 < self._policy.winback.holdout


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
