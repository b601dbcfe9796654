"""Narrows what rasa-sdk hands over, loose dicts, to the types of the rules, and back to slots.

It must not decide anything, nor call a service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from bot.retention.confirmation import Guesses
from bot.retention.endings import owes_apology
from bot.retention.interview import Question, Standing
from bot.retention.offer_answers import OfferTopic
from bot.retention.reading import Patience
from bot.retention.reasons import Reason
from bot.retention.utterances import Intent, Utterance
from bot.retention.winback.answers import TouchQuestion

ANSWERED, SKIPPED, TOLD = "answered", "skipped", "told"
OPEN, OVER = "open", "over"
CHECK_IN, WELCOME_BACK, ANNOUNCEMENT = "check_in", "welcome_back", "announcement"
"""What the slot `interview` is while we have written first and wait for what they say."""
CONTACT, ERASURE = "contact", "erasure"
HOW_TO_CANCEL, ABOUT_EMAIL, APOLOGY = "how_to_cancel", "about_email", "apology"
ABOUT_CANCELLATION, LANGUAGE, ECHO = "about_cancellation", "language", "echo_"
"""Counted in the slot `asked` beside the questions, so that these are not said twice in the same words either."""


def read_utterance(tracker: Tracker) -> Utterance:
    """Return what the customer did last. An intent that is none of a customer's counts as not understood."""
    message = tracker.latest_message
    intent = message.get("intent") or {}
    name = intent.get("name")
    return Utterance(
        text=message.get("text") or "",
        intent=Intent(name) if name in set(Intent) else Intent.NOT_UNDERSTOOD,
        confidence=float(intent.get("confidence") or 0),
        pressed=_read_button(message),
    )


def read_trigger(tracker: Tracker) -> str | None:
    """Return the `EXTERNAL_` intent with which we began the turn ourselves; None where the customer did something."""
    name = str((tracker.latest_message.get("intent") or {}).get("name") or "")
    return name if name.startswith("EXTERNAL_") else None


def _read_button(message: Mapping[str, Any]) -> Mapping[str, str] | None:
    button = (message.get("metadata") or {}).get("button")
    if button is not None:
        return {name: str(value) for name, value in (button.get("entities") or {}).items()}
    if (message.get("intent") or {}).get("name") == Intent.ANSWER:
        # In `rasa shell` a choice comes as its payload; what customers type never has this intent.
        return {entity["entity"]: str(entity["value"]) for entity in message.get("entities") or []}
    return None


def read_message_id(tracker: Tracker) -> int | None:
    """Return the id of the stored message this turn answers; None in `rasa shell`, where none is stored."""
    given = str((tracker.latest_message.get("metadata") or {}).get("message_id") or "")
    return int(given) if given.isdecimal() else None


def read_question(tracker: Tracker) -> Question | None:
    """Return the question that is open."""
    requested = tracker.get_slot("requested_slot")
    return Question(requested) if requested in set(Question) else None


def read_touch_question(tracker: Tracker) -> TouchQuestion | None:
    """Return what we have asked somebody to whom we wrote first."""
    asked = tracker.get_slot("touch_question")
    return TouchQuestion(asked) if asked in set(TouchQuestion) else None


def read_leading(tracker: Tracker) -> Reason | None:
    """Return the reason that leads, as far as it is known."""
    leading = tracker.get_slot("leading_reason")
    return Reason(leading) if leading in set(Reason) else None


def read_standing(tracker: Tracker) -> Standing:
    """Return where the interview stands."""
    settled = frozenset(question for question in Question if tracker.get_slot(question.value) is not None)
    return Standing(
        settled,
        read_leading(tracker),
        may_write=bool(tracker.get_slot("needs_address")),
        guesses=read_guesses(tracker),
        offer_due=bool(tracker.get_slot("offer_due")),
        closed=bool(tracker.get_slot("closed")),
    )


def read_guesses(tracker: Tracker) -> Guesses | None:
    """Return the two reasons between which the probe asks to choose."""
    guesses = [Reason(guess) for guess in tracker.get_slot("guesses") or [] if guess in set(Reason)]
    return (guesses[0], guesses[1]) if len(guesses) == 2 else None


def write_remark(tracker: Tracker, response: str, **values: str) -> EventType:
    """Return the event that remembers what is said before the next question."""
    return SlotSet("remarks", [*(tracker.get_slot("remarks") or []), [response, values]])


def read_remarks(tracker: Tracker) -> list[tuple[str, dict[str, str]]]:
    """Return what is to be said before the next question, and what it names."""
    return [(str(response), dict(values)) for response, values in tracker.get_slot("remarks") or []]


def write_standing(standing: Standing) -> list[EventType]:
    """Return the events that remember what the record says beside the questions themselves."""
    return [
        SlotSet("leading_reason", standing.leading.value if standing.leading else None),
        SlotSet("owes_apology", owes_apology(standing.leading, standing.certain)),
        SlotSet("needs_address", standing.may_write and not standing.address_known),
        SlotSet("guesses", [guess.value for guess in standing.guesses] if standing.guesses else None),
        SlotSet("offer_due", standing.offer_due),
        SlotSet("closed", standing.closed),
    ]


def read_asked(tracker: Tracker) -> dict[str, int]:
    """Return how often each question was put."""
    return dict(tracker.get_slot("asked") or {})


def count_asked(tracker: Tracker, *what: str) -> EventType:
    """Return the event that remembers that it was put once more."""
    asked = read_asked(tracker)
    return SlotSet("asked", asked | {one: asked.get(one, 0) + 1 for one in what})


def read_patience(tracker: Tracker, question: Question) -> Patience:
    """Return what was tried already to get an answer to this question."""
    redirected = int(tracker.get_slot("redirected") or 0)
    asked = read_asked(tracker)
    haggled = asked.get(OfferTopic.HAGGLE, 0)
    return Patience(asked.get(question.value, 1), redirected, haggled, read_guesses(tracker))


def read_last_response(tracker: Tracker) -> str | None:
    """Return the name of the response the bot gave last."""
    for event in reversed(tracker.events):
        if event.get("event") == "bot":
            return (event.get("metadata") or {}).get("utter_action")
    return None


def was_interrupted(tracker: Tracker) -> bool:
    """Tell whether the form stepped back in the turn that is being made, because the message was no answer."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action_execution_rejected":
            return True
    return False


def was_just_set(tracker: Tracker, slot: str, value: str) -> bool:
    """Tell whether a slot was set to this value in the turn that is being made."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if (event.get("event"), event.get("name"), event.get("value")) == ("slot", slot, value):
            return True
    return False


def list_just_said(tracker: Tracker) -> set[str]:
    """Return the responses the bot has given so far in the turn that is being made."""
    said: set[str] = set()
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            break
        if event.get("event") == "bot":
            said.add((event.get("metadata") or {}).get("utter_action") or "")
    return said


def make_sayable(value: str) -> str:
    """Return a value that Rasa can put into a response: with "0[" in it, it would show every placeholder's name."""
    return value.replace("0[", "0 [")
