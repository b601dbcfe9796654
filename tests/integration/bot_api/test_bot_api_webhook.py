"""Our Bot API server posts updates to a webhook as Telegram documents it: with the secret, in order, until taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict

from tests.gateway import until
from tests.receiver import Receiver
from tests.telegram.bot_api import BotApi
from tests.telegram.library import read_texts
from tests.telegram.people import Person

SECRET = "s3cret_-token"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver().running() as running:
        yield running


def read_posts(receiver: Receiver) -> list[str | None]:
    updates = [Update.de_json(json.loads(received.body)) for received in receiver.received]
    return read_texts(tuple(update for update in updates if update))


async def test_updates_are_posted_in_order_with_the_secret(
    api: BotApi, bot: Bot, ada: Person, receiver: Receiver
) -> None:
    ada.type("before")
    await bot.set_webhook(receiver.url, secret_token=SECRET)
    for text in ("one", "two", "three"):
        ada.type(text)
    await until(lambda: api.waiting_updates == 0, "everything is delivered")
    assert read_posts(receiver) == ["before", "one", "two", "three"]
    assert {received.headers["x-telegram-bot-api-secret-token"] for received in receiver.received} == {SECRET}


async def test_an_update_that_is_not_taken_is_posted_again_before_the_next(
    api: BotApi, bot: Bot, ada: Person, receiver: Receiver
) -> None:
    receiver.behaviours = [500, "cut", 302]
    await bot.set_webhook(receiver.url)
    ada.type("one")
    ada.type("two")
    await until(lambda: api.waiting_updates == 0, "everything is delivered")
    assert read_posts(receiver) == ["one", "one", "one", "one", "two"]
    assert "x-telegram-bot-api-secret-token" not in receiver.received[0].headers
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == (receiver.url, 0)
    assert info.last_error_message is not None
    assert "302" in info.last_error_message


async def test_updates_wait_while_nobody_listens_at_the_address(
    api: BotApi, bot: Bot, ada: Person, receiver: Receiver
) -> None:
    url = receiver.url
    async with Receiver().running() as later:
        port = later.port
    await bot.set_webhook(url.replace(str(receiver.port), str(port)))
    ada.type("hello")
    await until(lambda: api.webhook.last_error is not None, "it was tried in vain")
    assert api.waiting_updates == 1
    async with Receiver(port).running() as back:
        await until(lambda: api.waiting_updates == 0, "it is delivered")
        assert read_posts(back) == ["hello"]


async def test_trouble_in_one_chat_does_not_hold_up_another(
    api: BotApi, bot: Bot, ada: Person, receiver: Receiver
) -> None:
    receiver.behaviours = ["silence"]
    await bot.set_webhook(receiver.url)
    ada.type("hello")
    await until(lambda: len(receiver.received) == 1, "the first post hangs")
    api.person("Bo").start()
    await until(lambda: read_posts(receiver) == ["hello", "/start"], "the other chat is served")
    assert api.waiting_updates == 1


async def test_a_press_may_overtake_a_message_of_the_same_person(
    api: BotApi, bot: Bot, ada: Person, receiver: Receiver
) -> None:
    await bot.send_message(
        ada.chat_id, "Why?", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Other", callback_data="b")]])
    )
    receiver.behaviours = ["silence"]
    await bot.set_webhook(receiver.url)
    ada.type("hello")
    await until(lambda: len(receiver.received) == 1, "the first post hangs")
    ada.press("Other")
    await until(lambda: len(receiver.received) == 2, "the press is posted")
    assert "callback_query" in json.loads(receiver.received[1].body)


async def test_a_posted_update_can_come_a_second_time(api: BotApi, bot: Bot, ada: Person, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    ada.type("hello")
    await until(lambda: api.waiting_updates == 0, "it is delivered")
    api.repeat_update(api.last_update_id)
    await until(lambda: len(receiver.received) == 2, "it is delivered again")
    assert receiver.received[0].body == receiver.received[1].body


async def test_updates_for_a_webhook_can_be_held_back(api: BotApi, bot: Bot, ada: Person, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    api.hold_updates()
    ada.type("one")
    ada.type("two")
    for _ in range(5):
        # Each answer comes from the event loop that would have posted them.
        assert (await bot.get_webhook_info()).pending_update_count == 2
    assert receiver.received == []
    api.release_updates()
    await until(lambda: read_posts(receiver) == ["one", "two"], "both are delivered")


async def test_what_waits_is_posted_when_telegram_is_back(
    api: BotApi, bot: Bot, ada: Person, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url)
    await asyncio.to_thread(api.down)
    ada.type("hello")
    assert receiver.received == []
    api.up()
    await until(lambda: read_posts(receiver) == ["hello"], "it is delivered")


async def test_with_a_webhook_there_are_no_polls(api: BotApi, bot: Bot, ada: Person, receiver: Receiver) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await until(lambda: api.count_calls("getUpdates") == 1, "the poll has come")
    await bot.set_webhook(receiver.url, allowed_updates=["message"], max_connections=3)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    info = await bot.get_webhook_info()
    assert (info.allowed_updates, info.max_connections) == (("message",), 3)
    await bot.delete_webhook()
    ada.type("hello")
    assert read_texts(await bot.get_updates()) == ["hello"]
    assert (await bot.get_webhook_info()).url == ""
    assert receiver.received == []


async def test_what_waits_is_dropped_only_when_asked_to(api: BotApi, bot: Bot, ada: Person) -> None:
    ada.type("hello")
    await bot.delete_webhook()
    assert api.waiting_updates == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert api.waiting_updates == 0


async def test_an_address_without_https_and_a_strange_secret_are_refused(bot: Bot, receiver: Receiver) -> None:
    with pytest.raises(BadRequest, match="https url must be provided"):
        await bot.set_webhook("http://shop.example/hook")
    with pytest.raises(BadRequest, match="unallowed characters"):
        await bot.set_webhook(receiver.url, secret_token="not allowed!")
