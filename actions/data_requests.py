"""What do you know about me, and delete it.

It must not delete anything without a yes to that very question.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import HERE, FarewellAction
from actions.slots import ERASURE, OVER, read_last_response
from bot.conversations.data_requests import Account, Summary
from bot.retention.interview import Question

ASKS_FOR_CHAT, ASKS_FOR_CUSTOMER = "utter_ask_erasure", "utter_ask_erasure_customer"
TOLD_IN_CHAT = (Question.REASON, Question.PROBE, Question.KEPT, Question.LIKELIHOOD)
LONGEST_QUOTE = 300
"""Characters of an answer that are repeated in the chat; the whole stands above in it anyway."""


class ActionTellData(FarewellAction):
    """Tells somebody, in plain words, what this conversation has kept of them."""

    def name(self) -> str:
        return "action_tell_data"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        known = await asyncio.to_thread(self.services.data_requests.summarise, tracker.sender_id)
        since = f"{known.since.day} {known.since:%B %Y}"
        self.say(dispatcher, "utter_data_export", messages=str(known.messages), since=since)
        self._tell_account(dispatcher, known.account)
        if known.other_chats:
            self.say(dispatcher, "utter_data_export_other_chats", chats=str(known.other_chats))
        for question in TOLD_IN_CHAT:
            if answer := known.answers.get(question):
                self.say(dispatcher, f"utter_data_export_{question.value}", answer=_quote(answer))
        if known.reasons:
            names = ", ".join(reason.title.lower() for reason in known.reasons)
            self.say(dispatcher, "utter_data_export_understood", reasons=names)
        if known.offered:
            self.say(dispatcher, "utter_data_export_offer")
        self._tell_leave(dispatcher, known)
        self.say(dispatcher, "utter_data_export_elsewhere")
        return []

    def _tell_account(self, dispatcher: CollectingDispatcher, account: Account | None) -> None:
        if account is None:
            return
        facts = [fact for fact in (account.name, account.plan, account.monthly, account.place) if fact]
        if facts:
            self.say(dispatcher, "utter_data_export_account", facts=", ".join(facts))

    def _tell_leave(self, dispatcher: CollectingDispatcher, known: Summary) -> None:
        """Say where we may write and where not."""
        if known.may_write:
            self.say(dispatcher, "utter_data_export_may_write", addresses=", ".join(known.may_write))
        if known.may_not_write:
            self.say(dispatcher, "utter_data_export_may_not_write", addresses=", ".join(known.may_not_write))
        if known.may_write_in_chat is not None:
            leave = "may" if known.may_write_in_chat else "may_not"
            self.say(dispatcher, f"utter_data_export_{leave}_write_in_chat")
        if known.opted_out:
            self.say(dispatcher, "utter_data_export_opted_out")


def _quote(answer: str) -> str:
    return answer if len(answer) <= LONGEST_QUOTE else answer[:LONGEST_QUOTE].rstrip() + "…"


class ActionAskErasure(FarewellAction):
    """Asks whether everything shall really be deleted."""

    def name(self) -> str:
        return "action_ask_erasure"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        known = await asyncio.to_thread(self.services.data_requests.summarise, tracker.sender_id)
        self.say(dispatcher, ASKS_FOR_CUSTOMER if known.account else ASKS_FOR_CHAT)
        return [SlotSet("confirming", ERASURE)]


class ActionEraseData(FarewellAction):
    """Deletes at an explicit yes: this chat, or all of a customer who is vouched for. Gives the receipt."""

    def name(self) -> str:
        return "action_erase_data"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        asked, requests = read_last_response(tracker), self.services.data_requests
        erase = {ASKS_FOR_CHAT: requests.erase_chat, ASKS_FOR_CUSTOMER: requests.erase_for_person}.get(asked or "")
        if erase is None:
            self.say(dispatcher, "utter_erasure_declined")
        else:
            receipt = await asyncio.to_thread(erase, tracker.sender_id)
            who = "_customer" if asked == ASKS_FOR_CUSTOMER else ""
            here = HERE if await self.is_in_chat(tracker) else ""
            self.say(dispatcher, f"utter_data_erased{who}{here}", receipt=receipt.code)
        return [SlotSet("interview", OVER), SlotSet("confirming", None)]


class ActionKeepData(FarewellAction):
    """Leaves everything as it is."""

    def name(self) -> str:
        return "action_keep_data"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        self.say(dispatcher, "utter_erasure_declined")
        return [SlotSet("confirming", None)]
