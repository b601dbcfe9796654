"""Tells whether an answer has said already what the next questions would ask.

It must rather let a question be asked once too often than skip one that a terse answer left open.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.retention.reasons import Reason
from bot.retention.wording import count_words, normalise

STORY = 20
"""So many words are a story: whoever told it is not asked what happened."""
_STORY_OF_SEVERAL = 26
_DETAILED = 12

_SUM = (
    r"(?:[£$€¥] ?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)* ?(?:[£$€¥]|%|p\b|quid|bucks|pounds?|euros?|dollars?|eur|usd|gbp|"
    r"percent|a month|per month|a year|a week|monthly|/ ?month|pm\b)|\d+[.,]\d{2}\b)"
)
_SUMS = re.compile(_SUM, re.IGNORECASE)
_RISE = re.compile(
    r"\b(?:from|was|were|used to be|instead of|than)\b[^.!?]{0,30}?\d[^.!?]{0,40}?\b(?:to|now|is|from|"
    r"not)\b[^.!?]{0,20}?\d"
)
_FAIR = re.compile(
    r"\b(?:fair|reasonable|would (?:have )?pa(?:y|id)|id (?:have )?pa(?:y|id)|happy (?:to pay|with)|worth|should "
    r"(?:be|cost)|"
    r"no more than|max(?:imum)?|at most|budget|can (?:only )?afford|half (?:of )?(?:that|the price)|same (?:price "
    r")?as)\b"
)
_DESTINATION = re.compile(
    r"\b(?:mov\w+|relocat\w+|transferred|posted|emigrat\w+|off|going|gone|return\w*|live|living|settl\w+)"
    r"(?: (?:back|out|over|away|up|down|home|house|permanently|now))* (?:to|in) (?!(?:an?|another|new|the|my|our|"
    r"his|her|be|a|somewhere|"
    r"elsewhere|different|else|live|work|stay|go|get|your|it|you|this|that|bigger|smaller|with|use|find|save|do|"
    r"try|see|have|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|"
    r"winter|"
    r"\d+|one|two|three|four|six|few|next|about|due)\b)\w{3,}"
)
_NAMED_RIVAL = re.compile(
    r"\b(?:switch\w*|going|gone|went|moved?|moving|changed|changing|joined|joining|signed up|chose|choosing|with|"
    r"to|at|use|using|"
    r"got|have|found|by) (?:over |across |back )*(?:to |with |for |at |by )*[A-Z][\w&.'-]+|^[A-Z][\w&.'-]+(?: "
    r"[A-Z][\w&.'-]+)? (?:is|are|was|has|have|"
    r"had|offers?|offered|gives?|gave|does|do|costs?|charges?|includes?|made)\b"
)
_BETTER = re.compile(
    r"\b(?:cheaper|better|faster|quicker|easier|nicer|more|less|free|half|includes?|included|offers?|because|"
    r"friendlier|closer|"
    r"bigger|simpler|works?|actually|never|without|no (?:fees?|contract)|they (?:have|do|answer|give))\b"
)
_WHEN = re.compile(
    r"\b(?:since|last|every|each|twice|again|times|yesterday|today|week\w*|month\w*|year\w*|days?|hours?|minutes|"
    r"evening|night|morning|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|(?:mon|tues|wednes|"
    r"thurs|fri|satur|sun)day|"
    r"christmas|when|after|until|\d+)\b"
)
_WHAT_FOR = re.compile(r"\b(?:for|to|so|because|when|need\w*|use|want\w*|without|so that|in order)\b")
_CHARGE = re.compile(
    r"\b(?:charg\w+|bill\w*|fees?|refund\w*|invoic\w+|payments?|debit\w*|took|taken|deposit|account|subscription)\b"
)
_CHANGE = re.compile(
    r"\b(?:because|since|retired?|finished|sold|graduated|ended|over|moved|baby|pregnant|job|closed|bought|got|"
    r"now|any ?more|stopped|"
    r"for good|for now|one day|next year)\b"
)
_KEPT = re.compile(
    r"\b(?:(?:id|wed|(?:i|we) (?:would|might|may|could)) (?:have |ve |of )?(?:stay\w*|kept|remain\w*|renew\w*|"
    r"reconsider\w*|carried on|continued)\b|(?:ill|(?:i|we) will) stay\b|"
    r"(?:would|could|might) (?:have |ve |of )?(?:kept|keep|made|make|convinced?|persuaded?) (?:me|us)\b|"
    r"would(?:nt| not)? (?:have |ve |of )?(?:stay\w*|left|cancelled|be leaving|leave|reconsider\w*))"
)
_CONDITION = re.compile(
    r"\b(?:if|for|at|with|had|unless|without|a|were|was|more|less|lower|cheaper|by|only|give|gave|offer\w*)\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;\n])\s+|\s+[-–—]\s+|,\s+(?:and|but|though)\s+")
_NEGATED = re.compile(r"\b(?:nothing|not|never|no way|cant say)\b[^.]*\b(?:kept|stay\w*|made|keep)\b")
_FEWEST_WORDS_OF_A_CONDITION = 5


def tells_enough(leading: Reason | None, text: str, reasons: Collection[Reason] = ()) -> bool:
    """Tell whether the words that gave the reason have answered the probe for it as well."""
    if leading is None:
        return False
    words, length = normalise(text), count_words(text)
    is_story = length >= (STORY if len(reasons) < 2 else _STORY_OF_SEVERAL)
    is_detailed = length >= _DETAILED and bool(_WHEN.search(words))
    match leading:
        case Reason.PRICE:
            sums = len(_SUMS.findall(text))
            rise = bool(_RISE.search(words))
            return bool(sums and _FAIR.search(words)) or (rise and length >= _DETAILED) or (is_story and sums > 0)
        case Reason.RELOCATION:
            return bool(_DESTINATION.search(words))
        case Reason.COMPETITOR:
            return bool(_NAMED_RIVAL.search(text) and _BETTER.search(words))
        case Reason.BILLING_ACCOUNT:
            return is_story or (length >= 8 and bool(_CHARGE.search(words) and _SUMS.search(text))) or is_detailed
        case Reason.MISSING_FEATURES:
            return is_story or (length >= _DETAILED and bool(_WHAT_FOR.search(words)))
        case Reason.NO_LONGER_NEEDED:
            return is_story or (length >= _DETAILED and bool(_CHANGE.search(words)))
        case Reason.OTHER_UNCLEAR:
            return length >= _STORY_OF_SEVERAL
        case _:
            return is_story or is_detailed


def find_what_would_have_kept(text: str) -> str | None:
    """Return the sentence, in their own words, that says what would have kept them ("I'd have stayed for 10 a "
    "month")."""
    for sentence in _SENTENCE.split(text):
        words = normalise(sentence)
        if count_words(sentence) >= _FEWEST_WORDS_OF_A_CONDITION and not _NEGATED.search(words):
            kept = _KEPT.search(words)
            rest = words[: kept.start()] + words[kept.end() :] if kept else ""
            if kept and _CONDITION.search(rest):
                return sentence.strip()
    return None
