"""What a customer did in one message, as far as the dialogue understands it.

It must not decide what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Intent(StrEnum):
    """What a message does in the conversation. The last three come from buttons or mean "not understood"."""

    AFFIRM = "affirm"
    ALLOW_CONTACT = "allow_contact"
    ASK_HUMAN = "ask_human"
    CANCEL_ACCOUNT = "cancel_account"
    DATA_ERASE = "data_erase"
    DATA_EXPORT = "data_export"
    DENY = "deny"
    GOODBYE = "goodbye"
    GREET = "greet"
    INFORM = "inform"
    OUT_OF_SCOPE = "out_of_scope"
    QUESTION_ABOUT_BOT = "question_about_bot"
    REPEAT_REQUEST = "repeat_request"
    STOP_CONTACT = "stop_contact"
    STOP_DIALOGUE = "stop_dialogue"
    THANKS = "thanks"
    UNSURE = "unsure"
    WANT_TO_RETURN = "want_to_return"
    ASK_CANCELLATION = "ask_cancellation"
    CHANGE_ANSWER = "change_answer"
    ANSWER = "answer"
    SKIP_AND_CANCEL = "skip_and_cancel"
    NOT_UNDERSTOOD = "nlu_fallback"


@dataclass(frozen=True)
class Utterance:
    """One message: its words, its intent, and how sure the classifier is of it (0 to 1).

    `pressed` is None for typed words; for a button it is what the button means ({} where that is its intent alone).
    """

    text: str
    intent: Intent
    confidence: float = 1.0
    pressed: Mapping[str, str] | None = field(default=None)
