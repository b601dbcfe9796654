"""Sends letters over Telegram, and says what can be known of how that went.

Everything is plain text: nothing a person wrote is ever read as markup.
"""

from __future__ import annotations

import aiohttp
from telegram import Bot, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.keyboards import lay_out
from bot.conversations.copy import GatewayCopy, Sentence
from bot.conversations.inbox import SKIP_AND_CANCEL
from bot.conversations.letter_book import Envelope
from bot.conversations.outbox import LetterRefused, NotSent, OutcomeUnknown, TooMany

_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError)
_NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid")


class TelegramSender:
    """Sends through one bot."""

    def __init__(self, bot: Bot, copy: GatewayCopy) -> None:
        self._bot = bot
        self._copy = copy

    async def send(self, envelope: Envelope) -> str:
        """Send a letter, and return Telegram's id for the message.

        Raises:
            NotSent, OutcomeUnknown, LetterRefused: when it has not arrived, or when that cannot be known.
        """
        buttons = list(envelope.buttons)
        if envelope.open_ended:
            buttons.append((SKIP_AND_CANCEL, self._copy.say(Sentence.SKIP_AND_CANCEL)))
        try:
            message = await self._bot.send_message(
                int(envelope.address),
                envelope.text,
                reply_markup=lay_out(buttons),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as error:
            raise explain(error) from None
        return str(message.message_id)


def explain(error: Exception) -> Exception:
    """Return what an error means for what was to be sent. Its own words are not kept: they may quote the answer, or the
    token. `BadRequest` and `TimedOut` are kinds of `NetworkError`, so they are looked for first."""
    name = type(error).__name__
    cause = error.__cause__
    match error:
        case RetryAfter():
            wait = error.retry_after
            return TooMany(wait if isinstance(wait, int | float) else wait.total_seconds())
        case Forbidden():
            return LetterRefused(name, unreachable=True)
        case BadRequest():
            unreachable = any(sign in str(error).lower() for sign in _NO_SUCH_CHAT)
            return LetterRefused(name, unreachable=unreachable)
        case ChatMigrated():
            return LetterRefused(name)
        case InvalidToken() | Conflict():
            return NotSent(name, channel_is_away=True)
        case TimedOut() | NetworkError() if isinstance(cause, _NEVER_LEFT):
            return NotSent(type(cause).__name__, channel_is_away=True)
        case TimedOut() | NetworkError() if cause is not None and not isinstance(cause, TelegramError):
            return OutcomeUnknown(type(cause).__name__)
        case NetworkError():
            # Telegram, or a proxy before it, has answered that it failed.
            return OutcomeUnknown(name, answered=True)
        case _:
            return OutcomeUnknown(name)
