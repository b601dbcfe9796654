"""Takes updates in from Telegram: asks for them again and again, or is called with them.

Whichever it is, an update is in the record before Telegram is told that we have it.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Sequence

import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.deeds import read_update
from bot.channels.telegram.update_book import UpdateBook

log = structlog.get_logger()

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
POLL_SECONDS = 25
"""How long Telegram may keep a question open in which nothing happens."""
DELAYS = (1, 2, 5, 10, 30)
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  It is the name of a header.
WEBHOOK_PATH = "/telegram/updates"


class Reception:
    """Keeps updates and wakes whoever deals with them. `trouble` says in a few words why nothing comes in."""

    def __init__(self, book: UpdateBook, wake: Callable[[int], None]) -> None:
        self._book = book
        self._wake = wake
        self.trouble: str | None = None

    async def keep(self, updates: Sequence[Update]) -> None:
        """Keep updates, all or none."""
        read = [(update.update_id, deed) for update in updates if (deed := read_update(update)) is not None]
        if read:
            await asyncio.to_thread(self._book.keep, [(number, chat, deed) for number, (chat, deed) in read])
        for _, (chat, _deed) in read:
            self._wake(chat)

    async def poll(self, bot: Bot) -> None:
        """Ask for updates until cancelled."""
        offset: int | None = None
        failures = 0
        while True:
            try:
                updates = await bot.get_updates(offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED)
                await self.keep(updates)
            except Exception as error:  # Telegram or the database is away; nothing was confirmed, so it comes again.
                self.trouble = describe(error)
                log.warning("telegram.poll_failed", error=type(error).__name__)
                await asyncio.sleep(_choose_pause(error, failures))
                failures += 1
                continue
            self.trouble, failures = None, 0
            if updates:
                # The last one's, not the highest: Telegram may begin its ids anew.
                offset = updates[-1].update_id + 1

    def build(self, bot: Bot, secret: str) -> APIRouter:
        """Return the route that Telegram calls."""

        async def take(request: Request) -> Response:
            given = request.headers.get(SECRET_HEADER, "").encode()
            if not hmac.compare_digest(given, secret.encode()):
                return Response(status_code=403)
            try:
                update = Update.de_json(await request.json(), bot)
            except (ValueError, TypeError, KeyError):
                return Response(status_code=400)
            try:
                await self.keep([update])
            except Exception as error:  # Telegram brings it again.
                log.error("telegram.not_kept", error=type(error).__name__)
                return Response(status_code=503)
            return Response(status_code=200)

        router = APIRouter(include_in_schema=False)
        router.add_route(WEBHOOK_PATH, take, methods=["POST"])
        return router


def describe(error: Exception) -> str:
    """Return in a few words what is wrong, for the operator; never the error's own words, which may hold the token."""
    match error:
        case InvalidToken():
            return "Telegram refuses the token: check TELEGRAM_BOT_TOKEN"
        case Conflict():
            return "another program takes this bot's messages: stop it, there can be only one"
        case TelegramError():
            return f"Telegram cannot be reached ({type(error).__name__})"
        case _:
            return f"what comes in cannot be kept ({type(error).__name__})"


def _choose_pause(error: Exception, failures: int) -> float:
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return wait if isinstance(wait, int | float) else wait.total_seconds()
    return DELAYS[min(failures, len(DELAYS) - 1)]
