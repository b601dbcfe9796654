"""Hears what somebody says to an offer: yes, no, a question about it, or a wish for a better one.

It must not read a yes into words that only might be one, and it never changes the offer.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.retention.wording import count_words, normalise


class OfferTopic(StrEnum):
    """What somebody brings up about an offer instead of taking or leaving it. Values name responses."""

    WORTH = "worth"
    DEADLINE = "deadline"
    HOW = "how"
    HAGGLE = "haggle"


LONGEST_HAGGLES = 1
"""How often a wish for more is met with a kind line and the question; after that it is a no."""

_NO = re.compile(
    r"(?:sorry |well |thanks |thank you |honestly |um |hm+ )*"
    r"(?:(?:no|nope|nah|never|naw)\b(?! (?:problem|doubt|brainer))|not (?:interested|for me|now|really|today|"
    r"worth|this)|"
    r"(?:id |i would )?rather not|(?:please )?(?:dont|do not)\b|too late|too little)"
)
_NO_WITHIN = re.compile(
    r"\b(?:(?:im|i am|ill|i will|im still|still|just|rather|and) (?:leaving|off|going|gone|cancell?ing|cancel|"
    r"leave|pass)|"
    r"(?:just|please|go ahead and|still want to|want to|id like to) (?:cancel|leave|go)|cancel (?:it|me|anyway|now)|"
    r"(?:dont|do not|doesnt|does not|wont|will not) (?:want|need|care|help|change|bother)|not interested|no thanks?|"
    r"no thank you|keep (?:it|your|the) ?(?:money|offer|discount|credit)?|made up my mind|already decided|"
    r"i(?:ll| will)? decline|i refuse|leave it|not worth it|too little too late)\b"
)
_YES = re.compile(
    r"(?:oh |wow |well |hm+ |um |actually |in that case |then )*"
    r"(?:yes|yeah|yep|yup|ya|y|sure|ok|okay|deal|great|perfect|brilliant|lovely|absolutely|definitely|of course|"
    r"please do|go ahead|go on then|by all means|why not|sounds (?:good|great|fair|fine|lovely|perfect)|done|agreed|"
    r"gladly|with pleasure|fair enough|that sounds|i accept|accepted|count me in|sign me up)\b"
)
_YES_WITHIN = re.compile(
    r"\b(?:(?:ill|i will|id|i would|id gladly|we will|lets|let me|i want to|happy to|glad to)(?: like to| love "
    r"to| like| love)?"
    r" (?:take|accept|have|do|try|use|go (?:for|with))(?: you up on)? (?:it|that|this|the (?:offer|discount|"
    r"pause|call|deal|"
    r"credit|smaller plan|plan))|"
    r"(?:that|this|it) (?:works for me|suits me)|(?:that|this|it) (?:would|will|does|could) (?:really "
    r")?(?:help|work(?: for me)?|suit me|do|be (?:great|"
    r"good|lovely|"
    r"nice|perfect|helpful|fine|wonderful))|pause it|move me there|change my plan|(?:please )?(?:ask them|"
    r"arrange it|call me|"
    r"ring me)|id like that|i would like that|id love that|i accept|sign me up)\b"
)
_DOUBT = re.compile(
    r"\b(?:not|no|never|dont|doesnt|wont|cant|but|if|unless|only|cancel|leave|leaving|though|although)\b"
)
_HAGGLE = re.compile(
    r"(?:\b(?:make|do|give|want|how about|what about|need|can|could|id stay|ill stay|take it|for|at least|only|"
    r"just|say)\b"
    r"[^?]*\b\d+ ?(?:%|percent|per cent|off|months?|euros?|pounds?|dollars?|quid|bucks|eur|usd|gbp|a month|free)"
    r"|\b(?:better|bigger|larger|higher|lower|more|cheaper|another|extra) (?:offer|deal|price|discount|than "
    r"that|off|money|"
    r"credit|months?)|\b(?:do|offer|give me|go|get) (?:any )?(?:better|more|lower|higher|cheaper)\b|best "
    r"(?:you can do|offer|"
    r"price)|half (?:price|off)|for free|free month|double (?:it|that)|is that (?:all|it|everything)|thats "
    r"(?:all|it)$|"
    r"not enough|too little|peanuts|an? insult|a joke|insulting|pathetic|match (?:their|the|that|his|her) "
    r"(?:price|offer))"
)
_THREAT = re.compile(
    r"(?:\bor (?:else )?(?:i|ill|im|i will|i am|we|well|were)\b|\b(?:bad|negative|one star|1 star|1-star|"
    r"one-star|terrible|"
    r"awful) reviews?\b|\breview (?:you|your)|\b(?:lawyers?|solicitor|attorney|sue you|chargeback|trustpilot|"
    r"ombudsman|consumer protection|watchdog|the press|social media|tell everyone|everybody (?:i know|will))\b)"
)
_ASKS = re.compile(
    r"^(?:and |but |so |ok |okay |hm+ |wait |sorry |um )*(?:what|whats|how|until|till|by when|for how|when|who|"
    r"wholl|why|"
    r"which|is|are|do|does|can|could|will|would|explain|tell me|any|where)\b"
)
_OF_WORTH = re.compile(
    r"\b(?:worth|how much|save|saving|how many|what would i pay|would it cost|does it cost|cost me|how long "
    r"(?:is|does|do|"
    r"will|would|for) (?:the|it|my|a) (?:discount|pause|plan|credit)|percent|what do i get|what would i get|"
    r"what (?:is|was) "
    r"(?:the|your) (?:offer|discount)|whats the (?:offer|discount))\b"
)
_OF_DEADLINE = re.compile(
    r"\b(?:until when|till when|by when|how long|deadline|expires?|expiry|valid|last day|run out|until what|"
    r"till what|"
    r"when (?:does|do|is|must|would i|until|till)|decide (?:later|tomorrow|now)|later|tomorrow|think (?:about|it|on)|"
    r"time to think|sleep on it|take (?:it|this) later)\b"
)
_OF_HOW = re.compile(
    r"\b(?:how (?:does|do|would|will|can|is|did)|what happens|what does (?:it|that|this) mean|catch|conditions|"
    r"terms|strings|"
    r"small print|explain|who (?:would|will|is|are|calls?)|wholl|commit|contract|afterwards|after that|"
    r"automatic|what is (?:it|"
    r"that|this)|whats (?:it|that|this)|what exactly|what kind|which|where (?:is|would|exactly))\b"
)
_UNDECIDED = re.compile(
    r"(?:(?:im |i am )?not sure|maybe|perhaps|(?:i )?(?:dont|do not) know(?: yet)?|dunno|idk|let me think(?: "
    r"about it)?|"
    r"(?:ill|i will|i have to|i need to|need to|i must|i want to) think (?:about it|it over|on it)|ask me "
    r"(?:later|tomorrow)|"
    r"hm+|possibly|might do|(?:i )?(?:cant|can not|cannot) decide)(?: yet| now| right now)*"
)
_LONGEST_ANSWER = 30


def hear(text: str, *, haggled: int = 0) -> bool | OfferTopic | None:
    """Return whether the words take the offer or leave it, or what they bring up about it; None where they do neither.

    A refusal is taken the first time, even with a wish for more behind it. `haggled` says how often somebody has asked
    for more already; from the second time on that is a no.
    """
    words = normalise(text)
    if not words or count_words(words) > _LONGEST_ANSWER:
        return None
    asks = "?" in text or bool(_ASKS.search(words))
    if _UNDECIDED.fullmatch(words):
        return OfferTopic.DEADLINE
    if _NO.match(words):
        return False
    if _HAGGLE.search(words) or _THREAT.search(words):
        return OfferTopic.HAGGLE if haggled < LONGEST_HAGGLES else False
    if asks and (topic := _find_topic(words)):
        return topic
    if _NO_WITHIN.search(words):
        return False
    if (_YES.match(words) or _YES_WITHIN.search(words)) and not _DOUBT.search(words):
        # "Would that work for me?" asks; "yes, could you arrange it?" does not.
        return None if asks and not _YES.match(words) else True
    return None


def _find_topic(words: str) -> OfferTopic | None:
    for pattern, topic in (
        (_OF_WORTH, OfferTopic.WORTH),
        (_OF_DEADLINE, OfferTopic.DEADLINE),
        (_OF_HOW, OfferTopic.HOW),
    ):
        if pattern.search(words):
            return topic
    return None
