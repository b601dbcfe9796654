"""Finds rules of winning back that are well written and cannot be meant, such as a touch that would never be sent.

It must not look at the offers of an interview.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import time

from bot.conversations.policy_fields import UNKNOWN, WRITABLE_CHANNELS, Day, PolicyFields, StepFields, WinbackFields
from bot.conversations.policy_lines import FieldPath
from bot.conversations.policy_mistakes import NO_PAGE, list_plannable
from bot.conversations.policy_offers import find_unfit_rows
from bot.retention.reasons import Reason
from bot.retention.winback.plan import REGULAR
from bot.retention.winback.rules import ALLOWED_OFFERS, ALLOWED_TOUCHES, FIRST_DAY, GENTLE_DAY, LAST_DAY
from bot.retention.winback.touches import TouchKind

EARLIEST, LATEST, SHORTEST_HOURS = time(5), time(23), 2
"""Nobody may be woken, and in less time than this not everybody could be reached."""
ONE_TOUCH = {None, Reason.BILLING_ACCOUNT, Reason.OTHER_UNCLEAR, Reason.NO_LONGER_NEEDED}
"""Who hears from us once and, beside what they asked for, no more."""

Mistake = tuple[FieldPath, str]


def find_winback_mistakes(policy: PolicyFields) -> Iterator[Mistake]:
    """Find what cannot be meant; the way to each starts at the top of the file."""
    rules = policy.winback
    for path, what in (*_find_in_calendar(rules), *_find_in_channels(rules), *_find_in_plans(rules)):
        yield ("winback", *path), what
    yield from find_unfit_rows(("winback", "offers"), rules.offers, ALLOWED_OFFERS, policy.tiers)
    for path, what in _find_in_offers(rules):
        yield ("winback", *path), what


def measure_longest_wait(quiet_days: Sequence[Day]) -> int:
    """Return how many days at most a touch waits for hours in which it may be sent: all quiet days in a row, and the
    night before them."""
    run = longest = 0
    for day in [*Day] * 2:  # Twice, since a run may go on from Sunday to Monday.
        run = run + 1 if day in quiet_days else 0
        longest = max(longest, run)
    return min(longest, len(Day)) + 1


def _find_in_calendar(rules: WinbackFields) -> Iterator[Mistake]:
    opens, closes = rules.window.opens, rules.window.closes
    if opens < EARLIEST:
        yield ("window", "from"), f"{opens:%H:%M} would wake people; use {EARLIEST:%H:%M} or later."
    if closes > LATEST:
        yield ("window", "to"), f"{closes:%H:%M} would wake people; use {LATEST:%H:%M} at the latest."
    if closes <= opens:
        yield ("window", "to"), f"{closes:%H:%M} is not after {opens:%H:%M}; use a later time of the same day."
    elif _count_minutes(closes) - _count_minutes(opens) < SHORTEST_HOURS * 60:
        yield (
            ("window", "to"),
            f"{closes:%H:%M} is too soon after {opens:%H:%M} to reach all; leave {SHORTEST_HOURS} hours or more.",
        )
    yield from _find_repeated("quiet_days", rules.quiet_days)
    if set(rules.quiet_days) == set(Day):
        yield ("quiet_days",), "has all seven days, so that nobody could ever be written to; leave one out."
        return
    wait = measure_longest_wait(rules.quiet_days)
    if rules.reminder_days <= wait:
        yield (
            ("reminder_days",),
            f"{rules.reminder_days} is too few: a reminder can wait {wait} days for hours in which it may be sent, and "
            f"must come a day before the offer ends; use {wait + 1} or more.",
        )


def _count_minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _find_in_channels(rules: WinbackFields) -> Iterator[Mistake]:
    usable = ", ".join(WRITABLE_CHANNELS)
    if not rules.channels:
        yield ("channels",), f"is empty, so that nobody could ever be written to; use {usable}."
    for number, channel in enumerate(rules.channels):
        if channel not in WRITABLE_CHANNELS:
            yield ("channels", number), f"{channel.value!r} is not allowed ({NO_PAGE}); use {usable}."
    yield from _find_repeated("channels", rules.channels)


def _find_repeated(field: str, items: Sequence[str]) -> Iterator[Mistake]:
    for number, item in enumerate(items):
        if item in items[:number]:
            yield (field, number), f"{str(item)!r} stands here a second time; keep one."


def _find_in_plans(rules: WinbackFields) -> Iterator[Mistake]:
    for leading in (None, *Reason):
        path = ("plans", leading.value if leading else UNKNOWN)
        if leading not in rules.plans:
            yield path, "is missing; write `none` where nobody is to be written to."
            continue
        steps = rules.plans[leading]
        wrong = list(_find_wrong_touches(leading, path, steps))
        wrong = wrong or [*_find_wrong_first(rules, leading, path, steps), *_find_too_soon(rules, path, steps)]
        yield from wrong or _find_too_many(rules, leading, path, steps)


def _find_wrong_touches(leading: Reason | None, path: FieldPath, steps: Sequence[StepFields]) -> Iterator[Mistake]:
    allowed = list_plannable(leading)
    for number, step in enumerate(steps):
        where: FieldPath = (*path, number, "touch")
        if step.touch is TouchKind.ANNOUNCEMENT:
            yield where, "'announcement' is not planned by day: it comes when something has been put right; remove it."
        elif step.touch is TouchKind.REMINDER:
            yield where, "'reminder' is not planned by day: it comes reminder_days before an offer ends; remove it."
        elif step.touch is TouchKind.THANKS:
            yield where, "'thanks' is not planned by day: it comes when somebody is back (thank_returned); remove it."
        elif not allowed:
            yield where, f"nothing is planned for people who leave for this reason; write `{path[-1]}: none`."
        elif step.touch not in allowed:
            yield where, f"{step.touch.value!r} is not for people who leave for this reason; use {', '.join(allowed)}."
        elif leading in ONE_TOUCH and number:
            yield (*path, number), "is one too many: for this reason people hear from us once, and no more; remove it."
        elif step.touch is TouchKind.WELCOME_BACK and step.touch in [earlier.touch for earlier in steps[:number]]:
            yield where, "'welcome_back' stands here a second time; keep one, since nobody is asked back twice."


def _find_wrong_first(
    rules: WinbackFields, leading: Reason | None, path: FieldPath, steps: Sequence[StepFields]
) -> Iterator[Mistake]:
    if not steps:
        return
    first, where = steps[0], (*path, 0, "day")
    if TouchKind.CHECK_IN not in list_plannable(leading):
        if first.day < GENTLE_DAY:
            yield where, f"{first.day} is too soon for people who leave for this reason; use {GENTLE_DAY} or more."
        return
    if first.touch is not TouchKind.CHECK_IN:
        yield (*path, 0, "touch"), f"{first.touch.value!r} cannot come first; begin with a check_in."
        return
    wait = measure_longest_wait(rules.quiet_days)
    last = LAST_DAY - wait
    if not FIRST_DAY <= first.day <= last:
        why = f"the first touch comes from day {FIRST_DAY} to {LAST_DAY}"
        if first.day > last:
            why += f", and can wait {wait} days for hours in which it may be sent"
        yield where, f"{first.day} is not allowed: {why}; use {FIRST_DAY} to {last}."


def _find_too_soon(rules: WinbackFields, path: FieldPath, steps: Sequence[StepFields]) -> Iterator[Mistake]:
    waited = before = 0
    for number, step in enumerate(steps):
        soonest = before + max(waited + 1, rules.cooldown_days)
        if number and step.day < soonest:
            yield (
                (*path, number, "day"),
                f"{step.day} is too soon after day {before}: touches come ever more rarely, and cooldown_days "
                f"({rules.cooldown_days}) apart; use {soonest} or more.",
            )
        waited, before = step.day - before, step.day


def _find_too_many(
    rules: WinbackFields, leading: Reason | None, path: FieldPath, steps: Sequence[StepFields]
) -> Iterator[Mistake]:
    days = [step.day for step in steps]
    rows = rules.offers.get(leading, {}) if leading and _is_reminded(leading) else {}
    reminded = [step.day for step in steps if step.touch is TouchKind.WELCOME_BACK and rows]
    days += [day + max(0, min(row.days for row in rows.values()) - rules.reminder_days) for day in reminded]
    days.sort()
    counted = "touches, with the reminder of the offer," if reminded else "touches"
    if len(days) > rules.attempts:
        yield path, f"has {len(days)} {counted} but attempts allows {rules.attempts}; plan fewer, or raise attempts."
    most = max((sum(first <= day <= first + rules.cap.days for day in days) for first in days), default=0)
    if most > rules.cap.touches:
        yield (
            path,
            f"has {most} {counted} within {rules.cap.days} days, but cap allows {rules.cap.touches}; "
            f"plan fewer, or raise cap.",
        )


def _find_in_offers(rules: WinbackFields) -> Iterator[Mistake]:
    shortest = rules.reminder_days + rules.cooldown_days + 1
    for reason, rows in rules.offers.items():
        if not rows or not ALLOWED_OFFERS[reason]:
            continue
        if not _has_welcome_back(rules, reason):
            yield (
                ("offers", reason.value),
                f"is never made: plans.{reason.value} has no {REGULAR[1].value}; add one, or write `none` here.",
            )
        for name, offer in rows.items():
            if offer.days < shortest and _is_reminded(reason):
                yield (
                    ("offers", reason.value, name, "days"),
                    f"{offer.days} is too few for a reminder, which comes cooldown_days ({rules.cooldown_days}) after "
                    f"the offer and reminder_days ({rules.reminder_days}) before its end; use {shortest} or more.",
                )
    if _has_welcome_back(rules, Reason.PRICE) and not rules.offers.get(Reason.PRICE):
        yield (
            ("offers", "price"),
            "is missing: plans.price has a welcome_back, which has to offer something; add a row.",
        )
    made = any(rows for reason, rows in rules.offers.items() if ALLOWED_OFFERS[reason])
    for name, percent in rules.budget.model_dump().items():
        if made and percent == 0:
            yield (
                ("budget", name),
                "0 is too small: none of the offers could be made; use 1 or more, or remove them all.",
            )


def _is_reminded(reason: Reason) -> bool:
    return TouchKind.REMINDER in ALLOWED_TOUCHES[reason]


def _has_welcome_back(rules: WinbackFields, reason: Reason) -> bool:
    return any(step.touch is TouchKind.WELCOME_BACK for step in rules.plans.get(reason, ()))
