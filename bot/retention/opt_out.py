"""Hears that somebody wants no more messages, word for word, beside what the dialogue's classifier understands.

It must not hear it in a story about somebody else ("the staff kept saying stop calling").
"""

from __future__ import annotations

import re

from bot.retention.demands import demands_no_contact
from bot.retention.foreign_stop import asks_to_stop_in_another_language
from bot.retention.wording import normalise, split_sentences

_ADDRESSED = r"(?:me|us|my (?:phone|number|e?mail|inbox|address))"
_VERB = (
    r"(?:contact|e-?mail|mail|messag|text|call|phon|ring|writ|bother|spam|harass|pester|nagg?|notify|approach|"
    r"send|reach(?:ing)? out|get in touch|getting in touch|remind|chas)"
)
_MESSAGES = (
    r"(?:e-?mails?|messages?|texts?|sms|mails?|calls?|contact|letters?|newsletters?|marketing|spam|stuff|things?)"
)
_TAIL = (
    r"(?: (?:again|any ?more|ever|please|pls|thanks|thank you|now|immediately|at all|forever|for good|from now on|"
    r"in (?:the )?future|about (?:this|anything|it)|with (?:this|that|your|all|these)|this|these|those|your|any|more|"
    rf"further|such|to|{_ADDRESSED}|{_MESSAGES}|ok(?:ay)?|ffs|damn it))*"
)
_COURTESY = (
    r"(?:(?:ffs|omg|jesus|please|pls|plz|just|ok(?:ay)?|so|and|now|no|hey|hi|hello|look|listen|"
    r"seriously|kindly|i said|i want you to|"
    r"i(?: would|d) like you to|i need you to|can you|could you|would you|will you|you (?:can|should|must)|guys) )*"
)
_NEVER = (
    r"(?:do not|dont|never|you (?:may|must|can|should) not|i (?:do not|dont) want you to|i forbid you to|"
    r"i (?:do not|dont|no longer) (?:want|wish) to be|i never want to be|not to be)"
)
_UNWANTED = r"(?:i (?:do not|dont) want|i never want|i no longer want|i dont wish for)"

# Said with an object, so that it is clear even in the middle of a longer message.
_EXPLICIT = re.compile(
    _COURTESY + r"(?:"
    rf"(?:stop|quit|cease|no more) (?:with )?{_VERB}\w*(?: (?:to|at))?(?: {_ADDRESSED}){_TAIL}|"
    rf"{_NEVER} (?:ever |again |please )*{_VERB}\w*(?: (?:to|at))?(?: {_ADDRESSED})?{_TAIL}|"
    rf"{_UNWANTED} (?:any |more |any ?more |further |your |to (?:get|receive|see|have) )*{_MESSAGES}{_TAIL}|"
    rf"{_UNWANTED} to (?:hear from you|be contacted|be e-?mailed|be messaged|be called|be bothered){_TAIL}|"
    rf"no (?:more|further) {_MESSAGES}{_TAIL}|"
    r"(?:un ?su?b?s?[cri]{1,4}[bp]e?(?: me)?|opt(?: me)? ?out|remove me|take me off|delete me from)"
    r"(?: (?:from|of|me|your|the|all|this|any|mailing|e?mail|marketing|contact|distribution|lists?|database|"
    r"everything|here|please|now|immediately))*|"
    r"(?:leave|let) (?:me|us)(?: the (?:hell|fuck|f))? (?:alone|be|in peace)(?: now| please| already| ffs)*|"
    r"lose my (?:number|e?mail|address)"
    r")"
)
# Bare words, which mean it only when they are the whole message.
_BARE = re.compile(
    _COURTESY + r"(?:"
    r"(?:s+t+o+p+|stpo|sotp|tsop|stp)(?: (?:it|this|that|now|please|pls|stop|all|everything|already|right now))*|"
    r"enough(?: (?:is enough|already|now|please|of this|of that))*|thats enough(?: now)?|"
    r"i(?:ve| have) had enough(?: of this)?|"
    r"go away|piss off|fuck off|get lost|cease and desist|stopall|stop all|end all|"
    rf"(?:stop|quit|cease) {_VERB}\w*{_TAIL}|"
    r"do not contact|dont contact|no contact|do not disturb|no more(?: please)?|(?:txt|text) stop"
    r")"
)
# After these words a command is somebody else's, told again.
_TOLD = re.compile(
    r"\b(?:said|says|saying|told|tells|telling|shout\w*|yell\w*|wrote|asked|asks|heard)"
    r"(?: (?:me|us|them|him|her|you|i|it|to|that|is|was))*$"
)
# Longer ones are stories; it also bounds how long a hostile text can keep the patterns busy.
_MOST_WORDS = 18
# In so few words a sentence that says no more than this means it, whatever stands beside it.
_FEW_WORDS = 10
_REFUSED = re.compile(
    rf"{_COURTESY}no (?:more |further |phone |christmas )?(?:{_MESSAGES}|brochures?|surveys?|offers?|cards?)"
)
_THANKS = re.compile(r"(?:many )?(?:thanks|thank you|please|cheers|ok(?:ay)?)")
_FEWEST_REFUSED = 2
# To other customers, in a review.
_ADVISES = re.compile(r"(?:dont|do not) bother(?: (?!me|us|writing|calling|contacting|emailing).*)?")
_STOPS = re.compile(_COURTESY + r"(?:s+t+o+p+(?: (?:it|this|now|please|already))*|enough(?: now| already)?)")


def asks_to_stop(text: str) -> bool:
    """Tell whether the whole message says to stop writing, however it is spelt or punctuated."""
    words = normalise(text)
    in_english = _is_short(words) and bool(_EXPLICIT.fullmatch(words) or _BARE.fullmatch(words))
    return in_english or asks_to_stop_in_another_language(text)


def mentions_stop(text: str) -> bool:
    """Tell whether a sentence of a longer message says to stop writing, and says it to us."""
    if any(mark in text for mark in '"“”«»'):
        return asks_to_stop(text)  # What stands in quotation marks was said by somebody else.
    clauses = split_sentences(text)
    if len(normalise(text).split()) <= _FEW_WORDS and any(_STOPS.fullmatch(clause) for clause in clauses):
        return True
    # "No. More. Emails." is one sentence, however it is broken.
    if len(normalise(text).split()) <= _FEW_WORDS and demands_no_contact(normalise(text)):
        return True
    # So is a list of what shall not come.
    others = [clause for clause in clauses if not _REFUSED.fullmatch(clause)]
    if len(clauses) - len(others) >= _FEWEST_REFUSED and all(_THANKS.fullmatch(clause) for clause in others):
        return True
    told = False
    for clause in clauses:
        if (
            not told
            and not _ADVISES.fullmatch(clause)
            and ((_is_short(clause) and _EXPLICIT.fullmatch(clause)) or demands_no_contact(clause))
        ):
            return True
        told = bool(_TOLD.search(clause))
    return False


def _is_short(words: str) -> bool:
    return len(words.split()) <= _MOST_WORDS
