"""Checks the promises of winning back line by line, and counts those that are broken.

It must not know who wrote the lines, nor the rules that decided: it looks at what was done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.outreach.simulation.lines import WEEK, Line
from bot.outreach.simulation.standing import BARS, COUNTED, TRIED, Standing, begin
from bot.retention.offers import OfferKind
from bot.retention.reasons import Reason
from bot.retention.winback.rules import ALLOWED_OFFERS, ALLOWED_TOUCHES, GENTLE_DAY


@dataclass(frozen=True)
class Attempt:
    """A touch that was tried, and how things stood at that moment."""

    line: Line
    at: datetime
    person: Standing
    policy: Line
    told: Line | None

    @property
    def own(self) -> datetime:
        """The moment by the person's own clock."""
        return self.at.astimezone(self.person.zone)

    @property
    def since(self) -> timedelta:
        """The time since they left."""
        return self.at - self.person.left_at

    @property
    def is_asked_for(self) -> bool:
        """Whether it is news that they asked for."""
        return bool(self.line["kind"] == "announcement")


Broken = Callable[[Attempt], bool]
OF_ATTEMPTS: Mapping[str, Broken] = {
    "window": lambda it: not _clock(it.policy, 0) <= it.own.time() < _clock(it.policy, 1),
    "quiet_days": lambda it: WEEK[it.own.weekday()] in it.policy["quiet_days"],
    **{f"after_{bar}": lambda it, bar=bar: bar in it.person.bars for bar in BARS},  # type: ignore[misc]
    "consent": lambda it: not it.person.consents.get(it.line["channel"]),
    "blocked": lambda it: it.line["channel"] in it.person.blocked,
    "handoff": lambda it: it.person.in_handoff,
    "sensitive": lambda it: it.person.sensitive,
    "holdout": lambda it: it.person.holdout and not it.is_asked_for,
    "settled": lambda it: it.person.settled and not it.is_asked_for,
    "kind": lambda it: it.line["kind"] not in ALLOWED_TOUCHES[it.person.leading],
    "too_early": lambda it: it.since < timedelta(days=it.policy["first_within_days"][0]),
    "too_late": lambda it: (
        it.line["kind"] == "check_in"
        and not it.person.counts["check_in"]
        and it.since > timedelta(days=it.policy["first_within_days"][1])
    ),
    "gentle": lambda it: it.person.leading is Reason.NO_LONGER_NEEDED and it.since < timedelta(days=GENTLE_DAY),
    "announcement": lambda it: it.is_asked_for != (it.line["improvement"] is not None),
    "improvement": lambda it: it.line["improvement"] is not None and not _is_meant(it),
}
OF_OFFERS: Mapping[str, Broken] = {
    "offer_kind": lambda it: (
        it.line["offer"]["kind"] not in ALLOWED_OFFERS.get(it.person.leading or Reason.PRICE, ())
        or it.person.leading is None
    ),
    "worthless": lambda it: OfferKind(it.line["offer"]["kind"]).is_worth_money and not _is_worth_it(it),
    "deadline": lambda it: datetime.fromisoformat(it.line["offer"]["deadline"]) <= it.at,
    "reminder_answered": lambda it: (
        it.line["kind"] == "reminder" and bool(it.person.answers.get(it.line["offer"]["id"]))
    ),
    "reminder_again": lambda it: it.line["kind"] == "reminder" and it.line["offer"]["id"] in it.person.reminded,
    "offer_again": lambda it: it.line["kind"] != "reminder" and it.line["offer"]["id"] in it.person.offers,
    "offer_misplaced": lambda it: it.line["kind"] not in ("welcome_back", "reminder"),
}
OF_COUNTED: Mapping[str, Broken] = {
    "cap": lambda it: len(it.person.counted_at) > it.policy["cap"]["n"],
    "attempts": lambda it: it.person.counts.total() > it.policy["attempts"],
    "asked_again": lambda it: not it.person.reasons and it.person.counts["check_in"] > 1,
    "one_message": lambda it: (
        it.person.leading in (Reason.TRUST_PRIVACY, Reason.NO_LONGER_NEEDED)
        and it.line["kind"] == "welcome_back"
        and it.person.counts["welcome_back"] > 1
    ),
}
"""Checked when the touch itself is counted."""


class PromiseCheck:
    """Reads the lines in order. `broken` counts the promises, by name, that were not kept until now."""

    def __init__(self) -> None:
        self.broken: Counter[str] = Counter()
        self._policy: Line = {}
        self._people: dict[str, Standing] = {}
        self._improvements: dict[str, Line] = {}
        self._states: dict[str, str] = {}
        self._last: datetime | None = None

    def read(self, line: Line) -> None:
        """Take in the next line."""
        at = datetime.fromisoformat(line["at"])
        if self._last is not None and at < self._last:
            self.broken["order"] += 1
        self._last = at
        match line["type"]:
            case "policy":
                self._policy = line
            case "improvement":
                self._improvements[line["id"]] = line
            case "customer":
                self._people[line["customer"]] = begin(line, self._people.get(line["customer"]))
            case "touch":
                self.broken.update(self._check_touch(line, at))
            case "accept" | "decline" | "redeem":
                person = self._people[line["customer"]]
                self.broken.update(_check_answer(line, at, person))
                person.answer(line)
            case _:
                self._people[line["customer"]].change(line)

    def _check_touch(self, line: Line, at: datetime) -> Iterator[str]:
        state, before = line["state"], self._states.get(line["touch"])
        self._states[line["touch"]] = state
        if before not in (None, "planned", "held"):
            yield "twice" if state in COUNTED else "states"
        if state not in TRIED:
            return
        person = self._people[line["customer"]]
        told = self._improvements.get(line["improvement"])
        attempt = Attempt(line, at, person, self._policy, told)
        yield from (name for name, broken in OF_ATTEMPTS.items() if broken(attempt))
        if line["kind"] == "reminder" and (line["offer"] is None or line["offer"]["id"] not in person.offers):
            yield "reminder_of_nothing"
        if line["offer"] is not None:
            yield from (name for name, broken in OF_OFFERS.items() if broken(attempt))
        if state in COUNTED:
            if line["improvement"] in person.told:
                yield "told_again"
            person.hear(line, at, timedelta(days=self._policy["cap"]["days"]))
            yield from (name for name, broken in OF_COUNTED.items() if broken(attempt))


def _check_answer(line: Line, at: datetime, person: Standing) -> Iterator[str]:
    offer, given = person.offers.get(line["offer"]), person.answers.get(line["offer"], set())
    if offer is None:
        yield "answer_to_nothing"
    elif line["type"] != "decline" and at > datetime.fromisoformat(offer["deadline"]):
        yield "answer_too_late"
    if line["type"] in given or (line["type"] == "redeem" and "decline" in given):
        yield "answered_again"


def _clock(policy: Line, end: int) -> time:
    return time.fromisoformat(policy["window"][end])


def _is_meant(it: Attempt) -> bool:
    """Tell whether something was put right for this person, after they had left."""
    if it.told is None or datetime.fromisoformat(it.told["at"]) < it.person.left_at:
        return False
    if it.person.leading is Reason.RELOCATION and it.told["place"] is None:
        return False
    return not set(it.told["reasons"]).isdisjoint(it.person.reasons)


def _is_worth_it(it: Attempt) -> bool:
    least = it.policy["min_worth"].get(it.person.tier)
    return least is not None and it.line["offer"]["worth"] >= max(least, 1)
