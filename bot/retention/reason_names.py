"""Hears a reason called by its name: "the service", "how I was treated", "it's the price".

It must not interpret a story; that is the classifier's part.
"""

from __future__ import annotations

import re

from bot.retention.reasons import Reason
from bot.retention.wording import count_words, normalise

_NAMES = {
    Reason.PRICE: r"prices?|pricing|costs?|money|(?:too )?(?:expensive|dear|pricey|costly)|fees?",
    Reason.PRODUCT_QUALITY: r"quality|product itself|content|food",
    Reason.MISSING_FEATURES: r"(?:missing |lacking )?(?:features?|functions?|range|selection)|something (?:is |"
    r"was )?missing|"
    r"what it lacks|it lacks something",
    Reason.CUSTOMER_SERVICE: r"(?:customer )?(?:service|support|care)|staff|people|how (?:i was|we were|you) "
    r"treated?(?: "
    r"(?:me|us))?|the way (?:i was|we were|you) treated?(?: me| us)?|rude\w*",
    Reason.COMPETITOR: r"competit\w+|(?:another|other|different|better) (?:company|provider|offer|supplier|"
    r"service|one)|"
    r"found something better|switch\w*",
    Reason.RELOCATION: r"mov(?:e|ing)(?: house| away)?|relocat\w+|distance|too far(?: away)?",
    Reason.NO_LONGER_NEEDED: r"(?:dont|do not|no longer) (?:need|use)(?: it)?(?: any ?more)?|not (?:needing|"
    r"using) it|no "
    r"(?:need|use|time)",
    Reason.DELIVERY_FULFILMENT: r"deliver(?:y|ies)|shipping|parcels?|orders?",
    Reason.BILLING_ACCOUNT: r"bill(?:s|ing)?|charges?|refunds?|invoices?|payments?|account(?: trouble)?",
    Reason.TRUST_PRIVACY: r"trust|privacy|data|honesty",
    Reason.POOR_FIT_EXPECTATIONS: r"(?:not what i )?expect(?:ed|ations?)|not (?:for|right for) me|too "
    r"(?:complicated|complex)",
    Reason.TECHNICAL_RELIABILITY: r"(?:technical )?(?:trouble|problems?|issues?|reliability|outages?|crashes|"
    r"bugs?|connection|"
    r"speed)|(?:the )?(?:app|website|site)",
}
_FRAME = (
    r"(?:(?:no|nope|yes|yeah|well|oh|sorry|actually|its|it is|it was|thats|more|mostly|mainly|really|rather|just|"
    r"i mean|"
    r"i meant|because|due to|about|of|the|your|my|was|is|all|main|real|reason|thing|mostly about|i think|probably|"
    r"i would say|id say|im|i am|and|so much|it) )*"
)
_TAIL = (
    r"(?: (?:really|mostly|mainly|actually|i think|thing|then|that|i guess|side|part|for me|here|overall|instead|too|"
)
_TAIL += r"please|thanks|of it|with you|was bad|is bad|was awful|is awful))*"
_NAMED = {reason: re.compile(rf"{_FRAME}(?:{names}){_TAIL}") for reason, names in _NAMES.items()}
_MOST_WORDS = 10


def name_reason(text: str) -> Reason | None:
    """Return the one reason that a short phrase names and nothing else; None where it names none or is ambiguous."""
    words = normalise(text)
    if not words or count_words(text) > _MOST_WORDS:
        return None
    named = [reason for reason, pattern in _NAMED.items() if pattern.fullmatch(words)]
    return named[0] if len(named) == 1 else None
