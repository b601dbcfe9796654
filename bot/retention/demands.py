"""Hears in one sentence the demand not to be written to, in whatever words it is put.

It must not hear it in a report of what somebody did, nor in a demand for something else ("stop raising prices").
"""

from __future__ import annotations

import re

_US = r"(?:me|us|my|our|this|these|those|her|him|them|any ?(?:one|body))"
_REACH = (
    r"(?:contact\w*|e-?mail\w*|emai?l\w*|mail(?:s|ed|ing|ings)?|mes{1,2}ag\w*|msg\w*|sms|text(?:s|ed|ing)?|txt\w*|"
    r"call(?:s|ed|ing)?|phon(?:e|es|ed|ing)|ring(?:s|ing)?|writ(?:e|es|ing)|spam\w*|harass\w*|pester\w*|nag(?:ging)?|"
    r"bother\w*|hassl\w*|disturb\w*|annoy\w*|approach\w*|notif\w*|newsletters?|market\w*|promotion\w*|"
    r"publicity|advertising|brochures?|catalogues?|leaflets?|flyers?|reminders?|whats ?app\w*|telegrams?|"
    r"christmas cards|offers?|letters?|post|communicat\w*|correspond\w*|follow-? ?ups?|reach(?:ing)? out|"
    r"(?:get|getting) in touch|touch|hear|hearing from|win me|get me back|ask me again|stalk\w*|bombard\w*|"
    r"chas(?:e|ing)|bug(?:ging)?)"
)
_SENDING = rf"(?:send(?:ing|in)? (?:\w+ ){{0,4}}?(?:{_REACH}|anything|things?|stuff|nothing))"
_CONTACT = rf"(?:{_REACH}|{_SENDING})"
# What may stand before a demand without changing it.
_BEFORE = (
    r"(?:(?:please|pls|plz|kindly|just|so|and|but|now|no|ok(?:ay)?|then|also|hey|hi|look|listen|seriously|right|well|"
    r"guys|for (?:the )?(?:love of god|gods sake|last time)|will you(?: people)?|would you(?: please)?|can you|"
    r"could you|you (?:must|should|have to|need to)|i (?:want|need|would like|d like|id like|ask|beg|demand|require|"
    r"insist|am telling|told|order|expect)(?: that)? you(?: all| people)?(?: to)?|i said|i mean it|"
    r"ffs|omg|jesus|christ|god|for fucks sake|would you mind|do you mind|id be grateful if you|"
    r"im not interested|not interested|no thanks|thanks|thank you|yes|this is|do me a favour|make sure(?: that)?|"
    r"the answer is|again|shut up|just go|go|be so good as to|how can i make you|how do i make you|"
    r"(?:bugger|sod|piss|fuck|buzz|f) off and|let me be clear|under \w+(?: \w+)?) )*"
)
_NOT = r"(?:do ?n[o']?t|dont|dnt|donot|never|not|no)"
_EVER = r"(?:(?:ever|again|please|you|to|dare|even|try(?:ing)?(?: to| and)?|be|get|keep|want|bother|it|me|more) ){0,5}"
_WANT = (
    r"(?:i|we) (?:really |honestly |just |kindly |hereby |would )?(?:hope (?:to|i) never|refuse to|"
    r"(?:do not|dont|no longer|never|not)(?: (?:want|wish|care|consent|agree))+)"
)
_WISH = r"(?:(?:i|we) (?:want|would like|wish|hope|need|demand|request|ask|insist on)|id like|wed like)"
_STOP = r"(?:s+t+o+p+|stpo|sotp|tsop|stp|stahp)"
_LISTS = r"(?:lists?|database|data base|mailings?|newsletters?|system|contacts?|register|distribution|emails?|texts?)"
_DETAILS = (
    r"(?:me|us|her|him|(?:my|our|his|her|this|these)(?: \w+){0,3}? (?:names?|number|phone|mobile|e?-?mails?|adress|"
    r"address|contact details|wife|husband|dad|mum|mother|father|mail adress)|my (?:contact )?details)"
)
_DEMANDS = re.compile(
    _BEFORE + r"(?:"
    # Stop writing to me; no more of it; end all of it.
    rf"(?:{_STOP}|quit|cease(?: and desist(?: from)?)?|end|refrain from|desist from) (?:\w+ ){{0,3}}?{_CONTACT}\b.*|"
    rf"(?:pack it in|knock it off|cut it out|give it a rest|enough) (?:with|of) (?:\w+ ){{0,2}}?{_CONTACT}\b.*|"
    rf"cancel (?:all|any|my|the|your|these|those) (?:\w+ )?{_REACH}\b.*|"
    rf"make (?:\w+ ){{0,3}}?{_CONTACT}(?: \w+)? stop\b.*|"
    rf"no (?:more|further|other) (?:\w+ ){{0,2}}?{_CONTACT}\b.*|"
    rf"no (?:\w+ )?{_CONTACT}(?:(?: and| or)?(?: no)? (?:\w+ )?{_CONTACT})+(?: please| ever)?|"
    # Do not ever write to me; I want none of it.
    rf"(?:{_NOT}) {_EVER}{_CONTACT}(?: "
    r"(?:me|us|this|these|my|our|here|again|any ?more|any longer|ever|to|with|him|her|back)\b.*)|"
    rf"(?:dont|do not|never) {_EVER}{_SENDING}\b.*|"
    rf"{_WANT} (?:\w+ ){{0,6}}?{_CONTACT}\b.*|"
    rf"{_WISH}(?: \w+){{0,3}}? (?:no|not|never|nothing)\b.*\b{_CONTACT}\b.*|"
    rf"{_WISH} (?:to )?hear nothing\b.*|{_WISH} (?:\w+ )?silence\b.*|"
    rf"(?:may|let) (?:i|me|us|we) never (?:again )?{_CONTACT}\b.*|"
    # Put politely.
    rf"(?:(?:id|i would|we would|wed) (?:rather|prefer|like|love|appreciate|be (?:glad|happy|grateful|"
    rf"obliged))(?: it)?(?: if)?|"
    rf"it (?:would|might) be (?:\w+ )?(?:best|better|nice|kind|good|great) if) (?:you|your company|nobody|no one)"
    rf"(?: \w+)? (?:did not|didnt|do not|dont|not|never|stopped|would not|wouldnt|would stop|could stop|no longer)\b"
    rf".*\b{_CONTACT}\b.*|not {_CONTACT}\b.*|"
    rf".*\b(?:i|we) (?:am |are |hereby )*refus(?:e|ing)\b.*\b{_CONTACT}\b.*|.*\b{_CONTACT}\b.*\bi am refusing them|"
    rf".*\b(?:i|we) (?:do not|dont|never) (?:want|wish) (?:\w+ ){{0,3}}?{_CONTACT}\b.*\b(?:again|ever|any ?more)|"
    rf"(?:(?:i|me) )?(?:no|not) (?:want|send|write|call) (?:\w+ ){{0,3}}?{_CONTACT}\b.*|"
    rf"(?:what do i have to do so|why do you keep|how many times) .*\bstop\b.*\b{_CONTACT}\b.*|"
    rf"(?:thats |ive had |i have had )?enough (?:of|with) (?:your|the|these|those|all) (?:\w+ )?{_CONTACT}\b.*|"
    rf"{_WISH}(?: all| any| your| the)* (?:\w+ )?{_CONTACT}(?: to me)? "
    r"(?:stopped|to stop|to end|to cease|ended)\b.*|"
    rf"(?:that )?(?:i|we) never (?:\w+ ){{0,4}}?{_CONTACT}\b.*\b(?:from you|again)\b.*|"
    rf"(?:you|your \w+) (?:are not|arent|may not|may no longer|must not|shall not|have no right|are no longer|"
    rf"are forbidden)\b.*\b{_CONTACT}\b.*|"
    # Off your list.
    rf"(?:how do i |how can i |where do i |i want to |i would like to |id like to |i wish to )?"
    rf"(?:remov(?:e|ing)|tak(?:e|ing)|delet(?:e|ing)|eras(?:e|ing)|get(?:ting)?|strik(?:e|ing)|"
    rf"cross(?:ing)?|scrub|drop|keep|"
    rf"keeping) {_DETAILS}(?: \w+){{0,2}}? (?:off?|from|out of)(?: \w+){{0,4}}? {_LISTS}\b.*|"
    rf"(?:tak(?:e|ing)|get|keep) (?:me|us) off(?: (?:properly|now|today|please|it|this|that|everything))*|"
    rf"off? (?:the|your|that|this)(?: \w+)? lists?\b.*|"
    rf"(?:put|add|mark|flag|register) (?:my account|{_DETAILS}).*\b(?:do[ -]?not|dont|no)[ "
    rf"-](?:contact|call|disturb|mail|market\w*|"
    r"email)\b.*|(?:how (?:do|can) i )?get off (?:\w+ ){0,3}lists?|"
    rf"(?:put|add) {_DETAILS}.*\bsuppress\w*.*|"
    rf"{_WISH}(?: to be| to get)?(?: \w+)? (?:removed|taken|off|deleted)\b"
    rf".*\b(?:{_LISTS}|everything|emails?)\b.*|"
    r"(?:remove|delete|erase|lose|bin|ditch|scrap|trash|shred|tear up|destroy|wipe|forget(?: you "
    r"ever had)?|block) (?:my|our|this) (?:\w+ ){0,2}?"
    r"(?:number|e?-?mail|adress|address|contacts?)(?: \w+){0,8}|"
    r"my (?:\w+ ){0,2}?(?:number|e?-?mail|address) (?:is to|must|has to|should) be (?:deleted|removed|taken)\b.*|"
    # Unsubscribe, opt out, consent withdrawn.
    rf"(?:{_WISH} (?:to be |to )|i (?:choose to|am|hereby) |how (?:do|can) i |where (?:do|can) i |consider me |im )?"
    r"(?:un ?su?b?s?[cri]{1,4}[bp]?e?d?(?: (?:me|us|my|now|please|this|everything|all|it)\b.*| from "
    rf"(?:\w+ ){{0,3}}?(?:{_LISTS}|{_REACH}|everything|this|these|all|you|here|it)\b.*)?|"
    r"opt(?:ing|ed)?(?: me| us)?[ -]?out(?! of the (?:insurance|premium))(?: (?:of|from|please|now|all|me)\b.*)?)|"
    r"(?:(?:i|we) (?:am |are )?(?:hereby )?)?(?:withdraw(?:ing)?|revok(?:e|ing)|cancel(?:ling)?|retract(?:ing)?) "
    rf"(?:\w+ ){{0,2}}?(?:consent|permission|agreement to)\b.*|"
    rf"(?:i|we) (?:hereby )?(?:object|forbid|prohibit)\b.*\b{_CONTACT}\b.*|"
    rf"consent (?:to contact )?withdrawn.*|respect my (?:wish|wishes|privacy|decision)\b.*\bnot\b.*|"
    rf"(?:turn|switch|shut) off (?:\w+ ){{0,2}}?(?:{_REACH}|notifications)(?: (?:to|for) me\b.*)?|"
    rf"disable (?:all )?(?:{_REACH}|notifications)(?: (?:to|for) .*)?|"
    # Leave me alone.
    r"leave (?:me|us)(?: \w+){0,5}? (?:alone|be|in peace)\b.*|"
    r"let (?:me|us)(?: just)? (?:alone|be|live in peace)(?: please| now)?|"
    r"stay (?:away from me|out of my inbox).*|get (?:out of my (?:inbox|life)|off my back).*"
    r")"
)
# In a text without punctuation it stands anywhere, so it must say both what shall stop and for whom.
_ANYWHERE = re.compile(
    rf"\b(?:{_STOP}|quit|do ?not (?:ever )?|dont (?:ever )?|dont (?:waste your \w+|bother) )\s?"
    r"(?:(?:e-?mail|messag|text|contact|call|phon|ring|writ|spamm?|harass|pester|bother|send)(?:ing|"
    r"e)?) (?:to )?(?:me|us)"
    r"(?= (?:again|any|offers|your|these|stuff|emails?|texts?|messages?|please|pls|ever|now|ok)\b|$)|"
    rf"\bno more {_REACH}(?: please)?$|\b(?:leave|let) me (?:alone|be|in peace)(?: please| now)?$"
)
# A threat that says the same.
_THREATENS = re.compile(
    rf".*\b(?:if|should) (?:i|you|anyone|anybody)(?: \w+)? {_CONTACT}\b.*\b(?:again|once more|one more time|any ?more|"
    rf"lawyer|police|report|regulator|complain|block|legal)\b.*|"
    rf".*\b(?:one more|any (?:more|further)|next|another|further) {_CONTACT}\b.*"
    r"\b(?:lawyer|police|report\w*|regulator|complain\w*|block|legal|court|harassment|authorit\w*)\b.*"
)
# Said about somebody else, about what has been, or with a condition that makes it something else.
_TELLS = re.compile(
    r"\b(?:said|says|told (?:me|us|him|her|them)|wrote|kept|keeps|would not|wouldnt|wont stop|never stopped|"
    r"by (?:mistake|accident)|because|unless|except|only|just not|ads|adverts|price|prices|charg\w+|billing|crash\w*|"
    r"freez\w*|subscription|renew\w*|payments?|(?<!rather )(?<!if )you (?:did|didnt)|and you|asked "
    r"you|but you|no one|nobody|spam filter|"
    r"feature|app|menu|add-ons?|do not disturb mode|dont mind|(?:dont|do not) (?:take|remove|"
    r"unsubscribe)|if only|i wish (?:you|it|they|there)|"
    r"they|he|she|asked (?:them|for)|had to)\b"
)
# Nobody who speaks of their own habits, or allows something, asks to be left alone.
_ALLOWS = re.compile(
    r"\b(?:you (?:can|may|should|could)|mind|mistake|accident|broken|worked|came|guy|you are doing|"
    r"(?:i|we) (?:dont|do not|never|hardly|seldom) (?:write|call|text|phone|use|get|send|receive)|"
    r"contact (?:person|number)|"
    r"unsubscribe from (?:the|my) (?!(?:\w+ ){0,2}(?:e?mails?|mailings?|lists?|newsletters?|texts?|messages?))|"
    r"there (?:is|was) no|i unsubscribed|would not|wouldnt)\b"
)
_MOST_WORDS = 40


def demands_no_contact(words: str) -> bool:
    """Tell whether a sentence, normalised, is a demand to be left alone."""
    if len(words.split()) > _MOST_WORDS or _TELLS.search(words):
        return False
    return bool(_DEMANDS.fullmatch(words) or _THREATENS.fullmatch(words) or _ANYWHERE.search(words))


def tells_of_something(words: str) -> bool:
    """Tell whether a normalised message reports, allows or sets conditions, rather than demands."""
    return bool(_TELLS.search(words) or _ALLOWS.search(words))
