"""Books what people who came back have brought in since, against what the offer cost that they came back with.

It must not say that writing brought them back: that is what the comparison with those held out is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from bot.retention.offers import OfferKind
from bot.retention.winback.touches import TouchKind
from bot.storage.lapsed import TouchRow
from bot.storage.ledger import Income, Redeemed

_SAME_EVENT = timedelta(days=1)


@dataclass(frozen=True)
class History:
    """What is known of one customer's leaving and coming back. `left_at` is the newest leaving, if it is known; `told`
    are returns as the company's system tells them, `bought` are purchases, both oldest first. `lapse` is how long
    somebody must have bought nothing to count as gone; None for those who pay every month."""

    left_at: datetime | None
    told: Sequence[Income] = ()
    bought: Sequence[Income] = ()
    redeemed: Sequence[Redeemed] = ()
    touches: Sequence[TouchRow] = ()
    lapse: timedelta | None = None


@dataclass(frozen=True)
class Entry:
    """One return of one person. `left_at` is None where it is no longer known. `touches` are what they had heard since
    they left. Amounts are in minor units of the policy's currency: `cost` is what the redeemed offer was worth,
    `revenue` what has come in since by the return itself and by purchases, until they came back another time.
    `elsewhere` counts amounts in other currencies, which are in no sum."""

    at: datetime
    left_at: datetime | None
    touches: tuple[TouchKind, ...]
    offer: OfferKind | None
    cost: int
    revenue: int
    elsewhere: int


def book_returns(history: History, currency: str) -> Iterator[Entry]:
    """Yield an entry for each time somebody came back, oldest first."""
    comebacks = find_comebacks(history)
    moments = [at for at, _ in comebacks]
    unused = list(history.redeemed)
    for number, (at, left_at) in enumerate(comebacks):
        before = moments[number - 1] if number else None
        after = moments[number + 1] if number + 1 < len(moments) else None
        told = next((one for one in history.told if one.at == at), None)
        amounts = list(_list_amounts(history, told, at, after))
        offer = _take_offer(unused, told)
        began = left_at or before
        yield Entry(
            at=at,
            left_at=left_at,
            touches=tuple(
                touch.kind
                for touch in history.touches
                if touch.state.counts and touch.changed_at < at and (began is None or touch.changed_at >= began)
            ),
            offer=offer.kind if offer else None,
            cost=offer.worth if offer and offer.currency == currency else 0,
            revenue=sum(amount for amount, of in amounts if of == currency),
            elsewhere=sum(of != currency for _, of in amounts),
        )


def find_comebacks(history: History) -> list[tuple[datetime, datetime | None]]:
    """Return when somebody came back, oldest first, each with when they had left, if that is known.

    A return is what the company's system tells as one; without that, the first purchase after they left, or after
    they had bought nothing for so long that they counted as gone.
    """
    left_at, told, bought = history.left_at, [one.at for one in history.told], [one.at for one in history.bought]
    found: dict[datetime, datetime | None] = dict.fromkeys(told)
    if left_at is not None:
        first = next((at for at in told if at >= left_at), None) or next((at for at in bought if at > left_at), None)
        if first is not None:
            found[first] = left_at
    if history.lapse is not None:
        for before, after in pairwise(bought):
            gone = before + history.lapse
            if after > gone and not any(before < at <= after + _SAME_EVENT for at in [*told, *found]):
                found[after] = gone
    return sorted(found.items())


def _list_amounts(
    history: History, told: Income | None, at: datetime, after: datetime | None
) -> Iterator[tuple[int, str | None]]:
    """Yield what came in by a return and since. A purchase on the very day of a return whose amount was told is taken
    for that return, and does not count twice."""
    own_day = None
    if told is not None and told.amount is not None:
        own_day = told.at.date()
        yield told.amount, told.currency
    for one in history.bought:
        if one.amount is None or one.at < at or one.at.date() == own_day:
            continue
        if after is None or one.at < after:
            yield one.amount, one.currency


def _take_offer(unused: list[Redeemed], told: Income | None) -> Redeemed | None:
    """Return the offer that somebody came back with; each pays for one return alone."""
    if told is None or told.code is None:
        return None
    used = told.code.upper()
    offer = next((one for one in unused if one.code == used), None)
    if offer is not None:
        unused.remove(offer)
    return offer
