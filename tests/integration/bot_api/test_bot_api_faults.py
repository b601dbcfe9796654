"""How trouble between the bot and Telegram looks to python-telegram-bot: a sender decides by it whether to send again.

Not sent for certain: no connection (ConnectError, ConnectTimeout, PoolTimeout). Refused: an answer of Telegram's own.
Everything else may have arrived or not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from tests.gateway import until
from tests.telegram.bot_api import BotApi
from tests.telegram.library import make_bot, read_texts
from tests.telegram.people import Person

# What a fault looks like: the library's exception, and the one behind it.
Look = tuple[type[TelegramError], type[Exception] | None]


async def send(bot: Bot, person: Person, text: str = "hello") -> Look:
    """Send what is bound to fail and return how it looks."""
    with pytest.raises(TelegramError) as failed:
        await bot.send_message(person.chat_id, text)
    cause = failed.value.__cause__
    assert cause is None or isinstance(cause, Exception)
    return type(failed.value), type(cause) if cause else None


@pytest.mark.parametrize(
    ("reset", "look"),
    [
        pytest.param(False, (NetworkError, httpx.RemoteProtocolError), id="closed"),
        pytest.param(True, (NetworkError, httpx.ReadError), id="reset"),
    ],
)
async def test_a_connection_that_breaks_looks_the_same_whether_or_not_the_message_arrived(
    api: BotApi, bot: Bot, ada: Person, reset: bool, look: Look
) -> None:
    api.faults.cut_before("sendMessage", reset=reset)
    assert await send(bot, ada, "never arrives") == look
    api.faults.cut_after("sendMessage", reset=reset)
    assert await send(bot, ada, "arrives") == look
    await bot.send_message(ada.chat_id, "and on it goes")
    assert ada.heard == ["arrives", "and on it goes"]
    assert api.faults.left == 0


async def test_an_answer_that_takes_too_long_times_out_though_the_message_arrived(api: BotApi, ada: Person) -> None:
    async with make_bot(api, read_timeout=0.2) as bot:
        api.faults.delay("sendMessage", 0.4)
        assert await send(bot, ada) == (TimedOut, httpx.ReadTimeout)
    assert ada.heard == ["hello"]


async def test_a_message_that_finds_no_free_connection_was_not_sent(api: BotApi, ada: Person) -> None:
    async with make_bot(api, connection_pool_size=1, pool_timeout=0.05) as bot:
        api.faults.delay("sendMessage", 0.3)
        slow = asyncio.create_task(bot.send_message(ada.chat_id, "first"))
        await until(lambda: ada.heard == ["first"], "the first message has arrived")
        assert await send(bot, ada, "second") == (TimedOut, httpx.PoolTimeout)
        await slow
    assert ada.heard == ["first"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_proxys_error_page_says_nothing_of_whether_the_message_arrived(
    api: BotApi, bot: Bot, ada: Person, status: int
) -> None:
    api.faults.status("sendMessage", status)
    assert await send(bot, ada, "never arrives") == (NetworkError, TelegramError)
    api.faults.status("sendMessage", status, done=True)
    assert await send(bot, ada, "arrives") == (NetworkError, TelegramError)
    assert ada.heard == ["arrives"]


async def test_a_page_in_place_of_an_answer_is_not_even_a_network_error(api: BotApi, bot: Bot, ada: Person) -> None:
    api.faults.status("sendMessage", 200)
    kind, cause = await send(bot, ada)
    assert kind is TelegramError
    assert cause is not None
    assert issubclass(cause, ValueError)


@pytest.mark.parametrize(
    ("arrange", "look"),
    [
        (lambda api: api.faults.fail("sendMessage"), (NetworkError, None)),
        (lambda api: api.faults.fail("sendMessage", 400, "Bad Request: chat not found"), (BadRequest, None)),
        (lambda api: api.faults.fail("sendMessage", 401, "Unauthorized"), (InvalidToken, None)),
        (lambda api: api.faults.fail("sendMessage", 403, "Forbidden: bot was blocked by the user"), (Forbidden, None)),
        (lambda api: api.faults.fail("sendMessage", 404, "Not Found"), (InvalidToken, None)),
        (lambda api: api.faults.fail("sendMessage", 409, "Conflict"), (Conflict, None)),
        (lambda api: api.faults.flood("sendMessage", 7), (RetryAfter, None)),
        (lambda api: api.faults.fail("sendMessage", 429, "Too Many Requests"), (NetworkError, None)),
    ],
    ids=["500", "400", "401", "403", "404", "409", "429", "429 that does not say how long"],
)
async def test_what_telegram_itself_refuses_has_not_arrived(
    api: BotApi, bot: Bot, ada: Person, arrange: Callable[[BotApi], None], look: Look
) -> None:
    arrange(api)
    assert await send(bot, ada) == look
    assert ada.heard == []


async def test_refusals_and_passing_trouble_must_be_told_apart_by_their_very_class() -> None:
    assert issubclass(BadRequest, NetworkError)
    assert issubclass(TimedOut, NetworkError)
    assert not issubclass(Forbidden, NetworkError)
    assert not issubclass(RetryAfter, NetworkError)


async def test_a_fault_can_concern_one_chat_alone_and_happens_as_often_as_asked(
    api: BotApi, bot: Bot, ada: Person
) -> None:
    bo = api.person("Bo")
    bo.start()
    api.faults.flood("sendMessage", 30, times=2, chat_id=ada.chat_id)
    await bot.send_message(bo.chat_id, "hello")
    for _ in range(2):
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(ada.chat_id, "hello")
    assert str(refused.value.retry_after) == "0:00:30"
    await bot.send_message(ada.chat_id, "hello")
    assert ada.heard == bo.heard == ["hello"]


async def test_trouble_for_every_method_lasts_until_it_is_cleared(api: BotApi, bot: Bot, ada: Person) -> None:
    api.faults.fail("*", times=None)
    for _ in range(2):
        for call in (bot.get_me(), bot.send_message(ada.chat_id, "hello"), bot.get_updates()):
            with pytest.raises(NetworkError):
                await call
    api.faults.clear()
    await bot.send_message(ada.chat_id, "hello")
    assert ada.heard == ["hello"]


async def test_an_update_whose_answer_got_lost_is_handed_out_again(api: BotApi, bot: Bot, ada: Person) -> None:
    ada.type("hello")
    api.faults.cut_after("getUpdates")
    with pytest.raises(NetworkError):
        await bot.get_updates(timeout=5)
    assert read_texts(await bot.get_updates(timeout=5)) == ["hello"]


async def test_while_telegram_is_down_nothing_is_sent_and_nothing_is_forgotten(
    api: BotApi, bot: Bot, ada: Person
) -> None:
    await bot.send_message(ada.chat_id, "before")
    api.down()
    assert await send(bot, ada, "meanwhile") == (NetworkError, httpx.ConnectError)
    ada.type("are you there?")
    url = api.url
    api.up()
    assert api.url == url
    await bot.send_message(ada.chat_id, "after")
    assert ada.heard == ["before", "after"]
    assert read_texts(await bot.get_updates()) == ["are you there?"]


async def test_a_poll_and_a_slow_request_break_off_when_telegram_goes_down(api: BotApi, bot: Bot, ada: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    api.faults.delay("sendMessage", 0.5)
    slow = asyncio.create_task(bot.send_message(ada.chat_id, "hello"))
    await until(lambda: api.count_calls("getUpdates") and ada.heard, "both requests have come")
    await asyncio.to_thread(api.down)
    for broken in (poll, slow):
        with pytest.raises(NetworkError) as failed:
            await broken
        assert isinstance(failed.value.__cause__, httpx.RemoteProtocolError | httpx.ReadError)
    api.up()
    ada.type("hello?")
    assert read_texts(await bot.get_updates(timeout=5)) == ["hello?"]
