"""A policy is read, or every mistake in it is told with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.conversations.policy import POLICY_FILE, PolicyError, load_policy, parse_policy
from bot.errors import FarewellError
from bot.retention.offers import OfferKind
from bot.retention.policy import ALLOWED_KINDS
from bot.retention.reasons import Reason

TOLD = re.compile(r"policy\.yml line (\d+), (.*)")
OURS = POLICY_FILE.read_text(encoding="utf-8")


def refuse(text: str) -> list[str]:
    with pytest.raises(PolicyError) as refusal:
        parse_policy(text)
    return str(refusal.value).splitlines()


def test_the_policy_that_comes_along_is_in_order_and_follows_the_table() -> None:
    policy = load_policy()
    kinds = {reason: {terms.kind for terms in rows.values()} for reason, rows in policy.save_offers.items()}
    assert kinds[Reason.PRICE] <= {OfferKind.DISCOUNT, OfferKind.SMALLER_PLAN}
    assert kinds[Reason.NO_LONGER_NEEDED] == {OfferKind.PAUSE}
    assert kinds[Reason.RELOCATION] == {OfferKind.PLACE}
    assert kinds[Reason.BILLING_ACCOUNT] == kinds[Reason.TRUST_PRIVACY] == {OfferKind.CALL}
    assert set(kinds) == {reason for reason, allowed in ALLOWED_KINDS.items() if allowed}
    assert [tier.name for tier in policy.tiers] == ["high", "middle", "low"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "kind: discount, percent: 25",
            "kind: dicount, percent: 25",
            "save_offers.price.high.kind: 'dicount' is not allowed; use discount, smaller_plan, pause.",
        ),
        (
            "kind: pause, months: 3",
            "kind: discount, percent: 50, months: 3",
            "save_offers.no_longer_needed.every.kind: 'discount' is not allowed (a discount is for "
            "price alone); use pause, smaller_plan.",
        ),
        (
            "percent: 30, months: 3",
            "percent: 1, months: 3",
            "save_offers.price.low: is worth only 15 to a customer who pays 500 a month, less than "
            "min_worth 300 of tier low; offer more, or raise `from`.",
        ),
        (
            "competitor: none",
            "competitor: {every: {kind: gesture, worth: 5000, days: 14}}",
            "save_offers.competitor.every: nothing is offered to people who leave for this reason; "
            "write `competitor: none`.",
        ),
        (
            "percent: 25",
            "percent: 250",
            "save_offers.price.high.percent: 250 is too large; use 100 at most.",
        ),
        (
            "days: 14}\n    middle",
            "days: 0}\n    middle",
            "save_offers.price.high.days: 0 is too small; use 1 or more.",
        ),
        (
            ", months: 6",
            "",
            "save_offers.price.high.months: is missing: say for how many months (discount).",
        ),
        (
            "percent: 25",
            "percent: 25, plan: Light",
            "save_offers.price.high.plan: is not for discount; that has months, percent.",
        ),
        (
            "percent: 25",
            "percnt: 25",
            "save_offers.price.high.percnt: is not a field here; use kind, days, worth, percent, months, plan.",
        ),
        (
            "  other_unclear: none\n",
            "",
            "save_offers.other_unclear: is missing; write `none` where nothing is to be offered.",
        ),
        (
            "competitor: none",
            "competitor: perhaps",
            "save_offers.competitor: 'perhaps' is not allowed; use none, or a row for each tier.",
        ),
        (
            "    middle: {kind",
            "    medium: {kind",
            "save_offers.price.medium: 'medium' is none of the tiers; use high, middle, low or every.",
        ),
        (
            "tier: low",
            "tier: none",
            "unknown_value_tier: 'none' is none of the tiers; use high, middle, low.",
        ),
        (
            "attention: [high]",
            "attention: [vip]",
            "personal_attention[1]: 'vip' is none of the tiers; use high, middle, low.",
        ),
        (
            "currency: EUR",
            "currency: euro",
            "currency: 'euro' is no currency; use its three capital letters, like EUR.",
        ),
        ("version: 1", "version: true", "version: True is not allowed; use a whole number."),
        (
            "from: 2500",
            "from: 500",
            "tiers.middle.from: 500 is where another tier begins too; use different amounts.",
        ),
        ("places: []", "places: Porto", "places: 'Porto' is not allowed; use a list."),
        ("places: []", "places: [{near: [Gaia]}]", "places[1].name: is missing."),
        (
            "currency: EUR",
            "currency: EUR\ncurrency: USD",
            "currency: stands here a second time; keep one.",
        ),
        (
            "tiers:\n",
            "tiers:\n  every: {from: 1, min_worth: 1}\n",
            "tiers.every: a tier cannot be called 'every': that stands for all of them.",
        ),
        (
            "tiers:\n",
            "tiers:\n  gold.eu: {from: 1, min_worth: 1}\n",
            "tiers.gold.eu: 'gold.eu' is no name of a tier; use small letters, digits, _ and -, 40 at most.",
        ),
        (
            "tiers:\n",
            f"tiers:\n  {'a' * 41}: {{from: 1, min_worth: 1}}\n",
            f"tiers.{'a' * 41}: '{'a' * 39}… is no name of a tier; use small letters, digits, _ and -, 40 at most.",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_what_was_found_and_what_is_allowed(old: str, new: str, line: str) -> None:
    assert old in OURS
    text = OURS.replace(old, new, 1)
    told = {what: int(number) for number, what in (TOLD.fullmatch(mistake).groups() for mistake in refuse(text))}  # type: ignore[union-attr]
    assert line in told
    names = re.findall(r"\w+", line.partition(":")[0].replace("[1]", ""))
    # The line is that of the field, or of what it is missing from.
    assert any(f"{name}:" in text.splitlines()[told[line] - 1] for name in names[-2:])


def test_every_mistake_is_told_at_once() -> None:
    text = (
        OURS.replace("percent: 25", "percent: 250", 1)
        .replace("kind: pause", "kind: rest")
        .replace("version: 1", "version: 0")
    )
    assert len(refuse(text)) == 3


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "a: [", "\ttab: 1", "version: 1\n  currency: EUR", "{", "a: &a [*a]"]
)
def test_what_is_no_policy_is_told_in_one_line_or_more(text: str) -> None:
    assert all(line.startswith("policy.yml") for line in refuse(text))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=5)
        | st.sampled_from(["none", "discount", "every"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["version", "tiers", "save_offers", "price", "kind", "places"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_is_in_the_file_is_refused_in_words(content: object) -> None:
    with pytest.raises(FarewellError):
        parse_policy(yaml.safe_dump(content))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="was not found"):
        load_policy(tmp_path / "policy.yml")


def test_an_operator_checks_the_policy_and_reads_what_it_comes_to() -> None:
    done = CliRunner().invoke(app, ["policy", "check"])
    assert done.exit_code == 0
    assert "policy.yml is in order." in done.output
    for line in (
        r"high +from 60\.00 EUR a month",
        r"price, high +25% off for 6 months, for 14 days",
        r"when +from 09:00 to 20:00 by the person's own clock, never on Sundays",
        r"price +a check-in on day 14, a welcome-back message on day 45",
        r"product_quality, high +a credit of 30\.00 EUR, for 30 days",
    ):
        assert re.search(f"^  {line}", done.output, re.MULTILINE), line


def test_an_operator_who_checks_a_broken_policy_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(OURS.replace("kind: pause", "kind: rest"))
    done = CliRunner().invoke(app, ["policy", "check", str(broken)])
    assert done.exit_code == 1
    line = broken.read_text().splitlines().index("    every: {kind: rest, months: 3, days: 14}") + 1
    assert f"broken.yml line {line}, save_offers.no_longer_needed.every.kind: 'rest' is not allowed" in str(
        done.exception
    )
