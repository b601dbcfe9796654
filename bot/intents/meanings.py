"""What the bot takes a message for, as one of sixteen meanings, by its word rules and its classifier together.

It must not run the classifier, nor know anything of a conversation: an open question is taken to be waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.retention.language import find_language
from bot.retention.nonsense import is_nonsense
from bot.retention.reading import hears_stop, refuses, says_yes_or_no
from bot.retention.utterances import Intent, Utterance


class Meaning(StrEnum):
    """What a person is doing in a message. Several of the dialogue's intents can come to the same."""

    AFFIRM = "affirm"
    DENY = "deny"
    UNSURE = "unsure"
    ASK_HUMAN = "ask_human"
    STOP_CONTACT = "stop_contact"
    STOP_DIALOGUE = "stop_dialogue"
    CANCEL_ACCOUNT = "cancel_account"
    WANT_TO_RETURN = "want_to_return"
    DATA_REQUEST = "data_request"
    QUESTION_ABOUT_BOT = "question_about_bot"
    REPEAT_REQUEST = "repeat_request"
    GREET = "greet"
    GOODBYE = "goodbye"
    THANKS = "thanks"
    INFORM = "inform"
    OUT_OF_SCOPE = "out_of_scope"


MEANING_OF = {intent: Meaning(intent.value) for intent in Intent if intent.value in set(Meaning)} | {
    Intent.ALLOW_CONTACT: Meaning.INFORM,
    Intent.ANSWER: Meaning.INFORM,
    Intent.ASK_CANCELLATION: Meaning.CANCEL_ACCOUNT,
    Intent.CHANGE_ANSWER: Meaning.INFORM,
    Intent.DATA_ERASE: Meaning.DATA_REQUEST,
    Intent.DATA_EXPORT: Meaning.DATA_REQUEST,
    Intent.NOT_UNDERSTOOD: Meaning.OUT_OF_SCOPE,
    Intent.SKIP_AND_CANCEL: Meaning.CANCEL_ACCOUNT,
}
"""The one place where the dialogue's finer intents become the meanings that the outside knows."""


@dataclass(frozen=True)
class Judgement:
    """A meaning, and how sure it is (0 to 1); a word rule is certain."""

    meaning: Meaning
    confidence: float


def judge(said: Utterance) -> Judgement:
    """Return what the bot takes a typed message for while an open question waits.

    Nothing said, mere noise and another language than English are out of scope: the bot cannot act on them.
    """
    if not said.text.strip():
        return Judgement(Meaning.OUT_OF_SCOPE, 1.0)
    if hears_stop(said):
        return Judgement(Meaning.STOP_CONTACT, said.confidence if said.intent is Intent.STOP_CONTACT else 1.0)
    if refuses(said.text):
        return Judgement(Meaning.DENY, 1.0)
    answer = says_yes_or_no(said.text)
    if answer is not None:
        return Judgement(Meaning.AFFIRM if answer else Meaning.DENY, 1.0)
    if is_nonsense(said.text) or find_language(said.text) is not None:
        return Judgement(Meaning.OUT_OF_SCOPE, 1.0)
    if said.intent is Intent.STOP_CONTACT:
        # It was not sure enough for such a step, so the words are kept as an answer.
        return Judgement(Meaning.INFORM, 1 - said.confidence)
    # How sure it is of not having understood is the rest of how sure it was of the likeliest intent.
    sure = 1 - said.confidence if said.intent is Intent.NOT_UNDERSTOOD else said.confidence
    return Judgement(MEANING_OF[said.intent], sure)
