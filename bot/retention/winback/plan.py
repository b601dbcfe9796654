"""Plans touches: the next step for why somebody left, news of what was put right, and the reminder of an offer.

It must not send anything, nor tell whether a planned touch may be sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.retention.reasons import Reason
from bot.retention.winback.calendar import find_opening
from bot.retention.winback.eligibility import choose_channel, concerns, find_bar, list_since_leaving
from bot.retention.winback.person import Improvement, Lapsed
from bot.retention.winback.rules import ALLOWED_TOUCHES, EAGER, FIRST_DAY, GENTLE_DAY, LAST_DAY, Step, WinbackRules
from bot.retention.winback.touches import Touch, TouchKind, TouchState

REGULAR = (TouchKind.CHECK_IN, TouchKind.WELCOME_BACK)
LATE_DAYS = 30
"""So long after its day a step of a plan no longer fits."""
NEWS_DAYS = 120
"""So long what was put right is still news."""
AS_ASKED = Step(TouchKind.CHECK_IN, 0)
"""What comes last for those who asked to be asked again later."""
LATER = "winback.asked_later"
FIRST_THANKS, LAST_THANKS = timedelta(days=1), timedelta(days=14)
"""Between these spans after they came back somebody is thanked, or not at all."""
USED_UP = ("late.", "offer.")
"""The rules whose skipping ends a step for good; others leave it to be planned anew once they no longer hold."""


def plan(person: Lapsed, rules: WinbackRules, improvements: Sequence[Improvement], now: datetime) -> Iterator[Touch]:
    """Find what is to be planned for somebody beside what is planned already."""
    for improvement in improvements:
        touch = _plan_announcement(person, rules, improvement, now)
        if touch is not None:
            yield touch
    yield from _plan_reminders(person, rules, now)
    yield from _plan_thanks(person, rules, now)
    step = find_next_step(person, rules)
    if step is not None:
        touch = _plan_step(person, rules, *step, now)
        if touch is not None:
            yield touch


def find_next_step(person: Lapsed, rules: WinbackRules) -> tuple[int, Step] | None:
    """Return the number, from 0, of the step of the plan that comes next, and the step; None while one is under way or
    when all are done."""
    made = [touch for touch in list_since_leaving(person) if touch.kind in REGULAR]
    if any(touch.state.is_open or touch.state is TouchState.CLAIMED for touch in made):
        return None
    done = sum(_is_done(touch) for touch in made)
    steps = rules.plans.get(person.leading, ())
    if done < len(steps):
        return done, steps[done]
    waits = person.not_before is not None and all(touch.wanted_at < person.not_before for touch in made)
    return (done, AS_ASKED) if waits and AS_ASKED.kind in ALLOWED_TOUCHES[person.leading] else None


def fits_plan(touch: Touch, person: Lapsed) -> bool:
    """Tell whether a touch comes from the plan for why and when they left, as far as that is known by now."""
    if touch.kind not in REGULAR or touch.rule == LATER:
        return True
    days = GENTLE_DAY if person.leading is Reason.NO_LONGER_NEEDED else FIRST_DAY
    earliest = max(person.left_at + timedelta(days=days), person.not_before or person.left_at)
    return touch.rule.startswith(_name_plan(person)) and touch.wanted_at >= earliest


def find_last_moment(touch: Touch, person: Lapsed) -> datetime:
    """Return the moment after which a touch no longer fits."""
    if touch.kind is TouchKind.REMINDER and touch.offer is not None:
        return touch.offer.deadline - timedelta(days=1)
    if touch.kind is TouchKind.THANKS:
        return touch.wanted_at - FIRST_THANKS + LAST_THANKS
    if touch.kind in REGULAR and touch.rule != LATER and TouchKind.CHECK_IN in ALLOWED_TOUCHES[person.leading]:
        is_first = not any(other.state.counts for other in list_since_leaving(person))
        if is_first or touch.kind is TouchKind.CHECK_IN:
            return person.left_at + timedelta(days=LAST_DAY)
    return touch.wanted_at + timedelta(days=NEWS_DAYS if touch.kind is TouchKind.ANNOUNCEMENT else LATE_DAYS)


def _name_plan(person: Lapsed) -> str:
    return f"winback.plans.{person.leading or 'unknown'}."


def _is_done(touch: Touch) -> bool:
    if touch.state is TouchState.SKIPPED:
        return touch.because.startswith(USED_UP)
    return touch.state.counts or touch.state is TouchState.FAILED


def _plan_step(person: Lapsed, rules: WinbackRules, number: int, step: Step, now: datetime) -> Touch | None:
    if find_bar(person, step.kind, rules) is not None:
        return None
    eager = number == 0 and step.kind is TouchKind.CHECK_IN and (person.likelihood or 0) >= EAGER
    wanted = person.left_at + timedelta(days=FIRST_DAY if eager else step.day)
    wanted = max(wanted, person.not_before or wanted)
    rule = LATER if step is AS_ASKED else f"{_name_plan(person)}{number + 1}"
    touch = _make(person, rules, step.kind, f"step.{len(person.touches) + 1}", rule, wanted, now)
    return touch if touch.due_at <= find_last_moment(touch, person) else None


def _plan_announcement(person: Lapsed, rules: WinbackRules, improvement: Improvement, now: datetime) -> Touch | None:
    if not concerns(improvement, person) or find_bar(person, TouchKind.ANNOUNCEMENT, rules) is not None:
        return None
    earlier = [touch for touch in person.touches if touch.improvement == improvement.id]
    if any(touch.state.is_open or touch.state is TouchState.CLAIMED or _is_done(touch) for touch in earlier):
        return None
    wanted = max(improvement.told_at, person.left_at + timedelta(days=FIRST_DAY))
    # Dropped by something that has passed, such as a blocked channel, it is planned anew.
    again = f".{len(earlier) + 1}" if earlier else ""
    key, rule = f"announcement.{improvement.id}{again}", "announcement"
    touch = _make(person, rules, TouchKind.ANNOUNCEMENT, key, rule, wanted, now, improvement=improvement.id)
    return touch if touch.due_at <= find_last_moment(touch, person) else None


def _plan_reminders(person: Lapsed, rules: WinbackRules, now: datetime) -> Iterator[Touch]:
    """One reminder comes before the deadline of every offer that nobody has answered."""
    for made in list_since_leaving(person):
        offer = made.offer
        if made.kind is not TouchKind.WELCOME_BACK or not made.state.counts or offer is None or offer.answer:
            continue
        key = f"reminder.{offer.id}"
        if any(touch.key == key for touch in person.touches) or find_bar(person, TouchKind.REMINDER, rules):
            continue
        wanted = offer.deadline - timedelta(days=rules.reminder_days)
        touch = _make(person, rules, TouchKind.REMINDER, key, "reminder", wanted, now, offer=offer)
        if touch.due_at <= find_last_moment(touch, person):
            yield touch


def _plan_thanks(person: Lapsed, rules: WinbackRules, now: datetime) -> Iterator[Touch]:
    """Whoever came back after hearing from us is thanked, once."""
    if person.returned_at is None or find_bar(person, TouchKind.THANKS, rules) is not None:
        return
    made = [touch for touch in list_since_leaving(person) if touch.kind is TouchKind.THANKS]
    if any(touch.state.is_open or _is_done(touch) for touch in made):
        return
    wanted = person.returned_at + FIRST_THANKS
    touch = _make(person, rules, TouchKind.THANKS, f"thanks.{len(person.touches) + 1}", "thanks", wanted, now)
    if touch.due_at <= find_last_moment(touch, person):
        yield touch


def _make(
    person: Lapsed,
    rules: WinbackRules,
    kind: TouchKind,
    key: str,
    rule: str,
    wanted: datetime,
    now: datetime,
    **what: Any,
) -> Touch:
    return Touch(
        key=key,
        kind=kind,
        state=TouchState.PLANNED,
        leaving=person.leaving,
        wanted_at=wanted,
        due_at=find_opening(max(wanted, now), person.zone, rules),
        changed_at=now,
        rule=rule,
        because=rule,
        channel=choose_channel(person, rules),
        **what,
    )
