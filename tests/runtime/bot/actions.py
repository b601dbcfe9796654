"""The test bot's actions, on the same SDK as the project's."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher


class ValidateExitInterview(FormValidationAction):
    """Takes every answer as it is."""

    def name(self) -> str:
        return "validate_exit_interview"


class Finish(Action):
    """Thanks at the end of the interview and leaves room for another."""

    def name(self) -> str:
        return "action_finish"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        dispatcher.utter_message(response="utter_thanks")
        return [SlotSet("reason", None), SlotSet("kept", None)]


class OptOut(Action):
    """Notes that somebody wants no more messages."""

    def name(self) -> str:
        return "action_opt_out"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        dispatcher.utter_message(response="utter_opted_out")
        return [SlotSet("opted_out", True)]
