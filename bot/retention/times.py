"""Finds dates and lengths of time in what people write.

It must rather miss one than take an age, a habit ("every week") or a price's month for one.
"""

from __future__ import annotations

import re

from bot.retention.facts import Fact, FactKind
from bot.retention.numbers import NUMBER_WORDS

_MONTH = (
    r"(?:January|February|March|April|June|July|August|September|October|November|December|"
    r"Jan\b\.?|Feb\b\.?|Apr\b\.?|Jun\b\.?|Jul\b\.?|Aug\b\.?|Sept?\b\.?|Oct\b\.?|Nov\b\.?|Dec\b\.?)"
)
_MAY = rf"(?:{_MONTH}|May\b)"
_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_PART = r"(?: (?:morning|afternoon|evening|night|lunchtime))?"
_YEAR = r"(?:19[5-9]\d|20[0-3]\d)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_FEAST = (
    r"(?:Christmas|Easter|New Year(?:'s)?(?: Eve| Day)?|Black Friday|Boxing Day|Halloween|Ramadan|"
    r"Thanksgiving|lockdown|covid)"
)
_UNIT = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|wks?|weekends?|fortnights?|"
    r"months?|mths?|years?|yrs?|decades?|terms|semesters?|quarters|seasons|winters|summers)"
)
_COUNT = rf"(?:\d{{1,4}}(?:[.,]5)?(?: ?1/2| ?½)?|(?:{NUMBER_WORDS})(?:[- ](?:and )?(?:{NUMBER_WORDS}))*)"
_MANY = (
    rf"(?:{_COUNT}(?: ?(?:-|–|to|or) ?{_COUNT})?\+?|half an?|a couple(?: of)?|couple of|a few|several|"
    r"many|a dozen)"
)
_WHOLE = (
    r"(?:full |whole |entire |long |more |solid |consecutive |straight |extra |working |business "
    r"|calendar |good |of )*"
)
_SPAN_OF = r"(?:and a half |or so )?"
_DURATION = rf"{_MANY}[ -]?{_WHOLE}{_UNIT}\b(?: and a half)?"
_ONE = (
    r"(?<=\b)(?:(?:for|after|within|over|under|nearly|almost|about|took|takes|taken|taking|lost|"
    r"waited|wait|another|inside|lasted) )"
    r"(?P<one>(?:nearly |almost |about |over |more than |well over |at least )?(?:an?|one|half an?|"
    rf"over an?|the best part of an?) {_WHOLE}(?:hour|day|week|fortnight|month|year|decade|term|season)(?: "
    r"and a half)?)\b"
)
_AFTER_A_DAY = (
    r"(?=\s*(?:[,.;:!?)]|$|\n)|(?= (?:I|we|they|he|she|it|you|and|to|at|came|nobody|no|after|was|"
    r"rang|but|then|with|as|not|"
    r"still|a|an|the|for|because|when|so|told|again|another|said|spoke|called|got|in|my|by)\b))"
)
_DATES = (
    rf"(?:the )?{_DAY}(?: of)? {_MAY}(?:,? {_YEAR})?",
    rf"{_MAY} (?:the )?{_DAY}\b(?:,? {_YEAR})?",
    rf"{_MAY} {_YEAR}",
    rf"(?:early|mid|late|end of|beginning of|start of|middle of)[ -]{_MAY}",
    (
        rf"(?:(?:in|since|until|till|by|last|next|this|from|before|after|around|during|of|through) ){_MAY}(?: "
        rf"last year| this year| {_YEAR})?"
    ),
    rf"(?:(?:on|since|until|till|by|last|next|this|from|before|after) (?:a )?){_WEEKDAY}{_PART}(?: last week)?",
    rf"{_WEEKDAY} (?:morning|afternoon|evening|night)\b",
    rf"(?:since|in|from|until|of|by|before|after) (?:early |late |mid[ -]?|about |around )?{_YEAR}\b",
    (
        r"(?:since |from |until |till |by )?(?:the )?(?:last|next|this past|the past) (?:few |couple "
        r"of )?(?:night|weekend|week|fortnight|month|year|spring|summer|autumn|winter|quarter|term|semester|"
        r"season)s?\b"
    ),
    rf"(?:on|for|by|since|until|from|till|(?:it's|is) (?:now )?) ?the {_DAY}(?:{_AFTER_A_DAY})",
    r"(?-i:(?:January|February|July|August|September|October|November|December))\b(?! [A-Z])",
    rf"on the {_WEEKDAY}\b",
    rf"(?:since|at|by|over|until|before|after|last|this|next|on|for) {_FEAST}",
    r"(?:since )?(?:the day before )?yesterday\b",
    r"(?:the )?\d{1,2}[/.]\d{1,2}[/.](?:20)?\d\d\b",
    r"20\d\d-\d\d-\d\d",
    r"(?:in|since|over|during|all|by|till|until) (?:the )?(?:spring|summer|autumn|winter)\b",
)
_TIME = re.compile(
    rf"(?<![\w£$€.,-])(?:(?P<duration>{_DURATION})|{_ONE}|(?P<date>{'|'.join(_DATES)}))(?![\w-])", re.IGNORECASE
)
_LEADING = re.compile(
    (
        r"^(?:it's|is|now|for|on|in|by|at|until|till|from|before|after|around|during|of|through|over|"
        r"a|all)\s+(?:now\s+)?(?:a\s+)?"
    ),
    re.IGNORECASE,
)
_AGE = re.compile(
    (
        r"^[ -]?(?:old\b|olds\b|of age|pregnant|away|west\b|east\b|north\b|south\b|walk\b|drive\b|ride\b|"
        r"veteran|from (?:me|us|here|my|our|home)|by (?:bus|car|train)|contract\b|plan\b|mark\b|(?:a|"
        r"per|each|every) (?:day|week|month|year)|(?:gym|support|service|shift|shifts|delivery|cover|"
        r"tickets?)\b)"
    ),
    re.IGNORECASE,
)
_HABIT = re.compile(
    r"(?:\bevery|\beach|\bper|\bonce|\btwice|\baged?|\bturned|\bam|\bI'm|/|\bevery other|times)\s*$", re.IGNORECASE
)
_CAPITAL = re.compile(r"(?i:\b(?:march|may|dec|jan|mar|sep|sept|oct|nov|jun|jul|aug|apr|feb)\b)")
_ONE_UNIT = re.compile(
    r"^(?!(?:an?|one|half|1)\b).*\b(?:second|sec|minute|min|hour|hr|day|night|week|month|mth|year|yr|decade)$",
    re.IGNORECASE,
)
"""Many of a unit in the singular: a length of time that stands before what it belongs to."""
_THING = re.compile(
    r" (?!(?:ago|late|later|before|after|and|or|to|in|on|for|with|without|of|at)\b)[a-z]", re.IGNORECASE
)
_PREGNANT = re.compile(r"\b(?:pregnan\w+|born at|premature)\b[^.!?]*$", re.IGNORECASE)


def find_times(text: str) -> list[Fact]:
    """Return the dates and lengths of time in a text."""
    found = []
    for match in _TIME.finditer(text):
        group = "one" if match["one"] else "duration" if match["duration"] else "date"
        start, end = match.span(group)
        if group == "date":
            start += len(leading[0]) if (leading := _LEADING.match(text[start:end])) else 0
        before, after, words = text[max(0, start - 20) : start], text[end : end + 20], text[start:end]
        if (
            _modifies(words, after)
            or _PREGNANT.search(text[max(0, start - 30) : start])
            or _HABIT.search(before)
            or (group != "date" and _AGE.match(after))
            or _is_a_verb(words, match[0])
        ):
            continue
        found.append(Fact(FactKind.TIME, words, start, end))
    return found


def _modifies(words: str, after: str) -> bool:
    """Tell whether a length of time only says what kind of thing it is: "the 14 day trial", "a 100-night guarantee"."""
    return bool(_ONE_UNIT.search(words)) and bool(_THING.match(after))


def _is_a_verb(words: str, whole: str) -> bool:
    """Tell whether "march" or "may" is no month here: without a capital or a number it may be a verb."""
    plain = re.search(r"\b(?:march|may)\b", words)
    return plain is not None and not re.search(r"\d", words) and not re.match(r"(?:in|since|until|last|next)\b", whole)
