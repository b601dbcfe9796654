"""Which of the dialogues with which we write first a message belongs to, where another rule has caught it.

It must not answer anything itself.
"""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.announcement import ActionAnswerAnnouncement
from actions.check_in import ActionAnswerCheckIn
from actions.slots import ANNOUNCEMENT, CHECK_IN, WELCOME_BACK
from actions.touch_answers import AnswerTouch
from actions.welcome_back import ActionAnswerWelcomeBack
from bot.bootstrap import Services
from bot.retention.winback.touches import TouchKind

_ANSWERS: dict[str, type[AnswerTouch]] = {
    ANNOUNCEMENT: ActionAnswerAnnouncement,
    CHECK_IN: ActionAnswerCheckIn,
    WELCOME_BACK: ActionAnswerWelcomeBack,
}
_KINDS = {
    TouchKind.ANNOUNCEMENT: ANNOUNCEMENT,
    TouchKind.CHECK_IN: CHECK_IN,
    TouchKind.REMINDER: WELCOME_BACK,
    TouchKind.WELCOME_BACK: WELCOME_BACK,
}


def is_touch(tracker: Tracker) -> bool:
    """Tell whether we have written first and wait for what they say."""
    return tracker.get_slot("interview") in _ANSWERS


async def answer_touch(
    services: Services, dispatcher: CollectingDispatcher, tracker: Tracker, flow: str | None = None
) -> list[EventType]:
    """Answer a message to a touch; `flow` names the dialogue that the tracker has forgotten."""
    forgotten = [SlotSet("interview", flow), SlotSet("has_left", True)] if flow else []
    tracker.add_slots(forgotten)
    action = _ANSWERS[flow or str(tracker.get_slot("interview"))](services)
    return [*forgotten, SlotSet("confirming", None), *await action.hear(dispatcher, tracker)]


def find_forgotten_touch(services: Services, tracker: Tracker) -> str | None:
    """Return the dialogue of the touch that was begun in a conversation of which the dialogue has no memory; None where
    there is none, or where it has become an interview."""
    story = services.stories.find(tracker.sender_id)
    if story is None or services.interviews.exists(tracker.sender_id):
        return None
    return _KINDS.get(story.kind)
