"""Something hard has happened to somebody, and they tell us when no question of an interview is open.

It must not say anything else: no question, no offer.
"""

from __future__ import annotations

import asyncio

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.slots import read_message_id, read_utterance
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.retention.sensitive import Trouble, hear_trouble


async def acknowledge_trouble(action: FarewellAction, dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    """Note that something hard has happened, where the message tells of it, with a kind word."""
    said = read_utterance(tracker)
    trouble = hear_trouble(said.text) if said.pressed is None else None
    if trouble is None:
        return False
    await asyncio.to_thread(_note, action, tracker, trouble, said.text)
    action.say(dispatcher, f"utter_after_interview_{trouble.value}")
    if trouble is Trouble.CRISIS:
        await asyncio.to_thread(action.services.handoff.request, tracker.sender_id, read_message_id(tracker))
    return True


def _note(action: FarewellAction, tracker: Tracker, trouble: Trouble, text: str) -> None:
    services, conversation = action.services, tracker.sender_id
    services.interviews.note_trouble(conversation)
    if services.stories.find(conversation) is None or services.stories.note_trouble(conversation):
        return
    # Of somebody who was never interviewed there is nothing yet that says they are to be left in peace.
    services.interviews.begin(conversation)
    reading = Reading(trouble=trouble)
    services.interviews.record_answer(conversation, Question.REASON, reading, text, read_message_id(tracker))
    services.interviews.finish(conversation)
