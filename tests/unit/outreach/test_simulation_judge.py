"""The judge of a simulation, and the simulation's own check, notice every promise that is broken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.outreach.simulation.promises import PromiseCheck
from tests.simulation_judge import judge, main

Line = dict[str, Any]
POLICY: Line = {
    "type": "policy",
    "at": "2026-01-01T00:00:00+00:00",
    "window": ["09:00", "20:00"],
    "quiet_days": ["sun"],
    "cap": {"n": 3, "days": 90},
    "attempts": 4,
    "first_within_days": [7, 30],
    "min_worth": {"high": 3000, "middle": 1500, "low": 300},
    "currency": "EUR",
}


def leaves(at: str = "01-01T12:00", **other: Any) -> Line:
    """Anna, who pays well and left over the price, agreed to e-mail and not to Telegram."""
    line = {"type": "customer", "customer": "anna", "at": when(at), "timezone": "Europe/Berlin", "reasons": ["price"]}
    consents = {"email": True, "telegram": False}
    return line | {"tier": "middle", "sensitive": False, "consents": consents, "holdout": False} | other


def happens(what: str, at: str, **other: Any) -> Line:
    return {"type": what, "customer": "anna", "at": when(at), **other}


def touch(at: str, kind: str = "check_in", state: str = "sent", name: str | None = None, **other: Any) -> Line:
    line = {"type": "touch", "touch": name or f"{kind} {at}", "customer": "anna", "at": when(at), "kind": kind}
    channel = None if state in ("planned", "skipped") else "email"
    return line | {"channel": channel, "state": state, "rule": "a rule", "improvement": None, "offer": None} | other


def offer(**other: Any) -> Line:
    return {"id": "o1", "kind": "discount", "worth": 2000, "deadline": when("03-18T22:59"), **other}


def welcome_back(at: str = "02-16T10:00", **other: Any) -> Line:
    return touch(at, "welcome_back", **{"offer": offer()} | other)


def reminder(at: str = "03-13T10:00", **other: Any) -> Line:
    return touch(at, "reminder", **{"offer": offer()} | other)


def improves(at: str = "03-02T10:00", **other: Any) -> Line:
    return {"type": "improvement", "at": when(at), "id": "i1", "reasons": ["price"], "place": None, **other}


def announcement(at: str = "03-03T10:00", **other: Any) -> Line:
    return touch(at, "announcement", **{"improvement": "i1"} | other)


def when(at: str) -> str:
    return f"2026-{at}:00+00:00"


CHECK_IN = touch("01-15T10:00")
GOOD = {
    "the whole of it": [
        leaves(),
        touch("01-01T12:00", state="planned", name="t1"),
        touch("01-15T05:00", state="held", name="t1"),
        touch("01-15T10:00", name="t1"),
        welcome_back(),
        reminder(),
        happens("accept", "03-14T10:00", offer="o1"),
        happens("redeem", "03-15T10:00", offer="o1"),
        happens("return", "03-15T10:00"),
        leaves("04-01T10:00", reasons=[]),
        touch("06-15T10:00", state="skipped"),
    ],
    "the first minute of the window and the last": [leaves(), touch("01-15T08:00"), touch("02-16T18:59")],
    "a cap's days later": [
        leaves(),
        *(touch(at) for at in ("01-12T10:00", "01-13T10:00", "01-14T10:00")),
        touch("04-13T10:00"),
    ],
    "the window goes with the person": [
        leaves(),
        happens("move", "01-02T10:00", timezone="Asia/Kolkata"),
        touch("01-15T04:00"),
    ],
    "unblocked": [
        leaves(),
        happens("block", "01-02T10:00", channel="email"),
        happens("unblock", "01-03T10:00", channel="email"),
        CHECK_IN,
    ],
    "handed back": [leaves(), happens("handoff_start", "01-02T10:00"), happens("handoff_end", "01-15T10:00"), CHECK_IN],
    "said no, and agreed later": [
        leaves(consents={"email": False}),
        happens("consent", "01-02T10:00", channel="email", granted=True),
        CHECK_IN,
    ],
    "news for one held out": [leaves(holdout=True), improves(), announcement()],
    "news after a refusal": [
        leaves(),
        welcome_back(),
        happens("decline", "02-17T10:00", offer="o1"),
        improves(),
        announcement(),
    ],
    "a place near them": [
        leaves(reasons=["relocation"]),
        improves(reasons=["relocation"], place="Porto"),
        announcement(),
    ],
    "gently, in the end": [leaves(reasons=["no_longer_needed"]), touch("04-02T10:00", "welcome_back")],
    "a gesture": [leaves(reasons=["customer_service"]), welcome_back(offer=offer(kind="gesture"))],
    "not known how likely": [leaves(), happens("move", "05-01T10:00", timezone="UTC")],
}
BROKEN = {
    "the lines stand in order of time": [leaves(), touch("01-16T10:00"), touch("01-15T10:00")],
    "nobody is written to outside their daytime": [leaves(), touch("01-15T07:59")],
    "nobody is written to outside their daytime: after it": [leaves(), touch("01-15T19:00")],
    "nobody is written to outside their daytime: moved": [
        leaves(),
        happens("move", "01-02T10:00", timezone="Pacific/Chatham"),
        CHECK_IN,
    ],
    "nobody is written to on a quiet day": [leaves(), touch("01-18T10:00")],
    "nobody is written to on a quiet day: theirs": [leaves(timezone="Pacific/Kiritimati"), touch("01-17T20:00")],
    "nobody is written to after opt_out": [leaves(), happens("opt_out", "01-15T10:00"), CHECK_IN],
    "nobody is written to after suppress": [leaves(), happens("suppress", "01-02T10:00"), CHECK_IN],
    "nobody is written to after flag": [leaves(), happens("flag", "01-02T10:00"), CHECK_IN],
    "nobody is written to after complaint": [leaves(), happens("complaint", "01-02T10:00"), CHECK_IN],
    "nobody is written to after return": [leaves(), happens("return", "01-02T10:00"), CHECK_IN],
    "nobody is written to after opt_out: they left again": [
        *(leaves(), happens("opt_out", "01-02T10:00"), happens("return", "01-03T10:00")),
        *(leaves("01-04T10:00"), touch("01-19T10:00")),
    ],
    "nobody is written to without consent for this channel": [leaves(), touch("01-15T10:00", channel="telegram")],
    "nobody is written to without consent for this channel: withdrawn": [
        leaves(),
        happens("consent", "01-15T10:00", channel="email", granted=False),
        CHECK_IN,
    ],
    "nobody is written to where they blocked us": [
        leaves(),
        happens("block", "01-02T10:00", channel="email"),
        CHECK_IN,
    ],
    "nobody is written to while they talk to staff": [leaves(), happens("handoff_start", "01-02T10:00"), CHECK_IN],
    "nobody is written to after bad news of theirs": [leaves(sensitive=True), CHECK_IN],
    "who is held out hears announcements only": [leaves(holdout=True), CHECK_IN],
    "who has answered an offer is left in peace": [
        leaves(),
        CHECK_IN,
        welcome_back(),
        happens("decline", "02-17T10:00", offer="o1"),
        touch("03-03T10:00"),
    ],
    "nobody hears what does not fit why they left": [leaves(reasons=["poor_fit_expectations"]), CHECK_IN],
    "nobody hears what does not fit why they left: moved": [leaves(reasons=["relocation"]), CHECK_IN],
    "nobody hears what does not fit why they left: billing": [
        leaves(reasons=["billing_account"]),
        welcome_back(offer=None),
    ],
    "nothing is sent before the first day": [leaves(), touch("01-08T11:59")],
    "the first check-in comes by the last day": [leaves(), touch("02-02T10:00")],
    "who no longer needed us hears nothing for ninety days": [
        leaves(reasons=["no_longer_needed"]),
        touch("04-01T11:00", "welcome_back"),
    ],
    "an announcement tells an improvement, and nothing else does": [leaves(), announcement(improvement=None)],
    "only what was put right is announced": [leaves(), announcement()],
    "only what was put right after they left is announced": [improves("01-01T11:00"), leaves(), announcement()],
    "an announcement answers a reason of theirs": [leaves(), improves(reasons=["competitor"]), announcement()],
    "who moved hears of places only": [
        leaves(reasons=["relocation"]),
        improves(reasons=["relocation"]),
        announcement(),
    ],
    "an improvement is told to a person once": [leaves(), improves(), announcement(), announcement("03-04T10:00")],
    "a reminder is of an offer that was made": [leaves(), reminder()],
    "a discount is for those alone who left over the price": [leaves(reasons=["product_quality"]), welcome_back()],
    "an offer fits why they left": [leaves(reasons=["trust_privacy"]), welcome_back(offer=offer(kind="call", worth=0))],
    "no offer is worthless": [leaves(), welcome_back(offer=offer(worth=1499))],
    "no offer is worthless: below every tier": [leaves(tier=None), welcome_back()],
    "an offer's deadline lies ahead": [leaves(), welcome_back(offer=offer(deadline=when("02-16T10:00")))],
    "nobody is reminded of an offer they answered": [
        *(leaves(), welcome_back(), happens("accept", "02-17T10:00", offer="o1"), happens("return", "02-18T10:00")),
        *(leaves("02-19T10:00"), reminder()),
    ],
    "an offer has one reminder": [leaves(), welcome_back(), reminder(), reminder("03-14T10:00")],
    "an offer is made once": [leaves(), welcome_back(), welcome_back("02-17T10:00")],
    "only a welcome-back carries an offer": [leaves(), touch("01-15T10:00", offer=offer())],
    "nobody hears from us more often than the cap allows": [
        leaves(),
        *(touch(f"01-{day}T10:00", state="unknown") for day in (12, 13, 14, 15)),
    ],
    "nobody hears from us more often than the cap allows: they left again": [
        *(leaves(), *(touch(f"01-{day}T10:00") for day in (12, 13, 14)), happens("return", "01-15T10:00")),
        *(leaves("01-16T10:00"), touch("02-02T10:00")),
    ],
    "nobody is tried more often than the policy says": [
        leaves(),
        *(touch(f"{at}T10:00") for at in ("01-12", "01-13", "04-14", "04-15", "07-20")),
    ],
    "who never talked to us is asked why once": [leaves(reasons=[]), CHECK_IN, touch("01-16T10:00")],
    "who should have one message has one": [
        leaves(reasons=["trust_privacy"]),
        *(welcome_back(at, offer=None) for at in ("02-16T10:00", "03-16T10:00")),
    ],
    "no touch is sent twice": [leaves(), touch("01-15T10:00", name="t1"), touch("01-16T10:00", name="t1")],
    "no touch is sent twice: it may have arrived": [
        leaves(),
        touch("01-15T10:00", state="unknown", name="t1"),
        touch("01-16T10:00", name="t1"),
    ],
    "the states of a touch follow each other sensibly": [
        leaves(),
        touch("01-15T10:00", name="t1"),
        touch("01-16T10:00", state="held", name="t1"),
    ],
    "only an offer that was made is answered": [leaves(), happens("accept", "02-17T10:00", offer="o1")],
    "an offer is taken before its deadline": [leaves(), welcome_back(), happens("redeem", "03-20T10:00", offer="o1")],
    "an offer is redeemed once": [
        leaves(),
        welcome_back(),
        *(happens("redeem", f"02-{day}T10:00", offer="o1") for day in (17, 18)),
    ],
}
ONLY_THE_JUDGE = {
    "times are in UTC": [leaves() | {"at": "2026-01-01T12:00:00+01:00"}],
    "a customer's own line comes before all their others": [CHECK_IN],
    "every line is of a kind that is known": [leaves(), happens("dance", "01-02T10:00")],
    "only who has returned can leave again": [leaves(), leaves("02-01T10:00")],
    "every decision names its rule": [leaves(), touch("01-15T10:00", rule="")],
    "a touch stays what it was planned to be": [
        leaves(),
        touch("01-02T10:00", state="planned", name="t1"),
        touch("02-16T10:00", "welcome_back", name="t1"),
    ],
    "a line can be read (KeyError: 'state')": [
        leaves(),
        {key: value for key, value in CHECK_IN.items() if key != "state"},
    ],
    "who left over what was put right, and agreed to hear, is told": [leaves(), CHECK_IN, improves()],
    "who never talked to us is asked why, or it is said why not": [
        leaves(),
        CHECK_IN,
        leaves("01-15T12:00", customer="ben", reasons=[]),
        happens("move", "03-01T10:00", timezone="UTC"),
    ],
}


def write(lines: list[Line]) -> list[str]:
    return [json.dumps(line) for line in [POLICY, *lines]]


def count(lines: list[Line]) -> int:
    check = PromiseCheck()
    for line in [POLICY, *lines]:
        check.read(line)
    return check.broken.total()


@pytest.mark.parametrize("lines", GOOD.values(), ids=GOOD)
def test_a_promise_that_was_kept_is_not_called_broken(lines: list[Line]) -> None:
    assert [*judge(write(lines))] == []
    assert count(lines) == 0


@pytest.mark.parametrize(("promise", "lines"), BROKEN.items(), ids=BROKEN)
def test_the_judge_and_our_own_check_notice_a_broken_promise(promise: str, lines: list[Line]) -> None:
    assert [breach.promise for breach in judge(write(lines))] == [promise.split(": ")[0]]
    assert count(lines) == 1


@pytest.mark.parametrize(("promise", "lines"), ONLY_THE_JUDGE.items(), ids=ONLY_THE_JUDGE)
def test_the_judge_notices_who_was_forgotten_and_what_cannot_be_read(promise: str, lines: list[Line]) -> None:
    assert [breach.promise for breach in judge(write(lines))] == [promise]


def test_a_file_without_a_policy_is_not_judged() -> None:
    assert [breach.line for breach in judge([])] == [1]
    assert [breach.line for breach in judge([json.dumps(leaves()), json.dumps(CHECK_IN)])] == [1]


def test_the_judge_says_which_line_broke_what(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(write(BROKEN["nobody is written to after opt_out"])), encoding="utf-8")
    assert main([str(file)]) == 1
    assert "nobody is written to after opt_out: line 4 (anna)" in capsys.readouterr().out
    file.write_text("\n".join(write(GOOD["the whole of it"])), encoding="utf-8")
    assert main([str(file)]) == 0
