"""Looks at one person who has left: what to plan, what to keep for later, what to drop, and what to send now.

It must not send anything; whoever does says what became of it, and has the person looked at again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.retention.policy import Policy
from bot.retention.winback.eligibility import LOOK_AGAIN, choose_channel, concerns, find_bar, find_hold
from bot.retention.winback.person import Improvement, Lapsed
from bot.retention.winback.plan import find_last_moment, fits_plan, plan
from bot.retention.winback.touches import Touch, TouchKind, TouchState
from bot.retention.winback.welcome_back_offer import choose_welcome_back_offer

_URGENCY = (
    *(TouchKind.THANKS, TouchKind.REMINDER, TouchKind.ANNOUNCEMENT),
    *(TouchKind.WELCOME_BACK, TouchKind.CHECK_IN),
)
"""Of several touches whose time has come the one that can wait least leaves first."""


@dataclass(frozen=True)
class Review:
    """What came of it: the touches that are new or have changed, one at most of them `claimed`, which is to be sent at
    once over its channel; and when to look at the person next, None for not before something happens."""

    touches: tuple[Touch, ...]
    look_at: datetime | None


def review(person: Lapsed, policy: Policy, improvements: Sequence[Improvement], now: datetime) -> Review:
    """Return what to do about somebody at this moment."""
    rules = policy.winback
    before = {touch.key: touch for touch in person.touches}
    told = {improvement.id for improvement in improvements if concerns(improvement, person)}
    touches = [_drop_if_barred(touch, person, policy, told, now) for touch in person.touches]
    if touches != list(person.touches):
        person = replace(person, touches=tuple(touches))
    touches += plan(person, rules, improvements, now)
    if not any(touch.state is TouchState.CLAIMED for touch in touches):
        touches = _decide_due(touches, person, policy, now)
    changed = tuple(touch for touch in touches if before.get(touch.key) != touch)
    if any(touch.state is TouchState.CLAIMED for touch in touches):
        return Review(changed, now + LOOK_AGAIN)
    return Review(changed, min((touch.due_at for touch in touches if touch.state.is_open), default=None))


def check(person: Lapsed, key: str, policy: Policy, improvements: Sequence[Improvement], now: datetime) -> Touch:
    """Return a claimed touch as the rules see it at the moment it would leave: still claimed, held for later, or
    skipped. It may have waited since it was claimed, and much may have happened."""
    claimed = next(touch for touch in person.touches if touch.key == key)
    planned = replace(claimed, state=TouchState.PLANNED, due_at=now)
    person = replace(person, touches=tuple(planned if touch.key == key else touch for touch in person.touches))
    told = {improvement.id for improvement in improvements if concerns(improvement, person)}
    touch = _drop_if_barred(planned, person, policy, told, now)
    if not touch.state.is_open:
        return touch
    hold = find_hold(person, policy.winback, now)
    if (hold.until if hold else now) > find_last_moment(touch, person):
        return _change(touch, TouchState.SKIPPED, f"late.{touch.kind.value}", now)
    return claimed if hold is None else _change(touch, TouchState.HELD, hold.rule, now, due_at=hold.until)


def drop_open(person: Lapsed, rule: str, now: datetime) -> list[Touch]:
    """Return all that is still planned for somebody, dropped by a rule."""
    return [_change(touch, TouchState.SKIPPED, rule, now) for touch in person.touches if touch.state.is_open]


def _drop_if_barred(touch: Touch, person: Lapsed, policy: Policy, told: Collection[str], now: datetime) -> Touch:
    """Drop what must not be sent any more; `told` are the improvements that concern them."""
    if not touch.state.is_open:
        return touch
    bar = "barred.left_again" if touch.leaving != person.leaving else find_bar(person, touch.kind, policy.winback)
    is_meant = fits_plan(touch, person) and (touch.improvement is None or touch.improvement in told)
    if bar is None and not is_meant:
        bar = "barred.other_reason"
    return touch if bar is None else _change(touch, TouchState.SKIPPED, bar, now)


def _decide_due(touches: list[Touch], person: Lapsed, policy: Policy, now: datetime) -> list[Touch]:
    """Decide about every touch whose time has come, the most urgent first, until one is sent."""
    due = sorted(
        (touch for touch in touches if touch.state.is_open and touch.due_at <= now),
        key=lambda touch: (_URGENCY.index(touch.kind), touch.wanted_at),
    )
    for touch in due:
        decided = _decide(touch, person, policy, now)
        touches = [decided if one.key == touch.key else one for one in touches]
        if decided.state is TouchState.CLAIMED:
            break
    return touches


def _decide(touch: Touch, person: Lapsed, policy: Policy, now: datetime) -> Touch:
    rules = policy.winback
    hold = find_hold(person, rules, now)
    if (hold.until if hold else now) > find_last_moment(touch, person):
        return _change(touch, TouchState.SKIPPED, f"late.{touch.kind.value}", now)
    if hold is not None:
        return _change(touch, TouchState.HELD, hold.rule, now, due_at=hold.until)
    channel = choose_channel(person, rules)
    if touch.kind is not TouchKind.WELCOME_BACK:
        return _change(touch, TouchState.CLAIMED, touch.rule, now, channel=channel)
    offer, rule = choose_welcome_back_offer(person, policy, touch.key, now)
    if offer is None and person.leading in rules.offers:
        return _change(touch, TouchState.SKIPPED, rule, now)
    return _change(touch, TouchState.CLAIMED, touch.rule if offer is None else rule, now, channel=channel, offer=offer)


def _change(touch: Touch, state: TouchState, because: str, now: datetime, **what: Any) -> Touch:
    """Return the touch as it is now; `changed_at` tells since when it is in this state."""
    since = touch.changed_at if touch.state is state else now
    return replace(touch, state=state, because=because, changed_at=since, **what)
