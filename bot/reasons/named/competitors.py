"""Finds the rivals that customers name: those they go to, prefer or compare with.

It must rather find none than take for a rival a place, a person, a plan or the company that is being left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.reasons.named.names import Name
from bot.reasons.named.own_name import is_ours
from bot.retention.facts import Fact, FactKind

_BETTER = (
    r"(?:cheaper|better|faster|quicker|easier|nicer|closer|nearer|friendlier|stronger|simpler|superior|"
    r"fairer|cleaner|"
    r"bigger|clearer|fresher|safer|newer|tastier|kinder|half the price|miles ahead|way ahead|simply "
    r"ahead|ahead of you)"
)
_GOODS = (
    r"(?:deal|rate|rates|price|prices|offer|plan|contract|account|cover|policy|quote|package|subscription|"
    r"insurance|"
    r"service|place|job|membership|tariff|interest|coverage|choice|selection|range|quality|value|"
    r"mortgage|fares?|tickets?|"
    r"version|app|one|ones|thing|food|signal|broadband|provider|money)"
)
_ITEMS = (
    r"(?: (?:everything|all|it|them|it all|us|me|(?:all |both )?(?:of )?(?:my|our)(?: "
    r"\w+){1,2}?))?"
)
_WAY = r"(?: (?:over|across|back|instead|now|already|straight|away|happily|just|and))*"
_SWITCHED = re.compile(
    r"\b(?:switch(?:ed|ing|es)?|swapp?(?:ed|ing)?|migrat(?:e|ed|ing)|defect(?:ed|ing)|port(?:ed|ing)|"
    rf"standardi[sz]ed|chang(?:ed|ing) (?:provider|supplier|bank|gym|company|school)s?){_ITEMS}{_WAY} "
    r"(?:to|on|for|with) (?:the |an? )?$",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:mov(?:e|ed|ing)|go|goes|going|gone|went|head(?:ed|ing)|off|transfer(?:red|ring)?|chang(?:ed|"
    r"ing)|turn(?:ed|ing)|return(?:ed|ing)|"
    r"took(?: my (?:business|money|custom))?|tak(?:en|ing)(?: my (?:business|money|custom))?|upgraded|"
    rf"back|loyal|over){_ITEMS}{_WAY} (?:to|with) (?:the )?$",
    re.IGNORECASE,
)
_CHOSEN = re.compile(
    r"\b(?:chose|choosing|chosen|pick(?:ed|ing)?|prefer(?:red|ring)?|opt(?:ed|ing) for|settled on|joined|joining|"
    r"sign(?:ed|ing) up (?:to|with|for|at)|subscrib(?:ed|ing) to|book(?:ed|ing) (?:with|through|"
    r"via|on)|order(?:ed|ing)? from|"
    r"bu(?:y|ying) from|bought from|shop(?:ping)? (?:at|with|in)|bank(?:ing)? with|rent(?:ed|ing)? "
    r"from|us(?:e|es|ing)|found|"
    r"got(?: myself| ourselves)?|bought|play(?:ing|s)?|watch(?:ing)?|have|has|tried|trying|get|getting|"
    r"traded in for|sticking with|stick with)"
    rf"{_WAY} (?:the |an? |to |with )?$",
    re.IGNORECASE,
)
_CHEAPER_AT = re.compile(
    rf"\b(?:{_BETTER}|same|lower|higher|less|free|another|different|new|good|great|best|a)(?: [\w-]+){{0,3}}? "
    r"(?:at|with|from|on|through|via|in|by)"
    r" (?:the )?$",
    re.IGNORECASE,
)
_GOODS_AT = re.compile(
    (
        rf"\b(?:{_BETTER}|same|lower|less|free)(?: \w+){{0,2}}?(?: {_GOODS})? (?:at|with|from|on|through|"
        r"via|over at|in) (?:the )?$"
    ),
    re.IGNORECASE,
)
_THAN = re.compile(
    r"\b(?:than|compared (?:to|with)|unlike|versus|vs\.?|instead of going to) (?:the |at |with |what |from )?$",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"^(?: \w+){0,3} (?:instead|now|these days|already|anyway|nowadays)\b|^,? (?:so we|so I|which|where)\b",
    re.IGNORECASE,
)
_INSTEAD_BEFORE = re.compile(
    (
        r"\b(?:instead|now|already|just|ended up|so I|so we|'ve|have|rather|everyone|everybody|mates|"
        r"friends|flatmate|parent company)\b"
    ),
    re.IGNORECASE,
)
_IS_BETTER = re.compile(
    r"^(?: (?:and|or) [A-Z]\w+)?(?:['’]s| (?:is|are|was|were|feels|looks|seems|works out|came out|"
    r"works|turned out))(?: (?:so|much|far|way|a lot|half|simply|just|also|"
    rf"actually|even|always|loads|miles|about|both|a bit|slightly|\d+ \w+|\S+\d+))* {_BETTER}\b",
    re.IGNORECASE,
)
_DOES_BETTER = re.compile(
    r"^(?: both| all| now| already| just)?(?:['’]s| (?:does|do|did|offers?|gives?|gave|offered|has|"
    r"have|had|got|charges?|costs?|quoted|sells?|lets?|"
    r"shows?|delivers?|answers?|answered|threw|matched|beat|undercuts?|respects?|pays?|can|could|"
    r"will|provides?|includes?|comes?|came|works?|worked|wanted|asks?|stocks?))\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    rf"\b(?:{_BETTER}|less|instead|for free|for nothing|in for free|the same|them all|all of (?:it|"
    r"them)|half|while you|with you|you (?:don['’]?t|do not|"
    r"can['’]?t|never|charge|want|ask|take)|unlike you|than you|than yours|than here|respects my|"
    r"a fraction|of the price|do(?:es)? (?:it|this|that|them|all (?:this|that)))\b",
    re.IGNORECASE,
)
_HAS_IT = re.compile(
    r"^ (?:has|have|had|got|lets|pays?|opened|comes|beats?|does|do|sells?|stocks?|offers?)\b", re.IGNORECASE
)
_ALONE = re.compile(
    r"(?:,? (?:instead|now|every time|all the way|obviously|again|has it all|thanks|mate|simple))?[ .!)]*"
)
_BAD = re.compile(
    r"\b(?:no|not|never|\w+n['’]t|too|worst|worse|bad|been|gone|lost|become|nothing|my|me|problems?|issues?)\b",
    re.IGNORECASE,
)
_UNSAID = re.compile(
    (
        r"\b(?:not|never|nt|n['’]t|dont|didnt|wont)(?: \w+){0,2} $|\b(?:not|never|n['’]t|dont|didnt|"
        r"wont)\b(?: \w+){0,3} (?:switch|mov|go|chang|join|sign)"
    ),
    re.IGNORECASE,
)
_LONG_AGO = re.compile(
    r"^[^.]{0,30}(?:\b(?:years?|months?) ago\b|\bin (?:19|20)\d\d\b)|^ from\b(?! you)", re.IGNORECASE
)
_TIED = re.compile(
    (
        r"^(?:['’]s?)? (?:app|tv|account|login|plan|package|tier|gift|voucher|label|card|store|box|shop "
        r"on|street|road|station|airport|delivery|parcel|engineer|advert|ad|ads|review|page|group|phone|"
        r"watch|pay|server|version|team|level|number|match|league)\b"
    ),
    re.IGNORECASE,
)
_A_SHOUTED_WORD = 6
_COMPANY = frozenset({"ORG", "PRODUCT"})
_NO_COMPANY = frozenset({"DATE", "TIME", "MONEY", "NORP", "ORDINAL", "CARDINAL", "PERCENT", "LANGUAGE", "EVENT"})


def find_competitors(names: Iterable[Name], text: str, company: str = "") -> list[Fact]:
    """Return the rivals among the names in a text. `company` is the one that is being left, where it is known."""
    return [
        Fact(FactKind.COMPETITOR, name.text, name.start, name.end)
        for name in names
        if _may_be_a_company(name)
        and (_is_all(name, text) or _is_rival(name))
        and not is_ours(name.text, text, company)
    ]


def _may_be_a_company(name: Name) -> bool:
    if name.is_brand:
        return True
    shouted = name.text.isupper() and len(name.text) >= _A_SHOUTED_WORD
    return not (name.is_place or shouted or name.is_written_small or name.label in _NO_COMPANY) and len(name.text) > 1


def _is_acronym(name: Name) -> bool:
    """Tell whether a name is two to four capitals, which stand for anything."""
    return name.text.isupper() and len(name.text) < _A_SHOUTED_WORD


def _is_all(name: Name, text: str) -> bool:
    """Tell whether a well-known name is the whole answer."""
    return name.is_brand and not text[: name.start].strip(" \"'") and bool(_ALONE.fullmatch(text[name.end :]))


def _is_rival(name: Name) -> bool:
    before, after = name.before, name.after
    if _UNSAID.search(before) or _LONG_AGO.search(after) or _TIED.search(after):
        return False
    certain = name.is_brand or (name.label in _COMPANY and not name.first and not _is_acronym(name))
    if _SWITCHED.search(before):
        return True
    if _THAN.search(before) or _GOODS_AT.search(before):
        return certain or (name.label not in ("GPE", "PERSON") and not name.first and not _is_acronym(name))
    if certain and (_GONE.search(before) or (_CHEAPER_AT.search(before) and re.search(_BETTER, before))):
        return True
    if certain and _CHOSEN.search(before):
        return bool(_INSTEAD.search(after) or _INSTEAD_BEFORE.search(before) or _CONTRAST.search(after))
    if _IS_BETTER.search(after):
        return certain or not name.first
    is_clause = not before.strip(" ,'\"").lower().endswith(("that", "when", "if"))
    if certain and is_clause and _DOES_BETTER.search(after) and _CONTRAST.search(after):
        return True
    if name.is_brand and not before.strip() and _HAS_IT.search(after):
        return not _BAD.search(after)
    return certain and bool(re.match(r"^ (?:instead|now)\b", after, re.IGNORECASE))
