"""Says what came of writing to people: for a person to read, and as data.

It must not reckon anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.outreach.results import Booked, Group, Results
from bot.retention.money import write_amount
from bot.retention.winback.touches import TouchKind, TouchState


def describe(results: Results) -> Iterator[str]:
    """Yield it line by line."""
    by = f"in {results.currency}, by policy version {results.policy_version}"
    yield f"Since {results.since:%Y-%m-%d %H:%M} UTC, {by}."
    yield "\nTouches"
    yield from _describe_touches(results)
    yield "\nAnswers"
    yield from _describe_answers(results)
    yield "\nWelcome-back offers"
    yield from _describe_offers(results)
    yield "\nWho left since then, and came back"
    yield from _describe_returns(results)
    yield "\nWhat those who came back have brought in since"
    yield from _describe_money(results)


def write_json(results: Results) -> dict[str, Any]:
    """Return it as data; amounts are in minor units."""
    lift = results.lift
    touches: dict[str, dict[str, int]] = {}
    for count in results.touches:
        touches.setdefault(count.kind.value, {})[count.state.value] = count.touches
    answers: dict[str, dict[str, int]] = {}
    for answer in results.answers:
        answers.setdefault(answer.kind.value, {})[answer.answer.value] = answer.touches
    return {
        "since": results.since.isoformat(),
        "currency": results.currency,
        "policy_version": results.policy_version,
        "touches": touches,
        "answers": answers,
        "offers": dict(results.count_offers()),
        "returns": {
            "treated": _write_group(results.treated),
            "holdout": _write_group(results.holdout),
            "lift": lift.value if lift else None,
            "interval": [lift.low, lift.high] if lift else None,
        },
        "money": {
            "revenue": results.revenue,
            "margin_percent": results.margin_percent,
            "margin": results.margin,
            "offer_cost": results.cost,
            "net": results.net,
            "revenue_of_holdout": sum(one.entry.revenue for one in results.booked if one.holdout),
        },
        "ledger": [_write_entry(one) for one in results.booked],
    }


def _describe_touches(results: Results) -> Iterator[str]:
    for kind in TouchKind:
        states = {count.state: count.touches for count in results.touches if count.kind is kind}
        if states:
            told = ", ".join(f"{states[state]:,} {state.value}" for state in TouchState if state in states)
            yield f"  {_name(kind)}: {told}"
    if not results.touches:
        yield "  none yet"


def _describe_answers(results: Results) -> Iterator[str]:
    for kind in TouchKind:
        given = [count for count in results.answers if count.kind is kind]
        if given:
            told = ", ".join(f"{count.touches:,} {count.answer.value.replace('_', ' ')}" for count in given)
            yield f"  {_name(kind)}: {told}"
    if not results.answers:
        yield "  none yet"


def _describe_offers(results: Results) -> Iterator[str]:
    offers = results.count_offers()
    if not offers["made"]:
        yield "  none yet"
        return
    worth = write_amount(offers["redeemed_worth"], results.currency)
    yield (
        f"  {offers['made']:,} made: {offers['accepted']:,} accepted, {offers['declined']:,} declined, "
        f"{offers['expired']:,} ended without an answer, {offers['open']:,} open"
    )
    yield f"  {offers['redeemed']:,} of those accepted were redeemed, worth {worth}"


def _describe_returns(results: Results) -> Iterator[str]:
    for name, group in (("Written to, or free to be", results.treated), ("Held out", results.holdout)):
        share = "" if group.share is None else f" ({group.share:.1%})"
        yield f"  {name}: {group.returned:,} of {group.left:,}{share}"
    lift = results.lift
    if lift is None:
        yield "  One of the groups is empty, so nothing can be compared."
        return
    yield f"  Lift: {100 * lift.value:+.1f} points ({100 * lift.low:+.1f} to {100 * lift.high:+.1f}, 95 %)"
    if lift.low <= 0 <= lift.high:
        yield "  The bounds have nought between them: it is not known yet whether writing brings anybody back."


def _describe_money(results: Results) -> Iterator[str]:
    def write(amount: int) -> str:
        return f"-{write_amount(-amount, results.currency)}" if amount < 0 else write_amount(amount, results.currency)

    heard = sum(bool(one.entry.touches) for one in results.booked)
    yield f"  Returns: {len(results.booked):,}, {heard:,} of them by people who had heard from us"
    yield f"  Revenue: {write(results.revenue)}"
    yield f"  Margin of it ({results.margin_percent} %): {write(results.margin)}"
    yield f"  Offers they came back with: {write(results.cost)}"
    yield f"  Net (margin less offers): {write(results.net)}"
    elsewhere = sum(one.entry.elsewhere for one in results.booked)
    if elsewhere:
        yield f"  {elsewhere:,} amounts in other currencies are not in these sums."


def _write_group(group: Group) -> dict[str, Any]:
    return {"left": group.left, "returned": group.returned, "share": group.share}


def _write_entry(one: Booked) -> dict[str, Any]:
    entry = one.entry
    return {
        "customer": one.customer,
        "holdout": one.holdout,
        "left_at": entry.left_at.isoformat() if entry.left_at else None,
        "returned_at": entry.at.isoformat(),
        "touches": [kind.value for kind in entry.touches],
        "offer": entry.offer.value if entry.offer else None,
        "offer_cost": entry.cost,
        "revenue": entry.revenue,
    }


def _name(kind: TouchKind) -> str:
    return kind.value.replace("_", "-")
