"""Makes the waiting turns: each conversation's strictly in order, different conversations at the same time.

It holds no state that matters: what waits is in the record, and a restart goes on from there. No transaction is
open while Rasa is asked, because the actions behind Rasa write to the same database. Two workers may meet on one
turn without harm: Rasa makes a message's turn once, and the record takes its replies once.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.inbox import STOP_CONTACT
from bot.conversations.lanes import Lanes
from bot.conversations.rasa import RasaReply, RasaUnreachable, TurnFailed, Understood
from bot.conversations.turn_book import LONGEST_DELAY, Due, TurnBook
from bot.errors import DialogueUnavailable
from bot.retention.opt_out import asks_to_stop

log = structlog.get_logger()

PARALLEL = 8
"""Conversations whose turns are made at the same time; beyond it Rasa's one process only gets slower."""
UNHURRIED = 3
"""So many of them at most are touches, so that whoever has written something does not wait behind a campaign."""
SWEEP_SECONDS = 5
PROBE_SECONDS = 1
"""How often Rasa is asked whether it is back while it is away."""


class Dialogue(Protocol):
    """What the worker needs of Rasa's client."""

    async def turn(self, conversation_id: str, message_id: int, said: dict[str, object]) -> list[RasaReply]: ...
    async def parse(self, texts: list[str]) -> list[Understood]: ...
    async def forget(self, conversation_id: str) -> None: ...
    async def is_ready(self) -> bool: ...


class TurnWorker:
    """Makes turns as long as `run` runs. `wake` may be called from any thread."""

    def __init__(self, book: TurnBook, rasa: Dialogue, announcer: Announcer, clock: Clock) -> None:
        self._book = book
        self._rasa = rasa
        self._announcer = announcer
        self._clock = clock
        self._lanes = Lanes(self._make_turns, PARALLEL, UNHURRIED)
        # Whether Rasa was away before the start is not known, so turns that waited for it are tried at once.
        self._rasa_is_away = True

    async def run(self) -> None:
        """Make turns until cancelled; then let those under way finish, if they do so soon."""
        self._lanes.open()
        self._announcer.set_on_turn(self.wake)
        try:
            while True:
                await self._sweep()
                await asyncio.sleep(PROBE_SECONDS if self._rasa_is_away else SWEEP_SECONDS)
        finally:
            self._announcer.set_on_turn(None)
            await self._lanes.close()

    def wake(self, conversation_id: str, unhurried: bool = False) -> None:
        """Look at a conversation now, because a turn waits in it."""
        self._lanes.wake(conversation_id, unhurried)

    async def _sweep(self) -> None:
        try:
            if self._rasa_is_away and await self._rasa.is_ready():
                self._rasa_is_away = False
                await asyncio.to_thread(self._book.bring_forward)
            conversations = await asyncio.to_thread(self._book.list_conversations)
        except Exception as error:  # The database may be away for a moment; the next sweep looks again.
            log.error("turns.sweep_failed", error=type(error).__name__)
            return
        for conversation_id, unhurried in conversations.items():
            self._lanes.serve(conversation_id, unhurried)

    async def _make_turns(self, conversation_id: str) -> None:
        try:
            while await self._make_next(conversation_id):
                self._announcer.changed(conversation_id)
        except Exception as error:  # The worker must outlive one conversation's trouble; a sweep comes back.
            log.error("turn.stumbled", conversation=conversation_id, error=type(error).__name__)

    async def _make_next(self, conversation_id: str) -> bool:
        """Make the next turn, and return whether to look for another one at once."""
        agenda = await asyncio.to_thread(self._book.look, conversation_id)
        due = agenda.due
        # A turn that seems to be put off for longer was so before the clock was set back.
        wait = due.due_at - self._clock() if due else timedelta(0)
        pause = wait.total_seconds() if wait <= LONGEST_DELAY else 0
        try:
            if agenda.must_forget:
                await self._forget(conversation_id)
            if due is not None and pause <= 0:
                await self._make(conversation_id, due)
        except (DialogueUnavailable, TurnFailed) as error:
            log.warning("turn.not_made", conversation=conversation_id, reason=str(error))
            self._rasa_is_away = self._rasa_is_away or isinstance(error, RasaUnreachable)
            if due is None:
                return False
            if pause <= 0:
                pause = await asyncio.to_thread(self._book.note_failure, conversation_id, due.message_id, error)
                self._announcer.changed(conversation_id)
        if pause > 0:
            self._lanes.wake_later(conversation_id, pause)
        return due is not None and pause <= 0

    async def _forget(self, conversation_id: str) -> None:
        await self._rasa.forget(conversation_id)
        await asyncio.to_thread(self._book.mark_forgotten, conversation_id)
        log.info("conversation.forgotten", conversation=conversation_id)

    async def _make(self, conversation_id: str, due: Due) -> None:
        began = time.perf_counter()
        if due.for_staff and not await self._must_act(due):
            await asyncio.to_thread(self._book.silence, due.message_id)
            return
        heard = await self._rasa.turn(conversation_id, due.message_id, due.said)
        kept = await asyncio.to_thread(
            self._book.complete, conversation_id, due.message_id, heard, for_staff=due.for_staff
        )
        log.info(
            "turn.made",
            conversation=conversation_id,
            message=due.message_id,
            replies=len(heard) if kept else 0,
            seconds=round(time.perf_counter() - began, 3),
        )

    async def _must_act(self, due: Due) -> bool:
        if due.pressed == STOP_CONTACT:
            return True
        text = due.said.get("text")
        if not text:
            return False
        if asks_to_stop(text):
            return True
        understood = await self._rasa.parse([text])
        return understood[0].intent == STOP_CONTACT
