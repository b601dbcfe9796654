"""Rules of winning back that cannot be meant are told with line, field and what is allowed; no others pass."""

from __future__ import annotations

import copy
import itertools
import json
import re
from datetime import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversations.policy import POLICY_FILE, PolicyError, judge, load_policy, parse_policy
from bot.retention.channels import Channel
from bot.retention.offers import OfferKind
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.winback.rules import ALLOWED_OFFERS, ALLOWED_TOUCHES
from bot.retention.winback.touches import TouchKind

OURS = POLICY_FILE.read_text(encoding="utf-8")
CONTENT = yaml.safe_load(OURS)
TOLD = re.compile(r"policy\.yml line (\d+), winback\.(.*)")
SOLD = [TouchKind.CHECK_IN, TouchKind.WELCOME_BACK]


def refuse(text: str) -> list[tuple[int, str]]:
    with pytest.raises(PolicyError) as refusal:
        parse_policy(text)
    told = [TOLD.fullmatch(line) for line in str(refusal.value).splitlines()]
    assert all(told), refusal.value
    return [(int(line[1]), line[2]) for line in told if line]


def put(path: str, value: object) -> str:
    """Return our policy with another value of a field of `winback`."""
    content = copy.deepcopy(CONTENT)
    *groups, name = path.split(".")
    group = content["winback"]
    for one in groups:
        group = group[one]
    group[name] = value
    return yaml.safe_dump(content, sort_keys=False)


def plan(*steps: tuple[str, int]) -> list[dict[str, object]]:
    return [{"touch": touch, "day": day} for touch, day in steps]


def test_the_policy_that_comes_along_follows_the_table() -> None:
    rules = load_policy().winback
    assert {reason for reason, steps in rules.plans.items() if not steps} == {
        Reason.RELOCATION,
        Reason.POOR_FIT_EXPECTATIONS,
    }
    assert {reason: {row.kind for row in rows.values()} for reason, rows in rules.offers.items()} == {
        Reason.PRICE: {OfferKind.DISCOUNT},
        Reason.PRODUCT_QUALITY: {OfferKind.GESTURE},
        Reason.TECHNICAL_RELIABILITY: {OfferKind.GESTURE},
        Reason.DELIVERY_FULFILMENT: {OfferKind.GESTURE},
        Reason.CUSTOMER_SERVICE: {OfferKind.GESTURE},
    }
    assert rules.quiet_days == {6}
    assert (rules.opens, rules.closes) == (time(9), time(20))


@pytest.mark.parametrize("change", [("attempts", 2), ("cap", {"touches": 2, "days": 90})])
def test_only_where_somebody_is_reminded_of_an_offer_the_reminder_is_counted(change: tuple[str, object]) -> None:
    assert [what.partition(":")[0] for _, what in refuse(put(*change))] == ["plans.price"]


def test_an_offer_of_which_nobody_is_reminded_may_be_short() -> None:
    row = {"every": {"kind": "gesture", "worth": 3000, "days": 7}}
    assert parse_policy(put("offers.product_quality", row)).winback.offers[Reason.PRODUCT_QUALITY]["every"].days == 7


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            'from: "09:00"',
            'from: "04:59"',
            "window.from: 04:59 would wake people; use 05:00 or later.",
        ),
        (
            'to: "20:00"',
            'to: "23:30"',
            "window.to: 23:30 would wake people; use 23:00 at the latest.",
        ),
        (
            'to: "20:00"',
            'to: "08:00"',
            "window.to: 08:00 is not after 09:00; use a later time of the same day.",
        ),
        (
            'to: "20:00"',
            'to: "10:59"',
            "window.to: 10:59 is too soon after 09:00 to reach all; leave 2 hours or more.",
        ),
        (
            'to: "20:00"',
            'to: "8 pm"',
            "window.to: '8 pm' is not allowed; use a time of day, like \"09:00\".",
        ),
        (
            "days: [sun]",
            "days: [sunday]",
            "quiet_days[1]: 'sunday' is not allowed; use mon, tue, wed, thu, fri, sat, sun.",
        ),
        (
            "days: [sun]",
            "days: [sun, sun]",
            "quiet_days[2]: 'sun' stands here a second time; keep one.",
        ),
        (
            "days: [sun]",
            "days: [mon, tue, wed, thu, fri, sat, sun]",
            "quiet_days: has all seven days, so that nobody could ever be written to; leave one out.",
        ),
        (
            "channels: [telegram, email, phone]",
            "channels: [web]",
            "channels[1]: 'web' is not allowed (a page cannot be written to once it is closed); "
            "use telegram, email, phone.",
        ),
        (
            "channels: [telegram, email, phone]",
            "channels: [pigeon]",
            "channels[1]: 'pigeon' is not allowed; use telegram, email, phone.",
        ),
        (
            "channels: [telegram, email, phone]",
            "channels: [email, phone, email]",
            "channels[3]: 'email' stands here a second time; keep one.",
        ),
        (
            "channels: [telegram, email, phone]",
            "channels: []",
            "channels: is empty, so that nobody could ever be written to; use telegram, email, phone.",
        ),
        ("holdout_percent: 10", "holdout_percent: 60", "holdout_percent: 60 is too large; use 50 at most."),
        (
            "of_first_life_percent: 50",
            "of_first_life_percent: 101",
            "budget.of_first_life_percent: 101 is too large; use 100 at most.",
        ),
        (
            "of_second_life_percent: 25",
            "of_second_life_percent: 0",
            "budget.of_second_life_percent: 0 is too small: none of the offers could be made; "
            "use 1 or more, or remove them all.",
        ),
        (
            "reminder_days: 5",
            "reminder_days: 2",
            "reminder_days: 2 is too few: a reminder can wait 2 days for hours in which it may be sent, and must come "
            "a day before the offer ends; use 3 or more.",
        ),
        (
            "competitor: [{touch: check_in, day: 28}]",
            "competitor: [{touch: check_in, day: 30}]",
            "plans.competitor[1].day: 30 is not allowed: the first touch comes from day 7 to 30, and can wait 2 days "
            "for hours in which it may be sent; use 7 to 28.",
        ),
        (
            "unknown: [{touch: check_in, day: 14}]",
            "unknown: [{touch: check_in, day: 6}]",
            "plans.unknown[1].day: 6 is not allowed: the first touch comes from day 7 to 30; use 7 to 28.",
        ),
        (
            "unknown: [{touch: check_in, day: 14}]",
            "unknown: [{touch: check_in, day: 14}, {touch: check_in, day: 60}]",
            "plans.unknown[2]: is one too many: for this reason people hear from us once, and no more; remove it.",
        ),
        (
            "competitor: [{touch: check_in, day: 28}]",
            "competitor: [{touch: welcome_back, day: 28}]",
            "plans.competitor[1].touch: 'welcome_back' is not for people who leave for this reason; use check_in.",
        ),
        (
            "competitor: [{touch: check_in, day: 28}]",
            "competitor: [{touch: announcement, day: 28}]",
            "plans.competitor[1].touch: 'announcement' is not planned by day: it comes when something has been put "
            "right; remove it.",
        ),
        (
            "competitor: [{touch: check_in, day: 28}]",
            "competitor: [{touch: hello, day: 28}]",
            "plans.competitor[1].touch: 'hello' is not allowed; use check_in.",
        ),
        (
            "competitor: [{touch: check_in, day: 28}]",
            "competitor: later",
            "plans.competitor: 'later' is not allowed; use none, or a list of touches.",
        ),
        (
            "competitor: [{touch: check_in, day: 28}]",
            "competitor: [{touch: check_in, days: 28}]",
            "plans.competitor[1].days: is not a field here; use touch, day.",
        ),
        (
            "price: [{touch: check_in, day: 14}, {touch: welcome_back, day: 45}]",
            "price: [{touch: check_in, day: 14}, {touch: reminder, day: 45}]",
            "plans.price[2].touch: 'reminder' is not planned by day: it comes reminder_days before an offer ends; "
            "remove it.",
        ),
        (
            "price: [{touch: check_in, day: 14}, {touch: welcome_back, day: 45}]",
            "price: [{touch: welcome_back, day: 14}]",
            "plans.price[1].touch: 'welcome_back' cannot come first; begin with a check_in.",
        ),
        (
            "price: [{touch: check_in, day: 14}, {touch: welcome_back, day: 45}]",
            "price: [{touch: check_in, day: 14}, {touch: welcome_back, day: 28}]",
            "plans.price[2].day: 28 is too soon after day 14: touches come ever more rarely, and cooldown_days (14) "
            "apart; use 29 or more.",
        ),
        (
            "price: [{touch: check_in, day: 14}, {touch: welcome_back, day: 45}]",
            "price: [{touch: check_in, day: 14}]",
            "offers.price: is never made: plans.price has no welcome_back; add one, or write `none` here.",
        ),
        (
            "relocation: none\n    poor",
            "relocation: [{touch: check_in, day: 14}]\n    poor",
            "plans.relocation[1].touch: nothing is planned for people who leave for this reason; "
            "write `relocation: none`.",
        ),
        (
            "[{touch: welcome_back, day: 90}]",
            "[{touch: welcome_back, day: 89}]",
            "plans.no_longer_needed[1].day: 89 is too soon for people who leave for this reason; use 90 or more.",
        ),
        (
            "    unknown: [{touch: check_in, day: 14}]\n",
            "",
            "plans.unknown: is missing; write `none` where nobody is to be written to.",
        ),
        (
            "    unknown: [",
            "    nobody: [",
            "plans.nobody: 'nobody' is not allowed; use " + ", ".join([*Reason, "unknown"]) + ".",
        ),
        (
            "attempts: 6",
            "attempts: 2",
            "plans.price: has 3 touches, with the reminder of the offer, but attempts allows 2; "
            "plan fewer, or raise attempts.",
        ),
        (
            "cap: {touches: 3, days: 90}",
            "cap: {touches: 2, days: 90}",
            "plans.price: has 3 touches, with the reminder of the offer, within 90 days, but cap allows 2; "
            "plan fewer, or raise cap.",
        ),
        (
            "high: {kind: gesture, worth: 3000, days: 30}",
            "high: {kind: gesture, worth: 2999, days: 30}",
            "offers.product_quality.high: is worth only 2999 to a customer who pays 6000 a month, less than min_worth "
            "3000 of tier high; offer more, or raise `from`.",
        ),
        (
            "high: {kind: gesture, worth: 3000, days: 30}",
            "high: {kind: discount, percent: 50, months: 6, days: 30}",
            "offers.product_quality.high.kind: 'discount' is not allowed (a discount is for price alone); use gesture.",
        ),
        (
            "high: {kind: gesture, worth: 3000, days: 30}",
            "high: {kind: present, worth: 3000, days: 30}",
            "offers.product_quality.high.kind: 'present' is not allowed; use gesture.",
        ),
        (
            "high: {kind: discount, percent: 20, months: 6, days: 30}",
            "high: {kind: discount, percent: 20, months: 6, days: 19}",
            "offers.price.high.days: 19 is too few for a reminder, which comes cooldown_days (14) after the "
            "offer and reminder_days (5) before its end; use 20 or more.",
        ),
        (
            "  offers:\n    price:\n",
            "  offers:\n    competitor: {every: {kind: gesture, worth: 9000, days: 30}}\n    price:\n",
            "offers.competitor.every: nothing is offered to people who leave for this reason; "
            "write `competitor: none`.",
        ),
        ("attempts: 6", "atempts: 6", "attempts: is missing."),
    ],
)
def test_a_mistake_is_told_with_its_line_what_was_found_and_what_is_allowed(old: str, new: str, line: str) -> None:
    before, within = OURS.split("winback:\n")
    assert old in within
    text = before + "winback:\n" + within.replace(old, new, 1)
    told = {what: number for number, what in refuse(text)}
    assert line in told
    names = re.findall(r"[a-z_]+", line.partition(":")[0])
    # The line is that of the field, or of what it is missing from.
    written = text.splitlines()[told[line] - 1]
    assert any(f"{name}:" in written for name in [*names[-2:], "winback"])


def test_price_without_an_offer_to_make_is_a_mistake() -> None:
    told = [what for _, what in refuse(put("offers.price", "none"))]
    assert told == [
        "offers.price: is missing: plans.price has a welcome_back, which has to offer something; add a row."
    ]


def test_a_time_of_day_needs_no_quotes() -> None:
    text = OURS.replace('{from: "09:00", to: "20:00"}', "{from: 10:30, to: 19:00}")
    rules = parse_policy(text).winback
    assert (rules.opens, rules.closes) == (time(10, 30), time(19))


def test_who_wants_to_write_to_nobody_writes_none_everywhere() -> None:
    content = copy.deepcopy(CONTENT)
    content["winback"]["plans"] = dict.fromkeys(content["winback"]["plans"], "none")
    content["winback"]["offers"] = {}
    rules = parse_policy(yaml.safe_dump(content)).winback
    assert set(rules.plans) == {None, *Reason}
    assert not any(rules.plans.values())


def test_a_policy_from_before_winning_back_is_told_where_to_find_its_rules() -> None:
    before, rest = OURS.split("# Winning back:")
    with pytest.raises(PolicyError, match="winback: is missing: it says how you win back; copy it from"):
        parse_policy(before + rest[rest.index("# Where we are") :])


def test_several_mistakes_of_one_plan_and_its_offer_are_told_together() -> None:
    content = copy.deepcopy(CONTENT)
    content["winback"] |= {"quiet_days": ["mon", "mon"], "channels": ["web"], "reminder_days": 1}
    content["winback"]["plans"]["price"] = plan(("check_in", 3), ("welcome_back", 9))
    told = {what.partition(":")[0] for _, what in refuse(yaml.safe_dump(content, sort_keys=False))}
    assert told >= {"quiet_days[2]", "channels[1]", "reminder_days", "plans.price[1].day", "plans.price[2].day"}


# Whatever passes keeps every promise.


def make_steps(touches: list[str], gaps: list[int]) -> list[dict[str, object]]:
    return plan(*zip(touches, itertools.accumulate(gaps), strict=False))


# Near enough to what may be, so that many pass, and others miss by one thing.
steps = st.builds(
    make_steps,
    st.sampled_from(
        [["check_in"] * 3, ["check_in", "welcome_back"], ["check_in", "announcement"], ["welcome_back"], ["reminder"]]
    ),
    st.tuples(st.integers(6, 30) | st.integers(88, 95), st.integers(10, 40), st.integers(10, 60)).map(list),
)
rows = st.dictionaries(
    st.sampled_from(["every", "high", "middle", "low"]),
    st.one_of(
        st.fixed_dictionaries(
            {"kind": st.just("discount"), "percent": st.integers(1, 60), "months": st.integers(1, 12)}
            | {"days": st.integers(5, 60)}
        ),
        st.fixed_dictionaries(
            {"kind": st.just("gesture"), "worth": st.integers(100, 5000), "days": st.integers(5, 60)}
        ),
    ),
    max_size=2,
)
windows = st.tuples(st.integers(3, 12), st.integers(8, 23)).map(
    lambda hours: {"from": f"{hours[0]:02}:00", "to": f"{hours[1]:02}:30"}
)
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "window": windows,
    "quiet_days": st.lists(st.sampled_from(["mon", "tue", "fri", "sat", "sun"]), max_size=5),
    "cap": st.fixed_dictionaries({"touches": st.integers(2, 4), "days": st.integers(1, 120)}),
    "attempts": st.integers(2, 5),
    "cooldown_days": st.integers(10, 30),
    "holdout_percent": st.integers(-1, 60),
    "reminder_days": st.integers(2, 16),
    "channels": st.lists(st.sampled_from(list(Channel)).map(str), max_size=2),
    "budget": st.fixed_dictionaries(
        {"of_first_life_percent": st.integers(0, 101), "of_second_life_percent": st.integers(0, 9)}
    ),
    "plans.price": steps,
    "plans.other_unclear": steps,
    "plans.trust_privacy": steps,
    "plans.unknown": steps,
    "plans.competitor": steps,
    "plans.no_longer_needed": steps,
    "plans.product_quality": steps,
    "offers.price": rows,
    "offers.product_quality": rows,
    "offers.trust_privacy": rows,
}
changes = st.lists(st.sampled_from(sorted(CHANGES, reverse=True)), min_size=1, max_size=2, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: CHANGES[name] for name in names})
)


def keep_promises(policy: Policy) -> None:
    rules = policy.winback
    assert time(5) <= rules.opens < rules.closes <= time(23)
    assert (rules.closes.hour - rules.opens.hour) * 60 + rules.closes.minute - rules.opens.minute >= 120
    assert len(rules.quiet_days) < 7
    assert 0 <= rules.holdout <= 50
    assert rules.channels
    assert len(set(rules.channels)) == len(rules.channels)
    assert Channel.WEB not in rules.channels
    assert set(rules.plans) == {None, *Reason}
    for leading, plan_ in rules.plans.items():
        assert {step.kind for step in plan_} <= ALLOWED_TOUCHES[leading] & set(SOLD)
        days = [step.day for step in plan_]
        gaps = [after - before for before, after in itertools.pairwise(days)]
        assert all(gap >= rules.cooldown_days for gap in gaps)
        assert gaps == sorted(gaps)
        if plan_ and leading is Reason.NO_LONGER_NEEDED:
            assert days[0] >= 90
        elif plan_:
            assert plan_[0].kind is TouchKind.CHECK_IN
            assert 7 <= days[0] <= 30
        offers = rules.offers.get(leading, {}) if leading else {}
        invites = [step for step in plan_ if step.kind is TouchKind.WELCOME_BACK]
        assert len(invites) <= 1
        assert invites or not offers
        assert offers or not invites or leading is not Reason.PRICE
        reminded = list(offers.values())[:1] if TouchKind.REMINDER in ALLOWED_TOUCHES[leading] else []
        heard = sorted(days + [invites[0].day + row.days - rules.reminder_days for row in reminded])
        assert len(heard) <= rules.attempts
    tiers = {tier.name: tier for tier in policy.tiers}
    for reason, offers in rules.offers.items():
        assert min(rules.budget.of_first_life, rules.budget.of_second_life) > 0
        for name, terms in offers.items():
            assert terms.kind in ALLOWED_OFFERS[reason]
            assert terms.kind is not OfferKind.DISCOUNT or reason is Reason.PRICE
            needed = rules.reminder_days + rules.cooldown_days if reason is Reason.PRICE else 0
            assert terms.days > needed
            reached = [tiers[name]] if name in tiers else [tier for tier in policy.tiers if tier.name not in offers]
            assert all(terms.value(tier.floor) >= tier.min_worth for tier in reached)


@settings(max_examples=150, deadline=None)
@given(changes)
def test_whatever_passes_keeps_every_promise_and_the_rest_is_refused_in_words(changed: dict[str, Any]) -> None:
    content = copy.deepcopy(CONTENT)
    for path, value in changed.items():
        *groups, name = path.split(".")
        group = content["winback"]
        for one in groups:
            group = group[one]
        group[name] = value
    policy, mistakes = judge(content)
    assert (policy is None) is bool(mistakes)
    assert all(path[0] == "winback" and what.endswith(".") for path, what in mistakes)
    if policy is not None:
        keep_promises(policy)


names = st.sampled_from([*CONTENT["winback"], *map(str, Reason), "unknown", "from", "to", "touches", "days", "touch"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(CONTENT["winback"])), anything)
def test_whatever_stands_in_a_field_is_read_or_refused_in_words(field: str, value: object) -> None:
    text = json.dumps(CONTENT | {"winback": CONTENT["winback"] | {field: value}})  # That is YAML as well.
    try:
        policy = parse_policy(text)
    except PolicyError as error:
        refusal = str(error)
    else:
        refusal = ""
        keep_promises(policy)
    assert all(TOLD.fullmatch(line) for line in refusal.splitlines())


@pytest.mark.parametrize("value", ["2026-11-23", "{null: 1}", "{1: 2}", "!!int x", "!!python/name:os.system", "~"])
def test_what_only_yaml_can_say_is_refused_in_words(value: str) -> None:
    with pytest.raises(PolicyError, match=r"^policy\.yml"):
        parse_policy(OURS.replace("  plans:\n", f"  plans: {value}\n  was:\n", 1))


@given(st.text(max_size=80) | st.text("{}[]:,-&*!|>#%@\n 'ab01\"", max_size=80))
def test_whatever_text_stands_in_the_file_is_refused_in_words(text: str) -> None:
    with pytest.raises(PolicyError, match=r"^policy\.yml"):
        parse_policy(text)


def test_a_plan_that_contains_itself_is_refused_in_words() -> None:
    text = OURS.replace("  plans:\n", "  plans: &plans\n    competitor: *plans\n", 1)
    assert any("plans" in what for _, what in refuse(text))
