"""Whoever starts Farewell reads in one line how it stands on Telegram."""

from __future__ import annotations

import pytest

from bot.start.launch import describe_telegram

BOT = "https://t.me/oak_bot"


@pytest.mark.parametrize(
    ("health", "line"),
    [
        ({"telegram": "off"}, "off; put TELEGRAM_BOT_TOKEN into .env (docs/telegram.md)"),
        ({"telegram": "ok", "telegram_address": BOT}, BOT),
        ({"telegram": "has not answered yet", "telegram_address": None}, "has not answered yet"),
        (
            {"telegram": "Telegram refuses the token: check TELEGRAM_BOT_TOKEN", "telegram_address": None},
            "Telegram refuses the token: check TELEGRAM_BOT_TOKEN",
        ),
        (
            {"telegram": "another program takes this bot's messages", "telegram_address": BOT},
            f"{BOT}, but another program takes this bot's messages",
        ),
        ({}, "is not known"),
    ],
)
def test_the_line_says_where_the_bot_is_or_what_to_do(health: dict[str, str | None], line: str) -> None:
    assert describe_telegram(health) == line
