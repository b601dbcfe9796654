"""Reads what somebody types to a message with which we wrote first.

It must rather hear nothing than a wish to come back, or anger, that is not there. It never reads a stop: others do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from bot.retention.anger import is_angry
from bot.retention.numbers import NUMBER_WORDS, read_number
from bot.retention.reading import read_yes_or_no, refuses
from bot.retention.utterances import Intent, Utterance
from bot.retention.winback.touches import TouchAnswer
from bot.retention.wording import count_words, normalise


class TouchQuestion(StrEnum):
    """What a touch has asked and now waits for. Values are what its buttons name."""

    CHECK_IN = "check_in"
    WHAT_CHANGED = "what_changed"
    WHEN = "when"
    PERSON = "person"
    WELCOME_BACK = "welcome_back"
    RETURN = "return"
    WHY_NOT = "why_not"


SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(days=7), timedelta(days=730)
PAUSES: Mapping[str, timedelta] = {"month": timedelta(days=30), "quarter": timedelta(days=91)}
"""How long the buttons mean."""
USUAL_PAUSE = PAUSES["quarter"]
"""For those who want to be asked later and leave open when."""
_A_STORY = 25
"""In so many words a passing "later" or "good" says little about the whole."""
_SOME_DETAIL = 5

_NOT = (
    r"(?:not|never|no|nt|isnt|arent|wasnt|dont|doesnt|didnt|cant|cannot|wont|wouldnt|hardly|nothing|no longer|neither)"
)
_NOT_NOW = re.compile(
    r"\b(?:not (?:right )?(?:now|yet|today|at the moment|just yet|this (?:week|month|year))|"
    r"(?:ask|write|try|contact|message|e-?mail|text|call|remind|check)(?: (?:to|with|in with|on))? me (?:\w+ ){0,2}?"
    r"(?:later|another (?:time|day)|some (?:other )?time|in|next|after|when)|"
    r"(?:maybe|perhaps|possibly) (?:later|another (?:time|day)|some (?:other )?(?:time|day)|one day|in|next|after)|"
    r"(?:some|an)other time|(?:too|very|quite|so|really) busy|busy (?:right now|at the moment|now|these days|this)|"
    r"(?:a )?bad time|no time(?! (?:for|to)\b)|too (?:early|soon)|not (?:a )?(?:good|great|right) (?:time|moment)|"
    r"get back to me (?:\w+ )?(?:later|in|next|after))\b"
    r"|^(?:later|maybe later|in (?:a|an|\d+|"
    + NUMBER_WORDS
    + r") \w+|next (?:week|month|year))(?: please| maybe| perhaps)*$"
)
_ANNOYED = re.compile(
    r"\b(?:annoyed|angry|upset|furious|cross with|mad at|disappointed|frustrated|irritated|fed up|let down|livid|"
    r"bitter|"
    r"unhappy|ripped off|not (?:at all )?(?:happy|amused|impressed|pleased)|(?:wont|cant|not) (?:forget|forgive)|"
    r"how dare|never again|no thanks to you|still waiting for (?:an?|my|the) (?:apology|refund|answer|reply))\b"
)
_NOT_ANNOYED = re.compile(
    rf"\b{_NOT} (?:\w+ ){{0,2}}?(?:annoyed|angry|upset|cross|mad|disappointed|frustrated|bitter|unhappy)\b"
)
_COME_BACK = (
    r"(?:com(?:e|ing) back|go(?:ing)? back(?: to you)?|return(?:ing)?|re-?join(?:ing)?|re-?subscrib(?:e|ing)|"
    r"sign(?:ing)? (?:me )?(?:back )?up(?: again)?|start(?:ing)? again|be(?:ing)? back|renew(?:ing)?)"
)
_OPEN = re.compile(
    rf"\b(?:{_COME_BACK}|try(?:ing)? (?:you|it|that|this)(?: (?:out|again))?|another (?:try|go|chance|look)|"
    rf"reconsider\w*|"
    r"second chance|miss (?:you|it|the|your|having|being)|(?:im|i am|were|we are|id be|would be|very|"
    r"am) (?:\w+ )?(?:interested|tempted)|"
    r"open to (?:it|that|coming|ideas|offers|returning)|(?:any|what) (?:deals?|offers?|discounts?)|have me back|"
    r"take me back|"
    r"what would it take|set me up)\b"
)
_DECLINES = re.compile(
    rf"\b(?:{_NOT} (?:\w+ ){{0,4}}?(?:{_COME_BACK}|back|reconsider\w*|try\w* (?:you|it) again|another chance|"
    rf"changed? my mind)|"
    r"not interested|no interest|no intention|no plans?|no thanks?|no thank you|(?:id )?rather not|no way|not for me|"
    r"(?:have )?made up my mind|too late|gone for good|moved on|done with you)\b"
)
_CHANGED = re.compile(
    r"\b(?<!nothing has )(?<!nothing )(?:changed|different now|changes|new (?:job|baby|house|home|phone|flat|boss|"
    r"situation)|"
    r"(?:my|our) (?:situation|circumstances|needs)|"
    r"since then|(?:i|we)(?:ve| have)? (?:now |just |recently )?(?:moved|got|bought|started|sold|retired|had a))\b"
)
_FINE = re.compile(
    r"\b(?:fine|great|good(?! (?:morning|afternoon|evening|day|night|question|luck|idea|point|price|offer|deal))|"
    r"okay|ok|all ?right|alright|happy|happier|perfect(?:ly)?|brilliant(?:ly)?|wonderful(?:ly)?|"
    r"lovely|"
    r"cant complain|cannot complain|no complaints|super|excellent|awesome|swell|better (?:now|off|than|elsewhere|"
    r"there|here)|"
    r"much better|works? (?:\w+ )?(?:well|better|nicely)|(?:doing|going|getting on|getting along|very|quite|really|"
    r"pretty) well|"
    r"(?:all )?(?:is|am|im) well|all well|well thanks?|sorted|settled(?: in)?|"
    r"found (?:something|somewhere|someone|another|a (?:better|new|good|cheaper)|what (?:i|we))|so far so good|"
    r"(?:im|we are|were|i am) (?:now )?(?:with|using|at) (?!you\b)\w+)\b|^(?:very |quite )?well(?: thanks|"
    r" thank you)*$|not (?:too |so |at all )?bad\b"
)
_SETTLED = re.compile(
    r"\b(?:(?:im|i am|we are|were|all|quite|perfectly|feeling) (?:\w+ ){0,2}?(?:fine|good|happy|well|sorted|settled|"
    r"okay|ok)|"
    r"(?:fine|happy|good|okay) (?:as|where|with|elsewhere|without|there)|better (?:off|elsewhere|there)|"
    r"found (?:something|somewhere|someone|another|a (?:better|new|good|cheaper)|what (?:i|we)))\b"
)
_NOT_FINE = re.compile(
    rf"\b{_NOT} (?:\w+ ){{0,2}}?(?:fine|good|great|okay|ok|all ?right|alright|happy|well|better|perfect|settled|"
    rf"sorted)\b|good riddance"
)
_LONGEST_YES = 10
_BEGINS_WITH_YES = re.compile(
    r"(?:yes|yeah|yep|yup|sure|of course|ok|okay|please|gladly|absolutely|definitely|id like that)\b"
)
_BEGINS_WITH_NO = re.compile(r"(?:no|nope|nah|never|not (?:for me|really|interested))\b(?! (?:problem|doubt|idea))")
_DEPENDS = re.compile(r"\b(?:if|unless|but|only|when|not sure|maybe|perhaps|depends|no)\b(?<!^no)")
_MORE = re.compile(
    r"(?:(?:yes|ok|okay|please|can you|could you|sure|id like to) )*"
    r"(?:(?:tell|show|send) (?:me|us) (?:a (?:bit|little) )?more|"
    r"(?:know|hear|learn) more|more|more (?:info|information|details)|details|go on|what is it|whats the offer)"
    r"(?: (?:about (?:it|this|that|the offer)|please|details|info|information|first))*"
)
_ABOUT_US = re.compile(
    r"\b(?:you|your|youre|reads?|reading|bot|robot|machine|human|person|data|privacy|gdpr|stored?|kept|chat)\b"
)
_UNDECIDED = re.compile(
    r"(?:(?:im |i am )?(?:not sure|unsure|undecided)|maybe|perhaps|possibly|(?:i )?(?:dont|do not) know(?: yet)?|"
    r"dunno|idk|no idea|"
    r"hm+|let me think(?: about it)?|(?:ill|i will|i have to|i need to) think (?:about it|it over))(?: yet| now|"
    r" really)*"
)
_ASKS = re.compile(
    r"^(?:and |but |so |hey |wait |sorry |please |ok(?:ay)? |well |hi |hello )*(?:what|whats|who|whos|whose|where|"
    r"when|why|how|"
    r"hows|which|is|are|do|does|did|can|could|will|would|should|may|has|have you|tell me|explain)\b"
)
_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 91, "year": 365}
_COUNT = (
    r"(?:\d{1,3}|a|an|one|half an?|a couple of|couple of|a few|few|several|"
    rf"(?:{NUMBER_WORDS})(?:[- ](?:{NUMBER_WORDS}))*)"
)
_SPAN = re.compile(
    rf"\b(?P<count>{_COUNT}) ?(?:or so |more |full |whole )?(?P<unit>day|week|fortnight|month|quarter|year)s?\b"
)
_NEXT = re.compile(r"\bnext (?P<unit>week|month|quarter|year)\b")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march",), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct"),
            ("november", "nov"), ("december", "dec"),
        ),
        1,
    )
    for name in names
}  # fmt: skip
_IN_A_MONTH = re.compile(
    rf"\b(?:in|from|after|until|till|by|around|early|mid|late|end of|beginning of) (?P<month>{'|'.join(_MONTHS)})\b"
)
_FEASTS = {"christmas": (12, 27), "xmas": (12, 27), "new year": (1, 2), "new years": (1, 2)}
_FEAST = re.compile(rf"\b(?:after|until|till) (?:the )?(?P<feast>{'|'.join(_FEASTS)})\b")
_FEW = {
    "a": 1,
    "an": 1,
    "one": 1,
    "half a": 0.5,
    "half an": 0.5,
    "a couple of": 2,
    "couple of": 2,
    "a few": 3,
    "few": 3,
    "several": 4,
}
_NEVER = re.compile(
    r"\b(?:never|not at all|not ever|no more|nothing more|at no time|rather not|better not|(?:please )?(?:dont|do not)|"
    r"no need|leave it)\b"
)


def read_answer(said: Utterance) -> TouchAnswer | None:
    """Return what a typed message says to "How are you getting on?", or to whether somebody would come back; None where
    it says neither. Mere yes and no are left to those who know what was asked."""
    words = normalise(said.text)
    if said.text.strip()[:1] == "👍":
        return TouchAnswer.FINE
    if said.text.strip()[:1] == "👎":
        return TouchAnswer.ANNOYED
    is_short = count_words(words) <= _A_STORY
    if is_short and _NOT_NOW.search(words):
        return TouchAnswer.NOT_NOW
    if is_angry(said.text) or (_ANNOYED.search(words) and not _NOT_ANNOYED.search(words)):
        return TouchAnswer.ANNOYED
    is_fine = is_short and bool(_FINE.search(words)) and not _NOT_FINE.search(words)
    if _DECLINES.search(words):
        return TouchAnswer.FINE if is_fine else TouchAnswer.DECLINED
    if _OPEN.search(words) or (said.intent is Intent.WANT_TO_RETURN and said.confidence >= 0.6):
        return TouchAnswer.OPEN
    if is_fine and not ("?" in said.text and _ASKS.search(words)):
        return TouchAnswer.FINE
    return TouchAnswer.CHANGED if _CHANGED.search(words) else None


def is_settled(text: str) -> bool:
    """Tell whether somebody says that they want for nothing, as an answer to an offer or to whether they come back."""
    words = normalise(text)
    return bool(_SETTLED.search(words)) and not _NOT_FINE.search(words)


def reads_as_yes(said: Utterance) -> bool | None:
    """Return the yes or no that a typed message is, or None."""
    if refuses(said.text):
        return False
    value = read_yes_or_no(said)
    if value is not None:
        return bool(value)
    words = normalise(said.text)
    if count_words(words) > _LONGEST_YES or _DEPENDS.search(words):
        return None
    return True if _BEGINS_WITH_YES.match(words) else False if _BEGINS_WITH_NO.match(words) else None


def asks_for_more(text: str) -> bool:
    """Tell whether a message asks no more than to be told more."""
    return bool(_MORE.fullmatch(normalise(text)))


def is_undecided(said: Utterance) -> bool:
    """Tell whether a message says no more than that somebody does not know."""
    return hesitates(said.text) or said.intent is Intent.UNSURE


def hesitates(text: str) -> bool:
    """Tell whether the words themselves say that somebody does not know."""
    return bool(_UNDECIDED.fullmatch(normalise(text)))


def asks_about_us(text: str) -> bool:
    """Tell whether a question is about who is writing and what becomes of the answers, rather than about an offer."""
    return bool(_ABOUT_US.search(normalise(text)))


def asks_something(text: str) -> bool:
    """Tell whether a message is a question."""
    return "?" in text or bool(_ASKS.search(normalise(text)))


def tells_details(text: str) -> bool:
    """Tell whether a message says more than a button does, so that nobody has to be asked for it."""
    return count_words(text) >= _SOME_DETAIL


def read_pause(text: str, today: date) -> timedelta | bool | None:
    """Return for how long somebody wants to be left alone, at least a week and at most two years; False for ever, and
    None where the words do not say."""
    words = normalise(text)
    pause = _read_span(words) or _read_date(words, today)
    if pause is not None:
        return min(max(pause, SHORTEST_PAUSE), LONGEST_PAUSE)
    if hesitates(text):
        return None
    if refuses(text) or _NEVER.search(words) or re.match(r"(?:no|nope|nah)\b", words):
        return False
    return None


def _read_span(words: str) -> timedelta | None:
    if found := _SPAN.search(words):
        count = _FEW.get(found["count"])
        number = read_number(found["count"]) if count is None and not found["count"].isdecimal() else None
        count = count if count is not None else float(number if number is not None else found["count"])
        return timedelta(days=round(count * _DAYS[found["unit"]])) if count else None
    found = _NEXT.search(words)
    return timedelta(days=_DAYS[found["unit"]]) if found else None


def _read_date(words: str, today: date) -> timedelta | None:
    if found := _IN_A_MONTH.search(words):
        month, day = _MONTHS[found["month"]], 1
    elif found := _FEAST.search(words):
        month, day = _FEASTS[found["feast"]]
    else:
        return None
    then = date(today.year, month, day)
    return (then if then > today else date(today.year + 1, month, day)) - today
