"""Hears that somebody takes an earlier answer back, or answers a question that is yet to come.

It must not hear either in an answer to the question that is open: what could be that is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.retention.addresses import read_address
from bot.retention.interview import Question
from bot.retention.likelihood import read_likelihood
from bot.retention.reason_names import name_reason
from bot.retention.reasons import Reason
from bot.retention.utterances import Intent, Utterance
from bot.retention.wording import count_words, normalise


@dataclass(frozen=True)
class Aside:
    """An answer to another question than the one that is open.

    `words` are what is kept of it. `value` is a likelihood, or 1 and 0 for yes and no; `named` a reason called by name.
    """

    question: Question
    words: str
    value: int | None = None
    named: Reason | None = None
    address: str | None = None


_MOST_WORDS = 25
_START = (
    r"^\W*(?:(?:no|oh|ah|well|hm+|wait|hang on|hold on|sorry|oops|whoops|actually|correction|apologies|my mistake|"
    r"to be honest|tbh|"
    r"in fact|on second thoughts?|thinking about it|i mean|look|ok(?:ay)?|and|but|please)\b[\s,.:;!–—-]*)*"
)
_MEANT = re.compile(
    rf"{_START}(?:i (?:actually |really )?(?:meant(?! to (?!say|press|tap|type|write|pick|choose))|"
    r"wanted to (?:say|press|tap|type|write|pick|choose))(?: to (?:say|press|tap|type|write|pick|choose))?|make "
    r"(?:that|it)|"
    r"change (?:that|it|my answer) to|(?:it|that) should (?:be|have been|say)|that was (?:meant|supposed) to be|"
    r"(?:i )?(?:pressed|tapped|hit|typed) the wrong (?:one|button|number|thing)[\s,.:;–—-]*"
    r"(?:i meant|it should be|it was)?)[\s,:;–—-]+(?P<new>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_NOT_BUT = re.compile(
    rf"{_START}(?:it|that|this)?['’]?(?:s| isn['’]?t| wasn['’]?t| is| was| really| actually)*\s*"
    r"(?:not|isn['’]?t|wasn['’]?t|never)?\s*(?:really |actually |so much |only |just |about |because of |down to |"
    r"over )*"
    r"(?:the |your |my |a )?(?P<old>[\w' -]{3,40}?)(?:[\s,.;:–—-]+)(?:but|it['’]?s|its|it is|it was|rather|more|"
    r"instead)\s+"
    r"(?:more |mostly |mainly |really |actually |about |rather )*(?P<new>.{3,120})$",
    re.IGNORECASE | re.DOTALL,
)
_BUT_NOT = re.compile(
    rf"{_START}(?:it['’]?s|its|it is|it was|that was|i['’]?m leaving|i leave|i left)\s+"
    r"(?:more |mostly |mainly |really |actually |because of |over |about )*(?P<new>.{3,80}?)[\s,;–—-]+(?:and |"
    r"it['’]?s )?not\s+"
    r"(?:about |because of |over )?(?:the |your |my )?(?P<old>[\w' -]{3,40})\W*$",
    re.IGNORECASE | re.DOTALL,
)
_REAL = re.compile(
    rf"{_START}(?:the|my) (?:real|main|actual|true|biggest) (?:reason|problem|issue|thing)"
    r"(?: (?:why )?(?:i['’]?m leaving|for leaving|i left))?\s*(?:is|was|['’]s|would be)\s+(?:that "
    r")?(?P<new>.{3,120})$",
    re.IGNORECASE | re.DOTALL,
)
_RATHER = re.compile(
    rf"(?=\W*(?:no|oh|wait|hang on|hold on|sorry|oops|actually|correction|on second thoughts?)\b){_START}"
    r"(?:it['’]?s|its|it is|it was)\s+(?:more|rather|mostly|mainly|really|actually)\s+"
    r"(?:that|because(?: of)?|about|the|your|how)\s+"
    r"(?P<new>.{3,120})$",
    re.IGNORECASE | re.DOTALL,
)
_BEGINS_SORRY = re.compile(
    r"^\W*(?:no|oh|wait|hang on|hold on|sorry|oops|whoops|actually|correction|apologies)\b", re.IGNORECASE
)
_DENIES = re.compile(r"\b(?:not|isn['’]?t|wasn['’]?t|never)\b", re.IGNORECASE)
_OUT_OF_TEN = re.compile(r"(?:10|\d)(?: ?/ ?10| out of (?:10|ten))")
_BARE_NUMBER = re.compile(r"(?:10|\d)")
_NUMBER_REASONS = frozenset({Reason.PRICE, Reason.BILLING_ACCOUNT, Reason.COMPETITOR})
_MAY_MAIL = re.compile(
    r"(?:(?:yes|yeah|sure|ok(?:ay)?|by the way|btw|oh|and|also|please|feel free to|you (?:can|may|could|are "
    r"welcome to)|"
    r"im happy for you to|im ok with you|i dont mind you|happy for you to|do|just) )+"
    r"(?:e-?mail(?:ing)?|mail(?:ing)?|write(?: to)?|writing(?: to)?|contact(?:ing)?|message|messaging|get in "
    r"touch with|"
    r"keep) me(?: (?:about (?:it|this|that|improvements|changes|news)|"
    r"when (?:it|this|that|things?) (?:is|are|has|have|gets?|improves?|changes?)[\w ]*|"
    r"if (?:it|this|that|things?|anything) [\w ]+|any ?time|at|on|under|by e-?mail|later|updated|posted|informed|"
    r"here|"
    r"one day|if you (?:like|want)|with (?:news|offers)))*"
)
_FEW_WORDS = 8
_NUMERIC = re.compile(r"\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE)

_QUESTIONS = {
    Question.REASON: re.compile(r"\b(?:reason|why i|why im|first (?:one|answer|question)|number one)\b"),
    Question.PROBE: re.compile(r"\b(?:second (?:one|answer|question)|what i added|follow-?up|details?)\b"),
    Question.KEPT: re.compile(r"\b(?:third (?:one|answer|question)|what would have|kept me|keep me)\b"),
    Question.LIKELIHOOD: re.compile(
        r"\b(?:the number|my number|rating|score|likel\w+|come back|coming back|fourth (?:one|answer|question)|0 "
        r"to 10|return)\b"
    ),
    Question.CONSENT: re.compile(r"\b(?:e-?mails?|mails?|write to me|writing|consent|permission)\b"),
}


def find_correction(text: str, answered: Collection[Question], open_question: Question) -> Aside | None:
    """Return which earlier answer a message takes back, and what it puts in its place; None where it does not."""
    if count_words(text) > _MOST_WORDS:
        return None
    earlier = [question for question in Question if question in answered and question is not open_question]
    if not earlier:
        return None
    if meant := _MEANT.match(text):
        return _correct_last(earlier[-1], earlier, meant["new"].strip(), clearly=bool(_BEGINS_SORRY.match(text)))
    if Question.REASON not in earlier:
        return None
    for pattern in (_NOT_BUT, _BUT_NOT):
        found = pattern.match(text)
        if found and _DENIES.search(text) and name_reason(found["old"]) is not None:
            return Aside(Question.REASON, found["new"].strip(), named=name_reason(found["new"]))
    real = _REAL.match(text) or _RATHER.match(text)
    return Aside(Question.REASON, real["new"].strip(), named=name_reason(real["new"])) if real else None


def _correct_last(last: Question, earlier: list[Question], new: str, *, clearly: bool) -> Aside | None:
    number = read_likelihood(new) if _NUMERIC.search(new) or last is Question.LIKELIHOOD else None
    if number is not None and Question.LIKELIHOOD in earlier and count_words(new) <= _FEW_WORDS:
        return Aside(Question.LIKELIHOOD, new, value=number)
    if (named := name_reason(new)) is not None and Question.REASON in earlier:
        return Aside(Question.REASON, new, named=named)
    words = normalise(new)
    match last:
        case Question.CONSENT:
            value = 1 if re.match(r"yes|yeah", words) else 0 if re.match(r"no\b|not\b|nope", words) else None
            return None if value is None else Aside(Question.CONSENT, new, value=value)
        case Question.REASON | Question.PROBE | Question.KEPT if clearly:
            return Aside(last, new)
        case _:
            return None


def find_volunteered(said: Utterance, open_question: Question, leading: Reason | None) -> Aside | None:
    """Return which later question a whole message answers: a number out of ten, an address, or leave to write."""
    address = read_address(said.text)
    words = normalise(re.sub(r"\S+@\S+", " ", said.text))
    order = list(Question)
    is_before = order.index(open_question) < order.index(Question.CONSENT)
    if is_before and (_MAY_MAIL.fullmatch(words) or _allows(said, words)):
        return Aside(Question.CONSENT, said.text, value=1, address=address)
    if is_before and address and count_words(said.text) <= _FEW_WORDS:
        return Aside(Question.EMAIL, said.text, address=address)
    if open_question.is_open:
        may_be_a_sum = open_question is not Question.REASON and leading in _NUMBER_REASONS
        if _OUT_OF_TEN.fullmatch(words) or (_BARE_NUMBER.fullmatch(words) and not may_be_a_sum):
            return Aside(Question.LIKELIHOOD, said.text, value=read_likelihood(words))
    return None


def _allows(said: Utterance, words: str) -> bool:
    return (
        said.intent is Intent.ALLOW_CONTACT
        and said.confidence >= 0.8
        and count_words(words) <= 12
        and bool(re.match(r"(?:yes |sure |ok |please )*(?:you (?:can|may)|feel free|e-?mail me|write to me)", words))
    )


def name_question(text: str) -> Question | None:
    """Return which answer somebody wants to change, where they say so ("the number", "my first answer")."""
    words = normalise(text)
    named = [question for question, pattern in _QUESTIONS.items() if pattern.search(words)]
    return named[0] if len(named) == 1 else None
