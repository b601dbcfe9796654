"""Finds the places that customers name as their own: where they move to, or live, so that it matters.

It must rather find none than a place that somebody travels to, comes from or only speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.reasons.named.lexicon import PLACES
from bot.reasons.named.names import Name
from bot.retention.facts import Fact, FactKind

_SIDE = (
    r"(?:the|a|an|near|deepest|darkest|rural|central|greater|north|south|east|west|northern|southern|"
    r"eastern|western|"
    r"outskirts of|village of|city of|town of|middle of|edge of|island of|isle of|state of|other "
    r"side of|wilds of|old)"
)
_WAY = (
    r"(?: (?:back|out|over|away|up|down|home|house|flat|permanently|now|here|abroad|overseas|me|"
    r"us|him|her|all of us|offices?|to live|to stay|"
    r"and live|live|family|jobs?|schools?|(?:my|our|the|his|her) \w+|with (?:my|his|her|our|work) "
    r"?\w*|from \w+|full time|for work|for good|next \w+|last \w+|"
    r"in \w+|this \w+))*"
)
_MOVED = re.compile(
    r"\b(?:mov(?:e|ed|es|ing)|relocat(?:e|ed|es|ing)|emigrat(?:e|ed|es|ing)|transferred|posted|stationed|"
    r"re-?settl(?:ed|ing)|retir(?:ed|ing)|"
    rf"the move|a move|our move|my move){_WAY} (?:to|into|near|in|outside|towards)(?: {_SIDE})*\s+$",
    re.IGNORECASE,
)
_SURELY_MOVED = re.compile(
    r"\b(?:relocat|emigrat|posted|stationed|transferred|hous|home|flat|live\b|retir)\w*", re.IGNORECASE
)
_OFF = re.compile(
    (
        rf"\b(?:go|going|gone|heading|headed|returning|returned|return|off|back|sent|sending|sends?){_WAY} "
        rf"(?:to|in)(?: {_SIDE})*\s+$"
    ),
    re.IGNORECASE,
)
_OFF_FOR_GOOD = re.compile(
    r"\b(?:back|home|off|sent|sending|sends?|returning|returned|return|live|for good|permanently|country)\b",
    re.IGNORECASE,
)
_TO_STAY = re.compile(
    (
        r"^(?: \w+){0,2} (?:for (?:study|studies|work|uni|university|good|my job|a job|the army)|to "
        r"(?:live|study|work|be near)|permanently)\b"
    ),
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"\b(?:live|lives|living|based|settled|I['’]?m|I am|we['’]re|we are|now|residents?|(?:my|our|"
    r"my new|our new|new|bought a|got a) "
    r"(?:house|flat|apartment|job|job's|work|office|office's|university|uni|place|address|village|"
    r"farm|cottage|home))(?: (?:now|here|down|up|over|already|all|both|currently|is|are|permanently|"
    r"right))* "
    rf"(?:in|near|outside|at|around|just outside|on)(?: {_SIDE})*\s+$",
    re.IGNORECASE,
)
_LIVED = re.compile(
    r"\b(?:used to live|lived|grew up|was living|were living|when (?:I|we) (?:was|were)|if)\b", re.IGNORECASE
)
_BRANCH = re.compile(
    r"^ (?:branch|store|shop|campus|salon|clinic|studio|gym|club|surgery|practice|nursery|centre|center)\b",
    re.IGNORECASE,
)
_OUR_OR_YOURS = re.compile(r"\b(?:your|the|our|my)(?: \w+)?\s$", re.IGNORECASE)
_BRANCH_IN = re.compile(
    r"\b(?:no|your|nearest|one|the|a|any) (?:branch(?:es)?|campus|salon|clinic|studio|gym|club|surgery|"
    r"practice|nursery|centre|center|clubs|shops|stores)"
    rf"(?: (?:here|over|down|up|near us))? (?:in|at|near)(?: {_SIDE})*\s+$",
    re.IGNORECASE,
)
_NOT_SERVED = re.compile(
    rf"\b(?:not|n['’]?t|never|no longer|stopped|dont|doesnt|nobody|none|nothing)\b(?: \w+){{0,3}} "
    r"(?:deliver(?:ing|s)?|ship(?:ping|s)?|serv(?:e|es|ing)|cover(?:ing|s)?|"
    r"operat(?:e|es|ing)|available|exist|come out|work|fly|send)(?: \w+)?(?: here)? (?:to|in|from|"
    rf"outside)(?: {_SIDE})*\s+$",
    re.IGNORECASE,
)
_FROM_A_COMPANY = re.compile(rf"\bfrom (?!(?:{'|'.join(sorted(PLACES))})\b)(?-i:[A-Z])\w+ to (?:\w+ )?$", re.IGNORECASE)
_NOW = re.compile(r"^ (?:now|these days)\b", re.IGNORECASE)
_IN = re.compile(rf"\b(?:in|near|outside)(?: {_SIDE})*\s+$", re.IGNORECASE)
_HOME = re.compile(
    r"\b(?:there|here|area|cover\w*|deliver\w*|branch\w*|cent(?:re|er)|clubs?|nearest|miles|husband|"
    r"wife|hubby|family|job|work|house|home|daughter|son|"
    r"parents|abroad|country|retir\w+|town|village|coast|sea|landlord|flat|uni|university|stud(?:y|"
    r"ies)|no one|nobody|near)\b",
    re.IGNORECASE,
)
_OFFER = re.compile(
    (
        r"\b(?:cheaper|better|their|faster|deal|offer\w*|app|plan|price|feature\w*|team|engineers|integration\w*|"
        r"bank(?:ing)?|account|switch\w*)\b"
    ),
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"\b(?:not|never|n['’]t|didnt|dont|if|might|may|could|would|should|maybe|perhaps|considering|"
    r"thinking|thought|almost|nearly|was going to|"
    r"used to)\b",
    re.IGNORECASE,
)
_NOT_THEM = re.compile(
    r"\b(?:he|she|they|it|sisters?|brothers?|friends?|neighbours?|colleagues?|parents?|offices?|"
    r"depot|company|warehouse|call cent(?:re|er)|servers?|"
    r"shops?|stores?|branch|bags?|luggage|parcels?|packages?|orders?|shows?|money|support|production|"
    r"factory|headquarters|hq|letters?|calls?|you|bot|account)"
    r"(?: (?:has|have|had|was|were|is|are|be|been|got|get|all|just|recently|now|will|only|also))*(?:['’](?:s|"
    r"ve|re|d|ll))?(?: (?:been|being|now|just))* $",
    re.IGNORECASE,
)
_COMPANY = frozenset({"ORG", "PRODUCT", "WORK_OF_ART"})
_GEOGRAPHY = frozenset({"GPE", "LOC"})
_NOT_GEOGRAPHY = frozenset({"DATE", "TIME", "MONEY", "NORP", "CARDINAL", "ORDINAL", "PERCENT", "LANGUAGE", "EVENT"})
_ROAD = re.compile(
    (
        r"\b(?:street|road|avenue|lane|close|terrace|drive|square|airport|station|terminal|hotel|school|"
        r"university|park)\b"
    ),
    re.IGNORECASE,
)


def find_places(names: Iterable[Name]) -> list[Fact]:
    """Return the places among the names in a text where somebody moves to or lives."""
    return [
        Fact(FactKind.PLACE, name.text, name.start, name.end)
        for name in names
        if _may_be_a_place(name) and _matters(name)
    ]


def _may_be_a_place(name: Name) -> bool:
    if name.is_place:
        return True
    return not (name.is_brand or name.label in _NOT_GEOGRAPHY or name.is_written_small or _ROAD.search(name.text)) and (
        name.text[1:].islower() or " " in name.text or name.label in _GEOGRAPHY
    )


def _matters(name: Name) -> bool:
    before, after = name.before, name.after
    if _ROAD.match(after.strip()) or _FROM_A_COMPANY.search(before):
        return False
    known = name.is_place or (name.label in _GEOGRAPHY and not name.first)
    moved = _MOVED.search(before)
    if moved:
        sure = known or bool(_SURELY_MOVED.search(moved[0])) or (name.label not in _COMPANY and _is_about_home(name))
        return sure and not _is_not_theirs(before[: moved.start()])
    if known and _NOT_SERVED.search(before):
        return True
    off = _OFF.search(before)
    if known and off:
        for_good = _OFF_FOR_GOOD.search(off[0]) or _TO_STAY.search(after)
        return bool(for_good) and not _is_not_theirs(before[: off.start()])
    if known and (lives := _LIVES.search(before)):
        return not _LIVED.search(before) and not _NOT_THEM.search(before[: lives.start()])
    if known and _NOW.search(after) and _IN.search(before):
        return not _NOT_THEM.search(before)
    return known and bool((_BRANCH.search(after) and _OUR_OR_YOURS.search(before)) or _BRANCH_IN.search(before))


def _is_about_home(name: Name) -> bool:
    around = f"{name.before} {name.after}"
    return bool(_HOME.search(around)) and not _OFFER.search(around)


def _is_not_theirs(before: str) -> bool:
    """Tell whether a move is denied, only thought of, or somebody else's."""
    return bool(_NOT_SO.search(before) or _NOT_THEM.search(before + (" " if not before.endswith(" ") else "")))
