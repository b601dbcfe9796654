"""Reads a message as the answer to the question that is open, as a refusal to answer it, or as an interruption.

It must not lose an answer to a classifier's mistake: what is not surely something else is an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.retention.addresses import read_address
from bot.retention.confirmation import Guesses, read_choice
from bot.retention.demands import tells_of_something
from bot.retention.interview import Question
from bot.retention.likelihood import read_likelihood
from bot.retention.nonsense import is_nonsense
from bot.retention.offer_answers import OfferTopic, hear
from bot.retention.opt_out import asks_to_stop, mentions_stop
from bot.retention.reasons import Reason
from bot.retention.sensitive import Trouble
from bot.retention.utterances import Intent, Utterance
from bot.retention.wording import count_words, normalise

SKIP_VALUE = "skip"
"""What a button means that skips its question."""


@dataclass(frozen=True)
class Reading:
    """A question settled by a message.

    `value` is the number of a likelihood, or 1 and 0 for yes and no; None where the words did not say it clearly.
    `stop` says that the message also, or only (`words` is then False), asks for no more messages. `topic` is what they
    bring up about an offer; that settles nothing (`words` is False). `named` is a reason called by its name, `trouble`
    something hard that has happened to them. `noise` says nothing at all (`words` is False).
    """

    skipped: bool = False
    value: int | None = None
    tapped: Reason | None = None
    address: str | None = None
    stop: bool = False
    words: bool = True
    topic: OfferTopic | None = None
    named: Reason | None = None
    trouble: Trouble | None = None
    noise: bool = False


@dataclass(frozen=True)
class Patience:
    """What has been tried already: how often this question was put, how often the person was led back to it, and how
    often they asked for a better offer. `guesses` are the two reasons between which the probe asks them to choose."""

    asked: int = 1
    redirected: int = 0
    haggled: int = 0
    guesses: Guesses | None = None


# How sure the classifier must be before a message is no answer. Set on 2026-11-22 on data/reasons/dev.jsonl and
# data/intents/dev.jsonl: 10 of 500 reasons for leaving are then mistaken for something else; 334 of 354
# interruptions in scope and 145 of 170 messages out of it are acted upon.
_SURENESS = {
    Intent.ALLOW_CONTACT: 0.8,
    Intent.ASK_CANCELLATION: 0.5,
    Intent.ASK_HUMAN: 0.45,
    Intent.CANCEL_ACCOUNT: 0.5,
    Intent.CHANGE_ANSWER: 0.5,
    Intent.DATA_ERASE: 0.5,
    Intent.DATA_EXPORT: 0.5,
    Intent.GOODBYE: 0.6,
    Intent.GREET: 0.8,
    Intent.OUT_OF_SCOPE: 0.5,
    Intent.QUESTION_ABOUT_BOT: 0.5,
    Intent.REPEAT_REQUEST: 0.5,
    Intent.STOP_CONTACT: 0.5,
    Intent.STOP_DIALOGUE: 0.5,
    Intent.THANKS: 0.8,
    Intent.WANT_TO_RETURN: 0.6,
}
_TAKES_LEAVE = (Intent.GOODBYE, Intent.STOP_DIALOGUE)
_BYE = re.compile(r"\b(?:bye|good ?bye|cya|see you|see ya)(?: (?:then|now|for now|bye|all|guys|thanks|later))*$")
_SURE_WITH_BYE = 0.4
# A longer message tells a story, whatever the classifier makes of it; these are counted in words.
_LONGEST_INTERRUPTION = 18
# A longer one must be surer.
_LONGEST_SURE_INTERRUPTION = 30
_SURE_AT_LENGTH = 0.85
_LONGEST_CANCELLATION = 16
# A plain statement is hardly ever a question about the bot, and seldom unrelated to what was asked.
_ASKS = re.compile(
    r"^(?:and |but |so |hey |wait |hang on |sorry |please |ok(?:ay)? )*(?:what|whats|who|whos|whom|whose|where|when|"
    r"why|how|hows|which|is|are|am|was|were|do|does|did|can|could|will|would|should|shall|must|may|has|have|tell|show|"
    r"give|play|set|write|sing|find|book|order|call|turn|read|open|say|make|add|remind|translate|recommend|suggest|"
    r"solve|define|spell|name|let|lets|ignore|pretend|"
    r"wake|track|update|raise|transfer|pay|start|flip|roll|convert|schedule|send|dim|email|pause|explain|reset|activate|"
    r"block|top up|i need (?:a|to)|i want to)\b"
)
_DEMAND = re.compile(
    r"stop|unsub|opt|remov|off\b|alone|\b(?:do not|dont|dnt|never|no|not|none|nothing|cease|quit|out|away|lost)\b|"
    r"enough|block|forget|lose|consent|permission|object|delet|eras|\bend\b|disable|desist|respect|refrain|harass|spam|peace|forbid"
)
_CANCEL = re.compile(
    r"cancel|ended|end(?:ing)? my|terminat|close|active|running|still (?:a|have)|charged?|subscri|member|"
    r"go through|out now"
)
_CHANGE = re.compile(
    r"chang|correct|edit|redo|undo|go back|wrong|mistake|previous|earlier|take (?:that|it|back)|back to|differen|amend|"
    r"fix|revise|re-?answer|again|answer|other|pressed|tapped"
)
_GIBBERISH = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")
_SURE_STATEMENT = 0.9
_CAUSE = re.compile(r"\b(?:because|cause|cos|since|as (?:the|you|your|it|i|my|we)|due to|too|after)\b")
_CONDITION = re.compile(r"\b(?:if|unless|would|might|could|may|maybe|perhaps|when|once|until|only|but)\b")
_REFUSAL = re.compile(
    r"(?:no |sorry |please |can we |lets |id |i would |i |ill )*"
    r"(?:skip(?: (?:it|this|that|this one|this question|the question|please|next))*|pass|next(?: question)?|"
    r"(?:rather|prefer) not(?: to)?(?: say| answer| tell| comment| disclose)?(?: that| this)?|no comment|no answer|"
    r"not telling(?: you)?|(?:its |thats )?none of your (?:business|concern)|(?:its |thats )?private|n ?/? ?a|"
    r"(?:dont|do not|wont|will not) (?:want|wish|care) to (?:say|answer|tell you|talk about (?:it|that|this))|"
    r"not answering(?: that)?|leave (?:it|that|this)(?: out)?|move on)(?: please| thanks| thank you)*"
)
_THUMBS = {"👍": 1, "👎": 0}
_COURTESY = r"(?: please| thanks| thank you| ok)*"
_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup|ya|y|sure|ok|okay|fine|of course|please do|go ahead|absolutely|by all means|why not|"
    rf"you may|you can){_COURTESY} ?)+"
)
_NO = re.compile(
    r"(?:(?:no|nope|nah|n|never|no way|no thanks|no thank you|(?:id )?rather not|please dont|dont|do not|not really|"
    rf"absolutely not|not interested){_COURTESY} ?)+"
)
# A longer yes or no begins with it; what makes it depend on something is no clear one.
_BEGINS_WITH_YES = re.compile(r"(?:yes|yeah|yep|yup|sure|of course|ok|okay)\b(?!.*\b(?:not|no|never|dont)\b)")
_BEGINS_WITH_NO = re.compile(r"(?:no|nope|nah)\b")
# Staying is a decision that somebody tells of themselves; "a reason to stay" is what would have kept them.
_DECIDES = re.compile(
    r"\b(?:i|ill|im|ive|we|well|were|weve|lets|let me|let us|my mind|keep me on|(?:dont|do not) cancel|"
    r"keep my (?:subscription|membership|account|plan|contract))\b"
)
# So is asking to be let in again, or for the cancellation to be undone.
_REQUESTS_RETURN = re.compile(
    r"(?:please |so |hey |ok |wait |actually |can you |could you |can i |could i |may i |"
    r"how (?:do|can) i |is it too late to |what would it take to |id like to |"
    r"i would like to |i want to |wanna |cancelled by mistake )*"
    r"(?:undo|un-?cancel|reactivate|rejoin|re-?subscribe|"
    r"sign me (?:back )?up|(?:re-?start|re-?open|renew|resume|reinstate) (?:it|me|my|our|the|instead)|"
    r"put me back|take me back|come back|return to you|disregard my cancel|ignore my cancel|"
    r"revoke my cancel|"
    r"withdraw my cancel|start again|keep (?:it|me|my)|let me (?:back|stay)|stay$)"
)
# Stepping back would let the dialogue end the interview on a guess that was not sure enough to be an interruption.
_ENDS_THE_INTERVIEW = frozenset({Intent.STOP_DIALOGUE, Intent.WANT_TO_RETURN})
# The longest message that the classifier's yes or no may decide; longer ones have conditions in them.
_LONGEST_YES = 8
_LONGEST_CONSENT = 12
_SURE_YES = 0.5
_MOST_NOISE = 2


def refuses(text: str) -> bool:
    """Tell whether a message says no more than that the question shall be passed over."""
    return bool(_REFUSAL.fullmatch(normalise(text)))


def says_yes_or_no(text: str) -> int | None:
    """Return 1 or 0 where a message is nothing but a plain yes or no, and None otherwise."""
    if text.strip()[:1] in _THUMBS:
        return _THUMBS[text.strip()[:1]]
    words = normalise(text)
    return 0 if _NO.fullmatch(words) else 1 if _YES.fullmatch(words) else None


def hears_stop(said: Utterance) -> bool:
    """Tell whether a typed message, or a part of it, asks for no more messages."""
    if asks_to_stop(said.text) or mentions_stop(said.text):
        return True
    return said.intent is Intent.STOP_CONTACT and _is_interruption(Question.REASON, said, Patience())


def read(question: Question, said: Utterance, patience: Patience, *, confirming: bool = False) -> Reading | None:
    """Return how the message settles the question, or None for an interruption, which the dialogue's rules answer.

    `confirming` is set while another question ("shall I delete it?") waits for a yes or no.
    """
    if said.pressed is not None:
        return _read_button(question, said)
    if asks_to_stop(said.text):
        return None if said.intent is Intent.STOP_CONTACT else Reading(stop=True, words=False)
    if confirming and read_yes_or_no(said) is not None:
        return None
    if refuses(said.text):
        return Reading(skipped=True)
    answer = _READERS[question](said) if question in _READERS else None
    if question is Question.OFFER:
        answer = _read_offer(said, patience)
    if question is Question.PROBE and patience.guesses is not None:
        choice = read_choice(said.text, patience.guesses)
        answer = None if choice is None else Reading(tapped=choice)
    if answer is not None:
        return answer
    if is_nonsense(said.text):
        # Whatever the classifier makes of it, it means nothing; and it is never a loop.
        return Reading(skipped=True) if patience.redirected >= _MOST_NOISE else Reading(words=False, noise=True)
    if _is_interruption(question, said, patience):
        return None
    if question.is_open:
        return _read_open(question, said, patience)
    # A closed question is put once more; after that the words are kept as they are, and it is never a loop.
    if patience.asked < 2 and said.intent not in _ENDS_THE_INTERVIEW:
        return None
    return Reading(skipped=question is Question.EMAIL)


def _read_button(question: Question, said: Utterance) -> Reading | None:
    pressed = said.pressed or {}
    if said.intent is not Intent.ANSWER or pressed.get("question") != question:
        return None
    value = pressed.get("value", "")
    if value == SKIP_VALUE:
        return Reading(skipped=True)
    match question:
        case Question.REASON | Question.PROBE:
            return Reading(tapped=Reason(value)) if value in set(Reason) else None
        case Question.LIKELIHOOD:
            number = read_likelihood(value)
            return None if number is None else Reading(value=number)
        case Question.OFFER | Question.CONSENT:
            return Reading(value=int(value == "yes")) if value in ("yes", "no") else None
        case _:
            return Reading()


def _is_interruption(question: Question, said: Utterance, patience: Patience) -> bool:
    sureness = _SURENESS.get(said.intent)
    if said.intent in _TAKES_LEAVE and _BYE.search(normalise(said.text)):
        sureness = _SURE_WITH_BYE  # The classifier wavers between the two, which come to the same.
    length = count_words(said.text)
    longest = _LONGEST_SURE_INTERRUPTION if said.confidence >= _SURE_AT_LENGTH else _LONGEST_INTERRUPTION
    if sureness is None or said.confidence < sureness or length > longest:
        return False
    words = normalise(said.text)
    asks = bool(_ASKS.search(words) or "?" in said.text)
    is_plain = not asks and not _GIBBERISH.search(words)
    match said.intent:
        case Intent.CANCEL_ACCOUNT:
            return length <= _LONGEST_CANCELLATION and not _CAUSE.search(words)
        case Intent.WANT_TO_RETURN:
            decides = bool(_DECIDES.search(words)) and not _CONDITION.search(words)
            return decides or bool(_REQUESTS_RETURN.match(words))
        case Intent.OUT_OF_SCOPE:
            # Asked for a feature or a wish, people name things of every kind.
            names_things = question.is_open and question is not Question.REASON
            is_sure = said.confidence >= _SURE_STATEMENT and not names_things
            return patience.redirected < 2 and (is_sure or not is_plain)
        case Intent.QUESTION_ABOUT_BOT:
            return asks
        case Intent.ASK_CANCELLATION:
            return asks and bool(_CANCEL.search(words)) and not _CAUSE.search(words)
        case Intent.CHANGE_ANSWER:
            return bool(_CHANGE.search(words)) and not _CAUSE.search(words)
        case Intent.STOP_CONTACT:
            demands = said.confidence >= _SURE_STATEMENT or bool(_DEMAND.search(words))
            return demands and not tells_of_something(words)
        case _:
            return not mentions_stop(said.text)


def _read_open(question: Question, said: Utterance, patience: Patience) -> Reading | None:
    words = normalise(said.text)
    # "Nothing" is an answer to what would have kept them; to "why?" a mere yes or no is none.
    if question is not Question.KEPT and _NO.fullmatch(words):
        return Reading(skipped=True)
    if question is not Question.KEPT and _YES.fullmatch(words) and patience.asked < 2:
        return None
    return Reading(stop=mentions_stop(said.text))


def _read_likelihood(said: Utterance) -> Reading | None:
    value = read_likelihood(said.text)
    return None if value is None else Reading(value=value, stop=mentions_stop(said.text))


def _read_offer(said: Utterance, patience: Patience) -> Reading | None:
    heard = hear(said.text, haggled=patience.haggled)
    if isinstance(heard, OfferTopic):
        return Reading(words=False, topic=heard)
    value = read_yes_or_no(said) if heard is None else int(heard)
    return None if value is None else Reading(value=value, stop=mentions_stop(said.text))


def _read_consent(said: Utterance) -> Reading | None:
    if address := read_address(said.text):
        return Reading(value=1, address=address)  # Who is asked whether to be e-mailed and types an address, agrees.
    words = normalise(said.text)
    if said.intent is Intent.ALLOW_CONTACT and said.confidence >= _SURENESS[Intent.ALLOW_CONTACT]:
        return Reading(value=1)
    value = read_yes_or_no(said)
    if value is None and count_words(words) <= _LONGEST_CONSENT and not _CONDITION.search(words):
        value = 1 if _BEGINS_WITH_YES.match(words) else 0 if _BEGINS_WITH_NO.match(words) else None
    return None if value is None else Reading(value=value, stop=mentions_stop(said.text))


def _read_email(said: Utterance) -> Reading | None:
    if address := read_address(said.text):
        return Reading(address=address)
    return Reading(skipped=True) if read_yes_or_no(said) == 0 else None


def read_yes_or_no(said: Utterance) -> int | None:
    """Return 1 or 0 where a message is a yes or no, by its own words or, where it is short, by what the classifier
    makes of it; None otherwise."""
    plain = says_yes_or_no(said.text)
    if plain is not None:
        return plain
    if said.confidence < _SURE_YES or count_words(said.text) > _LONGEST_YES:
        return None
    return {Intent.AFFIRM: 1, Intent.DENY: 0}.get(said.intent)


_READERS = {
    Question.LIKELIHOOD: _read_likelihood,
    Question.CONSENT: _read_consent,
    Question.EMAIL: _read_email,
}
