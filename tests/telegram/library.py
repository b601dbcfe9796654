"""The bot of python-telegram-bot, pointed at a Bot API of ours.

Nothing of the library is replaced: only the certificates that plain HTTP does not need are left out, to save time.
"""

from __future__ import annotations

from typing import Any

from telegram import Bot, Update
from telegram.request import HTTPXRequest

from tests.telegram.bot_api import BotApi


def make_bot(api: BotApi, *, url: str | None = None, token: str | None = None, **request: Any) -> Bot:
    """Return a bot for that API; `request` goes to HTTPXRequest (`read_timeout` in seconds, and so on)."""
    requests = [HTTPXRequest(httpx_kwargs={"verify": False}, **request) for _ in range(2)]
    return Bot(token or api.token, f"{url or api.url}/bot", request=requests[0], get_updates_request=requests[1])


def read_texts(updates: tuple[Update, ...]) -> list[str | None]:
    """Return what was written in each update, None for one that is no message."""
    return [update.message.text if update.message else None for update in updates]
