"""The Telegram channel as one thing: what comes in, what leaves, and how it stands."""

from __future__ import annotations

import asyncio
import contextlib
import os
from functools import partial

import structlog
from fastapi import APIRouter
from telegram import Bot, BotCommand
from telegram.error import TelegramError
from telegram.helpers import create_deep_linked_url

from bot.channels.telegram.deeds import COMMANDS
from bot.channels.telegram.handler import DeedHandler
from bot.channels.telegram.reception import ALLOWED, WEBHOOK_PATH, Reception, describe
from bot.channels.telegram.requests import AiohttpRequest
from bot.channels.telegram.sender import TelegramSender
from bot.channels.telegram.update_book import UpdateBook
from bot.channels.telegram.worker import UpdateWorker
from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.chats import ChatService
from bot.conversations.copy import GatewayCopy, Sentence
from bot.conversations.inbox import ConversationService
from bot.conversations.letter_book import Gate, LetterBook
from bot.conversations.outbox import Outbox
from bot.settings import Settings
from bot.storage.tables import Channel
from bot.storage.unit_of_work import Database

log = structlog.get_logger()

CONNECT_SECONDS, READ_SECONDS = 5, 15
RETRY_SECONDS = 10

# The library's own times become what they will be in its next version.
os.environ.setdefault("PTB_TIMEDELTA", "1")


class TelegramChannel:
    """Carries between Telegram and the conversations as long as `run` runs."""

    def __init__(
        self,
        token: str,
        settings: Settings,
        database: Database,
        conversations: ConversationService,
        chats: ChatService,
        announcer: Announcer,
        copy: GatewayCopy,
        clock: Clock,
        gate: Gate | None = None,
    ) -> None:
        self._settings = settings
        self._chats = chats
        self._announcer = announcer
        self._copy = copy
        self._bot = _make_bot(token, settings.telegram_api_base_url)
        self._updates = UpdateBook(database, clock)
        letters = LetterBook(database, Channel.TELEGRAM, clock, gate, settings.worker)
        handler = DeedHandler(chats, conversations, letters, copy)
        self._worker = UpdateWorker(self._updates, handler, self._bot)
        self._reception = Reception(self._updates, self._worker.wake)
        self._outbox = Outbox(letters, TelegramSender(self._bot, copy))
        self._trouble: str | None = "has not answered yet"
        self._address: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why Telegram does not work at the moment, in a few words; None when it does."""
        return self._trouble or self._reception.trouble or self._outbox.trouble

    @property
    def address(self) -> str | None:
        """Where people find the bot; None until its name is known."""
        return self._address

    def build(self) -> APIRouter:
        """Return the routes: one where Telegram calls us, none where we ask Telegram."""
        secret = self._settings.telegram_webhook_secret
        return self._reception.build(self._bot, secret.get_secret_value()) if secret else APIRouter()

    async def run(self) -> None:
        """Carry until cancelled."""
        self._announcer.set_on_change(self._outbox.wake)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._worker.run())
                tasks.create_task(self._outbox.run())
                tasks.create_task(self._receive())
        finally:
            self._announcer.set_on_change(None)
            with contextlib.suppress(Exception):
                await self._bot.shutdown()

    def remove_old(self) -> None:
        """Forget updates that cannot come again."""
        self._updates.remove_old()

    async def _receive(self) -> None:
        while not await self._introduce():  # noqa: ASYNC110  Telegram announces nothing either.
            await asyncio.sleep(RETRY_SECONDS)
        if self._settings.telegram_webhook_secret is None:
            await self._reception.poll(self._bot)

    async def _introduce(self) -> bool:
        """Learn the bot's name, and agree with Telegram on how updates come; tell whether that was done."""
        try:
            await self._bot.initialize()
            await self._bot.set_my_commands([BotCommand(name, self._describe(name)) for name in COMMANDS])
            secret = self._settings.telegram_webhook_secret
            if secret is None:
                await self._bot.delete_webhook(drop_pending_updates=False)
            else:
                await self._bot.set_webhook(
                    self._settings.address + WEBHOOK_PATH,
                    secret_token=secret.get_secret_value(),
                    allowed_updates=ALLOWED,
                )
        except (TelegramError, RuntimeError) as error:
            self._trouble = describe(error)
            log.warning("telegram.not_ready", error=type(error).__name__, remedy=self._trouble)
            return False
        self._trouble = None
        self._address = self._bot.link
        self._chats.open_door(Channel.TELEGRAM, partial(create_deep_linked_url, self._bot.username))
        log.info("telegram.ready", bot=self._bot.username, webhook=secret is not None)
        return True

    def _describe(self, name: str) -> str:
        return self._copy.say(Sentence(f"utter_gateway_command_{name}"))


def _make_bot(token: str, base_url: str) -> Bot:
    base = base_url.rstrip("/")
    return Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=AiohttpRequest(CONNECT_SECONDS, READ_SECONDS),
        get_updates_request=AiohttpRequest(CONNECT_SECONDS, READ_SECONDS),
    )
