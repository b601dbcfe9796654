"""`farewell policy`: checks the business rules and says in plain words what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.conversations.policy import POLICY_FILE, load_policy
from bot.retention.money import write_amount
from bot.retention.offers import OfferKind, OfferTerms
from bot.retention.policy import EVERY, Policy
from bot.retention.reasons import Reason

app = typer.Typer(help="The business rules of offers (policy.yml).", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The file to check.", show_default="policy.yml")]


@app.callback()
def _commands() -> None:
    """Keep `check` a command of its own."""


@app.command()
def check(file: File = POLICY_FILE) -> None:
    """Check a policy; exit status 1 with every mistake and its line, else a summary."""
    policy = load_policy(file)
    typer.echo(f"{file.name} is in order.\n")
    for line in summarise(policy):
        typer.echo(line)


def summarise(policy: Policy) -> Iterator[str]:
    """Return the policy in plain words, line by line."""
    yield f"Version {policy.version}, amounts in {policy.currency}"
    for tier in policy.tiers:
        floor, worth = (write_amount(amount, policy.currency) for amount in (tier.floor, tier.min_worth))
        attention = "; handed to staff after a failure of ours" if tier.name in policy.personal_attention else ""
        yield f"  {tier.name}: from {floor} a month, offers worth {worth} or more{attention}"
    yield f"  not known: as {policy.unknown_value_tier}"
    yield "\nSave offers"
    width = max(len(reason) for reason in Reason)
    for reason in Reason:
        rows = policy.save_offers.get(reason, {})
        written = [_write_row(name, terms, policy) for name, terms in rows.items()] or ["nothing"]
        for number, row in enumerate(written):
            yield f"  {reason.value if number == 0 else '':{width}}  {row}"
    yield f"\nPlaces: {', '.join(place.name for place in policy.places) or 'none'}"


def _write_row(name: str, terms: OfferTerms, policy: Policy) -> str:
    whom = "" if name == EVERY else f"{name}: "
    match terms.kind:
        case OfferKind.DISCOUNT:
            what = f"{terms.percent}% off for {terms.months} months"
        case OfferKind.PAUSE:
            what = f"a pause of {terms.months} months"
        case OfferKind.SMALLER_PLAN:
            what = f"the smaller plan {terms.plan}, saving {write_amount(terms.worth or 0, policy.currency)} a year"
        case OfferKind.GESTURE:
            what = f"a credit of {write_amount(terms.worth or 0, policy.currency)}"
        case OfferKind.FIX:
            what = "a person looks into it"
        case OfferKind.CALL:
            what = "a person goes through it with them"
        case OfferKind.PLACE:
            what = "the place near the new home"
    return f"{whom}{what}, for {terms.days} days"
