"""Deals with what came in from Telegram: each chat's strictly in order, different chats at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.handler import Aftermath, DeedHandler
from bot.channels.telegram.update_book import UpdateBook
from bot.conversations.lanes import Lanes
from bot.storage.database import is_passing

log = structlog.get_logger()

PARALLEL = 8
SWEEP_SECONDS = 5


class UpdateWorker:
    """Deals with updates as long as `run` runs. `wake` may be called from any thread."""

    def __init__(self, book: UpdateBook, handler: DeedHandler, bot: Bot) -> None:
        self._book = book
        self._handler = handler
        self._bot = bot
        self._lanes = Lanes(self._serve, PARALLEL)
        self._after: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deal with what waits until cancelled; then let what is under way finish, if it does so soon."""
        self._lanes.open()
        try:
            while True:
                await self._sweep()
                await asyncio.sleep(SWEEP_SECONDS)
        finally:
            await self._lanes.close()
            for task in self._after:
                task.cancel()

    def wake(self, chat_id: int) -> None:
        """Look at a chat now."""
        self._lanes.wake(chat_id)

    async def _sweep(self) -> None:
        try:
            chats = await asyncio.to_thread(self._book.list_chats)
        except Exception as error:  # The database may be away for a moment; the next sweep looks again.
            log.error("updates.sweep_failed", error=type(error).__name__)
            return
        for chat_id in chats:
            self._lanes.serve(chat_id)

    async def _serve(self, chat_id: int) -> None:
        try:
            while await self._handle_next(chat_id):
                pass
        except Exception as error:  # The worker must outlive one chat's trouble; a sweep comes back.
            log.error("update.stumbled", error=type(error).__name__)

    async def _handle_next(self, chat_id: int) -> bool:
        """Deal with what comes next in a chat, and return whether to look for more at once."""
        due = await asyncio.to_thread(self._book.look, chat_id)
        if due is None:
            return False
        try:
            aftermath = await asyncio.to_thread(self._handler.handle, due.update_id, chat_id, due.deed)
        except Exception as error:
            is_mistake = not is_passing(error)
            log.error("update.not_handled", update=due.update_id, error=type(error).__name__)
            pause = await asyncio.to_thread(self._book.note_failure, due.update_id, error, is_mistake=is_mistake)
            if pause:
                self._lanes.wake_later(chat_id, pause)
            return not pause
        await asyncio.to_thread(self._book.note_done, due.update_id)
        # It is for the eye alone, so nobody waits for it.
        task = asyncio.get_running_loop().create_task(self._tidy_up(chat_id, aftermath))
        self._after.add(task)
        task.add_done_callback(self._after.discard)
        return True

    async def _tidy_up(self, chat_id: int, aftermath: Aftermath) -> None:
        if aftermath.query_id is not None:
            await self._try(self._bot.answer_callback_query(aftermath.query_id, aftermath.notice))
        for message_id in filter(None, aftermath.hide):
            await self._try(self._bot.edit_message_reply_markup(chat_id, int(message_id)))
        if aftermath.leave:
            await self._try(self._bot.send_message(chat_id, aftermath.notice or ""))
            await self._try(self._bot.leave_chat(chat_id))

    async def _try(self, call: Awaitable[object]) -> None:
        try:
            await call
        except TelegramError as error:
            log.info("telegram.not_tidied", error=type(error).__name__)
