"""Judges a simulated year by its events alone: was every promise kept? `python -m tests.simulation_judge events.jsonl`

It must not import anything of the product: what is promised is written down here once more.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Line = dict[str, Any]
HEARD, TRIED, OPEN = ("sent", "unknown"), ("sent", "unknown", "failed"), ("planned", "held")
ENDS = (*TRIED, "skipped")
CHANGES = (
    *("opt_out", "return", "suppress", "flag", "complaint", "handoff_start", "handoff_end", "block", "unblock"),
    *("consent", "move", "accept", "decline", "redeem"),
)
NEVER_AGAIN = ("opt_out", "suppress", "flag", "complaint", "return")
"""After one of these nobody is written to; only a return is over when the person leaves again."""
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
GENTLE = 90 * DAY
FAILED_THEM = ("product_quality", "technical_reliability", "delivery_fulfilment", "customer_service")
MAY_HEAR = {
    **dict.fromkeys((None, "billing_account", "other_unclear"), ("check_in",)),
    "price": ("check_in", "welcome_back", "announcement", "reminder"),
    **dict.fromkeys(FAILED_THEM, ("check_in", "welcome_back", "announcement")),
    **dict.fromkeys(("missing_features", "competitor"), ("check_in", "announcement")),
    "trust_privacy": ("check_in", "welcome_back"),
    "relocation": ("announcement",),
    "no_longer_needed": ("welcome_back",),
    "poor_fit_expectations": (),
}
MAY_OFFER = {"price": ("discount", "smaller_plan", "gesture"), **dict.fromkeys(FAILED_THEM, ("gesture",))}
ONE_MESSAGE = ("trust_privacy", "no_longer_needed")
COSTS_MONEY = ("discount", "smaller_plan", "pause", "gesture")


class Breach(NamedTuple):
    """A promise that was broken, the number of the line that broke it, and whose it was."""

    line: int
    promise: str
    customer: str | None


class Rules:
    """What the first line says."""

    def __init__(self, line: Line) -> None:
        self.opens, self.closes = (time.fromisoformat(text) for text in line["window"])
        self.quiet = frozenset(line["quiet_days"])
        self.cap, self.cap_days = line["cap"]["n"], line["cap"]["days"] * DAY
        self.attempts, self.min_worth = line["attempts"], line["min_worth"]
        self.first, self.last = (days * DAY for days in line["first_within_days"])


class Person:
    """A customer as the lines until now make them. What they said once goes on when they leave again."""

    def __init__(self) -> None:
        self.never: set[str] = set()
        self.blocked: set[str] = set()
        self.in_handoff = False
        self.heard: list[datetime] = []
        self.told: set[str] = set()
        self.offers: dict[str, Line] = {}
        self.reminded: set[str] = set()
        self.answers: dict[str, set[str]] = defaultdict(set)

    def leave(self, line: Line, at: datetime) -> None:
        """Begin the time after a leaving."""
        self.left, self.zone = at, ZoneInfo(line["timezone"])
        self.reasons, self.tier = line["reasons"], line["tier"]
        self.sensitive, self.holdout, self.consents = line["sensitive"], line["holdout"], dict(line["consents"])
        self.never.discard("return")
        self.touched: Counter[str] = Counter()
        self.made: set[str] = set()
        self.settled = False
        # Of somebody who told us why we cannot know how likely they are to return, and the unlikely are left alone.
        self.unasked = set() if self.reasons or self.holdout else self.usable()
        self.untold: dict[str, set[str]] = {}

    @property
    def leading(self) -> str | None:
        return self.reasons[0] if self.reasons else None

    @property
    def may_hear(self) -> tuple[str, ...]:
        return MAY_HEAR[self.leading]

    def usable(self) -> set[str]:
        """The channels they agreed to, where there is nothing against writing to them at this moment."""
        if self.never or self.in_handoff or self.sensitive or self.settled:
            return set()
        return {channel for channel, given in self.consents.items() if given} - self.blocked


def judge(lines: Iterable[str]) -> Iterator[Breach]:
    """Return every breach in order of the lines; what was never done, at the end."""
    court = None
    for number, text in enumerate(lines, 1):
        try:
            line = json.loads(text)
            if court is None:
                court = Court(line)
                continue
            for promise in court.hear(line):
                yield Breach(number, promise, line.get("customer"))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            yield Breach(number, f"a line can be read ({type(error).__name__}: {error})", None)
            if court is None:
                return
    if court is None:
        yield Breach(1, "the first line is the policy", None)
        return
    for customer, promise in court.close():
        yield Breach(number, promise, customer)


class Court:
    """Hears the lines in their order and names the promises that each breaks."""

    def __init__(self, policy: Line) -> None:
        if policy.get("type") != "policy":
            raise ValueError("the first line is the policy")
        self.rules = Rules(policy)
        self.now = datetime.fromisoformat(policy["at"])
        self.people: dict[str, Person] = {}
        self.improvements: dict[str, Line] = {}
        self.touches: dict[str, Line] = {}
        self.channels: set[str] = set()
        self.forgotten: list[tuple[str, set[str], str]] = []

    def hear(self, line: Line) -> Iterator[str]:
        at, kind = datetime.fromisoformat(line["at"]), line["type"]
        if at.utcoffset() != timedelta(0):
            yield "times are in UTC"
        if at < self.now:
            yield "the lines stand in order of time"
        self.now = max(at, self.now)
        if kind == "improvement":
            self._improve(line)
        elif kind == "customer":
            yield from self._leave(line, at)
        elif line["customer"] not in self.people:
            yield "a customer's own line comes before all their others"
        elif kind == "touch":
            yield from self._touch(self.people[line["customer"]], line, at)
        elif kind in CHANGES:
            yield from self._change(self.people[line["customer"]], line, at)
        else:
            yield "every line is of a kind that is known"

    def close(self) -> Iterator[tuple[str, str]]:
        """Return who was forgotten though they could be reached where others are."""
        for name, person in self.people.items():
            self._part(name, person, self.now)
        yield from ((name, promise) for name, channels, promise in self.forgotten if channels & self.channels)

    def _improve(self, line: Line) -> None:
        self.improvements[line["id"]] = line
        for person in self.people.values():
            meant = set(line["reasons"]) & set(person.reasons) and line["place"] is None
            allowed = "announcement" in person.may_hear and person.leading != "relocation"
            if meant and allowed and person.touched["all"] < self.rules.attempts:
                person.untold[line["id"]] = person.usable()

    def _leave(self, line: Line, at: datetime) -> Iterator[str]:
        person = self.people.get(line["customer"])
        if person is None:
            person = self.people[line["customer"]] = Person()
        else:
            self._part(line["customer"], person, at)
            if "return" not in person.never:
                yield "only who has returned can leave again"
        person.leave(line, at)

    def _part(self, name: str, person: Person, at: datetime) -> None:
        """Note what somebody should have heard, now that the time after their leaving is over."""
        if at > person.left + self.rules.last:
            self.forgotten.append((name, person.unasked, "who never talked to us is asked why, or it is said why not"))
        for channels in person.untold.values():
            self.forgotten.append((name, channels, "who left over what was put right, and agreed to hear, is told"))

    def _change(self, person: Person, line: Line, at: datetime) -> Iterator[str]:
        kind = line["type"]
        if kind in NEVER_AGAIN:
            person.never.add(kind)
        elif kind in ("handoff_start", "handoff_end"):
            person.in_handoff = kind == "handoff_start"
        elif kind == "block":
            person.blocked.add(line["channel"])
        elif kind == "unblock":
            person.blocked.discard(line["channel"])
        elif kind == "consent":
            person.consents[line["channel"]] = line["granted"]
        elif kind == "move":
            person.zone = ZoneInfo(line["timezone"])
        else:
            yield from self._answer(person, line, at)
        if at <= person.left + self.rules.last:
            person.unasked &= person.usable()

    def _answer(self, person: Person, line: Line, at: datetime) -> Iterator[str]:
        offer, answer = line["offer"], line["type"]
        given = person.answers[offer]
        if offer not in person.offers:
            yield "only an offer that was made is answered"
        elif answer != "decline" and at > datetime.fromisoformat(person.offers[offer]["deadline"]):
            yield "an offer is taken before its deadline"
        if answer in given or (answer == "redeem" and "decline" in given):
            yield "an offer is redeemed once"
        given.add(answer)
        person.settled |= offer in person.made

    def _touch(self, person: Person, line: Line, at: datetime) -> Iterator[str]:
        kind, state = line["kind"], line["state"]
        before = self.touches.get(line["touch"])
        self.touches[line["touch"]] = line
        if state not in OPEN + ENDS or (before and before["state"] in ENDS):
            yield "no touch is sent twice" if state in HEARD else "the states of a touch follow each other sensibly"
        if before and any(before[name] != line[name] for name in ("customer", "kind", "improvement")):
            yield "a touch stays what it was planned to be"
        if not line["rule"]:
            yield "every decision names its rule"
        if kind == "check_in":
            person.unasked = set()
        person.untold.pop(line["improvement"], None)
        if state in TRIED:
            self.channels.add(line["channel"])
            yield from self._judge_moment(person, at)
            yield from self._judge_right(person, line)
            yield from self._judge_fit(person, line, at)
            yield from self._judge_offer(person, line, at)
        if state in HEARD:
            yield from self._judge_often(person, line, at)

    def _judge_moment(self, person: Person, at: datetime) -> Iterator[str]:
        own = at.astimezone(person.zone)
        if not self.rules.opens <= own.time() < self.rules.closes:
            yield "nobody is written to outside their daytime"
        if WEEK[own.weekday()] in self.rules.quiet:
            yield "nobody is written to on a quiet day"

    def _judge_right(self, person: Person, line: Line) -> Iterator[str]:
        broken = {f"nobody is written to after {said}": said in person.never for said in NEVER_AGAIN} | {
            "nobody is written to without consent for this channel": not person.consents.get(line["channel"]),
            "nobody is written to where they blocked us": line["channel"] in person.blocked,
            "nobody is written to while they talk to staff": person.in_handoff,
            "nobody is written to after bad news of theirs": person.sensitive,
            "who is held out hears announcements only": person.holdout and line["kind"] != "announcement",
            "who has answered an offer is left in peace": person.settled and line["kind"] != "announcement",
        }
        yield from (promise for promise, is_broken in broken.items() if is_broken)

    def _judge_fit(self, person: Person, line: Line, at: datetime) -> Iterator[str]:
        kind, since = line["kind"], at - person.left
        if kind not in person.may_hear:
            yield "nobody hears what does not fit why they left"
        if since < self.rules.first:
            yield "nothing is sent before the first day"
        if kind == "check_in" and not person.touched["check_in"] and since > self.rules.last:
            yield "the first check-in comes by the last day"
        if person.leading == "no_longer_needed" and since < GENTLE:
            yield "who no longer needed us hears nothing for ninety days"
        if (kind == "announcement") != (line["improvement"] is not None):
            yield "an announcement tells an improvement, and nothing else does"
        if line["improvement"] is not None:
            told = self.improvements.get(line["improvement"])
            if told is None:
                yield "only what was put right is announced"
            elif datetime.fromisoformat(told["at"]) < person.left:
                yield "only what was put right after they left is announced"
            elif not set(told["reasons"]) & set(person.reasons):
                yield "an announcement answers a reason of theirs"
            elif person.leading == "relocation" and told["place"] is None:
                yield "who moved hears of places only"

    def _judge_offer(self, person: Person, line: Line, at: datetime) -> Iterator[str]:
        offer = line["offer"]
        if (line["kind"] == "reminder") and (offer is None or offer["id"] not in person.offers):
            yield "a reminder is of an offer that was made"
        if offer is None:
            return
        kind, least = offer["kind"], self.rules.min_worth.get(person.tier)
        if kind == "discount" and person.leading != "price":
            yield "a discount is for those alone who left over the price"
        elif kind not in MAY_OFFER.get(person.leading or "", ()):
            yield "an offer fits why they left"
        if kind in COSTS_MONEY and (least is None or offer["worth"] < max(1, least)):
            yield "no offer is worthless"
        if datetime.fromisoformat(offer["deadline"]) <= at:
            yield "an offer's deadline lies ahead"
        if line["kind"] == "reminder":
            if person.answers[offer["id"]]:
                yield "nobody is reminded of an offer they answered"
            if offer["id"] in person.reminded:
                yield "an offer has one reminder"
        elif offer["id"] in person.offers:
            yield "an offer is made once"
        if line["kind"] not in ("welcome_back", "reminder"):
            yield "only a welcome-back carries an offer"

    def _judge_often(self, person: Person, line: Line, at: datetime) -> Iterator[str]:
        person.heard = [once for once in person.heard if at - once < self.rules.cap_days] + [at]
        person.touched["all"] += 1
        person.touched[line["kind"]] += 1
        again = line["kind"] == "welcome_back" and person.touched["welcome_back"] > 1
        broken = {
            "nobody hears from us more often than the cap allows": len(person.heard) > self.rules.cap,
            "nobody is tried more often than the policy says": person.touched["all"] > self.rules.attempts,
            "who never talked to us is asked why once": not person.reasons and person.touched["check_in"] > 1,
            "who should have one message has one": again and person.leading in ONE_MESSAGE,
            "an improvement is told to a person once": line["improvement"] in person.told,
        }
        yield from (promise for promise, is_broken in broken.items() if is_broken)
        if line["improvement"] is not None:
            person.told.add(line["improvement"])
        if line["offer"] is not None and line["kind"] == "reminder":
            person.reminded.add(line["offer"]["id"])
        elif line["offer"] is not None:
            person.offers[line["offer"]["id"]] = line["offer"]
            person.made.add(line["offer"]["id"])


def main(arguments: list[str]) -> int:
    """Print each broken promise with its first lines; 1 if there is any."""
    if len(arguments) != 1:
        print("usage: python -m tests.simulation_judge events.jsonl")  # noqa: T201
        return 2
    with open(arguments[0], encoding="utf-8") as lines:  # noqa: PTH123
        breaches = list(judge(lines))
    by_promise: dict[str, list[Breach]] = defaultdict(list)
    for breach in breaches:
        by_promise[breach.promise].append(breach)
    for promise, found in by_promise.items():
        where = ", ".join(f"line {breach.line} ({breach.customer})" for breach in found[:3])
        print(f"{len(found):>7}  {promise}: {where}")  # noqa: T201
    print(f"{len(breaches)} promises broken")  # noqa: T201
    return 1 if breaches else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
