"""Says in plain words what customers are worth, and what that was reckoned from.

It must not name anybody.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.table import Table

from bot.retention.money import write_amount
from bot.retention.policy import Policy
from bot.value.buyers import ENOUGH_AGAIN, HORIZON_WEEKS, BuyingHabits
from bot.value.reckoning import Reckoning
from bot.value.second_lives import ENOUGH_RETURNS, SecondLife
from bot.value.subscriptions import ENOUGH_ENDED, DefaultMonths, Flags, SurvivalCurve
from bot.value.worth import Amounts, Worths

BELOW_ALL = "below all"


def tabulate(reckoning: Reckoning, policy: Policy) -> Iterator[Table]:
    """Yield what customers are worth by the way it was reckoned, and what those who left are worth by tier."""
    by_basis = _make_table("Customers by basis (margin, median)", "customers")
    for worths in (reckoning.subscribers, reckoning.buyers):
        if len(worths.ids):
            columns = (worths.so_far, worths.remaining, worths.second_life)
            medians = (write_amount(int(np.median(column)), policy.currency) for column in columns)
            by_basis.add_row(worths.basis.value, f"{len(worths.ids):,}", *medians)
    if by_basis.row_count:
        yield by_basis
    by_tier = _make_table("Who has left, by tier (margin, total)", "left")
    for name, part in _split(reckoning, policy):
        if any(flags.any() for _, flags in part):
            totals = (sum(int(_column(worths, it)[flags].sum()) for worths, flags in part) for it in _COLUMNS)
            count = sum(int(flags.sum()) for _, flags in part)
            by_tier.add_row(name, f"{count:,}", *(write_amount(total, policy.currency) for total in totals))
    if by_tier.row_count:
        yield by_tier


def describe(reckoning: Reckoning) -> Iterator[str]:
    """Yield what it was reckoned from, line by line."""
    valued = len(reckoning.subscribers.ids) + len(reckoning.buyers.ids)
    if not valued:
        yield "Nobody to reckon: no customer has a monthly value or a purchase in the policy's currency."
        return
    if len(reckoning.subscribers.ids):
        yield f"Subscriptions: {_describe_lifetime(reckoning.lifetime)}"
        yield f"  A second one: {_describe_second(reckoning.second_subscription, 'that have ended again')}"
    if len(reckoning.buyers.ids):
        yield f"Purchases: {_describe_habits(reckoning.habits)}"
        yield f"  A second life: {_describe_second(reckoning.second_buying, 'followed for a year')}"
    if reckoning.customers > valued:
        yield f"{reckoning.customers - valued:,} more have no monthly value and no purchase in the policy's currency."


_COLUMNS = ("so_far", "remaining", "second_life")


def _make_table(title: str, count: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    for heading in (count, "so far", "still expected", "a second life"):
        table.add_column(heading, justify="right")
    return table


def _split(reckoning: Reckoning, policy: Policy) -> Iterator[tuple[str, list[tuple[Worths, Flags]]]]:
    subscribers, buyers = reckoning.subscribers, reckoning.buyers
    below = np.full(len(subscribers.ids), np.inf)
    for tier in policy.tiers:
        own = subscribers.has_left & (subscribers.monthly >= tier.floor) & (subscribers.monthly < below)
        part = [(subscribers, own)]
        if tier.name == policy.unknown_value_tier:
            part.append((buyers, buyers.has_left))
        yield tier.name, part
        below = np.minimum(below, tier.floor)
    yield BELOW_ALL, [(subscribers, subscribers.has_left & (subscribers.monthly < below))]


def _column(worths: Worths, name: str) -> Amounts:
    amounts: Amounts = getattr(worths, name)
    return amounts


def _describe_lifetime(lifetime: SurvivalCurve | DefaultMonths) -> str:
    known = f"{lifetime.ended:,} ended, {lifetime.going_on:,} go on"
    if isinstance(lifetime, DefaultMonths):
        return (
            f"{lifetime.months:.0f} months, the policy's default_months: too few have ended to draw your own curve "
            f"({known}; it takes {ENOUGH_ENDED} with their dates)."
        )
    line = f"{lifetime.expected():.1f} months by your own curve ({known}), drawn until month {lifetime.horizon:.0f}"
    if lifetime.going_on == 0:
        return f"{line}. That is too few: nobody who is still with you is known. Import them as well."
    if lifetime.open_share > 0:
        return f"{line}, which {lifetime.open_share:.0%} outlast; what comes later is not counted."
    return f"{line}."


def _describe_second(second: SecondLife, followed: str) -> str:
    if second.is_own:
        return f"{second.share:.0%} of a first, from {second.returns:,} returns of yours {followed}."
    return (
        f"{second.share:.0%} of a first, the policy's second_life_percent: too few returns tell it "
        f"({second.returns} {followed}; it takes {ENOUGH_RETURNS})."
    )


def _describe_habits(habits: BuyingHabits) -> str:
    model, spending = habits.purchases, habits.spending
    known = f"{habits.again:,} of {habits.customers:,} customers bought again"
    if model is None or spending is None:
        return (
            f"only what was paid counts: too few have bought again to expect more ({known}; it takes {ENOUGH_AGAIN})."
        )
    return (
        f"what the next {HORIZON_WEEKS} weeks bring ({known}; BG/NBD r {model.r:.3f}, alpha {model.alpha:.3f}, "
        f"a {model.a:.3f}, b {model.b:.3f}; Gamma-Gamma p {spending.p:.2f}, q {spending.q:.2f}, "
        f"gamma {spending.gamma:.0f})."
    )
