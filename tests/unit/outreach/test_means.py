from __future__ import annotations

import pytest

from bot.outreach.means import limit_channels
from bot.retention.channels import Channel
from tests.gateway import make_settings
from tests.lapsed import POLICY

MAIL = {"smtp_host": "127.0.0.1", "email_from": "hello@bramble-and-oak.example"}
BOT = {"telegram_bot_token": "123456:ABC-DEF_ghi-JKL_mno-PQR"}


@pytest.mark.parametrize(
    ("settings", "channels"),
    [
        ({}, {Channel.PHONE}),
        (MAIL, {Channel.EMAIL, Channel.PHONE}),
        (BOT, {Channel.TELEGRAM, Channel.PHONE}),
        (MAIL | BOT, {Channel.TELEGRAM, Channel.EMAIL, Channel.PHONE}),
    ],
    ids=["nothing", "mail", "a bot", "both"],
)
def test_nobody_waits_for_a_message_on_a_channel_that_is_not_set_up(
    settings: dict[str, str], channels: set[Channel]
) -> None:
    assert set(limit_channels(POLICY, make_settings(**settings)).winback.channels) == channels
