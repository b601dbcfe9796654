"""Makes as many invented customers as are wanted from the people we have, each with an id, addresses and a time zone.

It writes nothing down. Every address is one that nobody has: mail to `.example` goes nowhere (RFC 2606), and the
telephone numbers are those that Ofcom keeps free for films.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.personas import NOW, Persona
from bot.retention.winback.calendar import find_opening, is_open
from bot.retention.winback.rules import WinbackRules

PREFIX = "demo-"
_ID = re.compile(r"demo-[0-9]{4}")
MOST = 2_000
ROUND_THE_WORLD = (
    *("Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Singapore", "Asia/Kolkata", "Asia/Dubai"),
    *("Africa/Nairobi", "Europe/Berlin", "Europe/London", "Atlantic/Azores", "America/Sao_Paulo", "America/New_York"),
    *("America/Denver", "America/Los_Angeles", "Pacific/Honolulu"),
)
"""Somewhere among these it is daytime at every hour."""
_FIRST_NAMES = ("Alma", "Bruno", "Clara", "Derek", "Edith", "Farid", "Gwen", "Hugo", "Irene", "Julius", "Kaya", "Leo")
_LAST_NAMES = ("Abbott", "Bianchi", "Carver", "Dahl", "Eriksen", "Faulkner", "Gupta", "Hill", "Ito", "Jansen", "Keane")
_CHOICE = 3
"""Among so many zones those for whom it must be daytime are shared out."""


@dataclass(frozen=True)
class Invented:
    """One invented customer. `ended_at` is when their interview ended, or they cancelled without one; None for those
    who buy now and then."""

    external_id: str
    name: str
    persona: Persona
    zone: str
    ended_at: datetime | None

    @property
    def number(self) -> int:
        """Which of them they are, from 1."""
        return int(self.external_id.removeprefix(PREFIX))

    @property
    def email(self) -> str:
        """An address at which nobody is."""
        return f"{re.sub('[^a-z]+', '.', fold(self.name))}.{self.number}@demo.example"

    @property
    def phone(self) -> str:
        """A number that nobody has."""
        return f"+447700900{self.number % 1000:03}"

    @property
    def left_at(self) -> datetime | None:
        """When they left; None for those who stayed."""
        return None if self.persona.end == "saved" else self.ended_at


def is_invented(external_id: str | None) -> bool:
    """Tell whether this is the id of an invented customer."""
    return external_id is not None and _ID.fullmatch(external_id) is not None


def invent(personas: Sequence[Persona], how_many: int, seed: int, now: datetime, rules: WinbackRules) -> list[Invented]:
    """Return so many customers; once there is nobody new, the same stories happen to people of other names."""
    chance = random.Random(seed)  # noqa: S311  Invented people guard nothing.
    spread = chance.sample(ROUND_THE_WORLD, len(ROUND_THE_WORLD))
    daytime = list_daytime_zones(now, rules)
    found = []
    for number in range(how_many):
        persona = personas[number % len(personas)]
        name = persona.name
        if number >= len(personas):
            name = f"{chance.choice(_FIRST_NAMES)} {chance.choice(_LAST_NAMES)}"
        zone = persona.zone or spread[number % len(spread)]
        if zone == NOW:
            zone = daytime[number % len(daytime)]
        ended_at = None
        if persona.days is not None:
            ended_at = now - timedelta(days=persona.days, minutes=chance.randint(5, 240))
        found.append(Invented(f"{PREFIX}{number + 1:04}", name, persona, zone, ended_at))
    return found


def list_daytime_zones(now: datetime, rules: WinbackRules) -> list[str]:
    """Return the zones in which somebody may be written to now and for longest; where that is nowhere, such as on a
    Sunday at noon, the one where it may be done soonest."""
    still_open = sorted(
        (zone for zone in ROUND_THE_WORLD if is_open(now, ZoneInfo(zone), rules)),
        key=lambda zone: now.astimezone(ZoneInfo(zone)).time(),
    )
    if still_open:
        return still_open[:_CHOICE]
    return [min(ROUND_THE_WORLD, key=lambda zone: find_opening(now, ZoneInfo(zone), rules))]


def fold(name: str) -> str:
    """Return a name as it stands in an address."""
    return name.lower().translate(str.maketrans("öüäéåøšñç", "ouaeaosnc"))
