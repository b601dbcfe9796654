"""Says where a dialogue stands in the fewest events: its slots, its open form, the question asked.

It must not lose anything the dialogue still depends on, nor keep what was said on the way there.
"""

from __future__ import annotations

from rasa.shared.core.constants import REQUESTED_SLOT, SESSION_START_METADATA_SLOT
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker


def restate(tracker: DialogueStateTracker) -> list[Event]:
    """Return the events that bring a new session to where `tracker` stands now."""
    # A slot that was set and emptied again differs, for rules, from one that was never set; so it is restated too.
    events: list[Event] = [
        SlotSet(name, slot.value)
        for name, slot in tracker.slots.items()
        if slot.has_been_set and name not in (REQUESTED_SLOT, SESSION_START_METADATA_SLOT)
    ]
    events += _restate_form(tracker)
    if tracker.is_paused():
        events.append(ConversationPaused())
    return events


def _restate_form(tracker: DialogueStateTracker) -> list[Event]:
    requested = tracker.slots.get(REQUESTED_SLOT)
    question: list[Event] = [SlotSet(REQUESTED_SLOT, requested.value)] if requested and requested.has_been_set else []
    form = tracker.active_loop_name
    if form is None:
        return question
    rejected: list[Event] = [ActionExecutionRejected(form)] if tracker.is_active_loop_rejected else []
    return [ActionExecuted(form), ActiveLoop(form), *question, *rejected]
