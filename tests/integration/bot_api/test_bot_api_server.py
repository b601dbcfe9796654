"""Our Bot API server hands out updates as Telegram documents it, to python-telegram-bot as it comes."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import Conflict, EndPointNotFound, InvalidToken

from tests.gateway import until
from tests.serving import serve
from tests.stack import wait_until
from tests.telegram.bot_api import BotApi
from tests.telegram.library import make_bot, read_texts
from tests.telegram.people import Person

KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Too expensive", callback_data="b1")], [InlineKeyboardButton("Other", callback_data="b2")]]
)


# ---- who is who -----------------------------------------------------------------------------------------------------


async def test_the_bot_learns_who_it_is(api: BotApi, bot: Bot) -> None:
    assert bot.id == api.bot["id"]
    assert bot.username == "farewell_test_bot"


async def test_a_wrong_token_is_refused(api: BotApi) -> None:
    with pytest.raises(InvalidToken, match="rejected"):
        async with make_bot(api, token="123:wrong"):
            pass


async def test_a_method_that_is_not_there_is_not_found(bot: Bot) -> None:
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendCarrierPigeon")


@pytest.mark.parametrize("way", ["data", "json", "params", "multipart"])
def test_parameters_come_in_every_documented_way(api: BotApi, ada: Person, way: str) -> None:
    said = {"chat_id": str(ada.chat_id), "text": "Grüezi"}
    given: dict[str, Any] = {way: said} if way != "multipart" else {"files": {k: (None, v) for k, v in said.items()}}
    answer = httpx.post(f"{api.base_url}{api.token}/sendMessage", **given, trust_env=False).json()
    assert answer["result"]["text"] == "Grüezi"
    assert ada.heard == ["Grüezi"]


def test_what_cannot_be_read_is_a_bad_request(api: BotApi) -> None:
    headers = {"content-type": "application/json"}
    answer = httpx.post(f"{api.base_url}{api.token}/getMe", content=b"[1", headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["ok"]) == (400, False)


# ---- fetching updates -----------------------------------------------------------------------------------------------


async def test_an_update_is_handed_out_until_a_higher_offset_confirms_it(api: BotApi, bot: Bot, ada: Person) -> None:
    for text in ("one", "two", "three"):
        ada.type(text)
    first = await bot.get_updates()
    assert read_texts(first) == ["one", "two", "three"]
    assert read_texts(await bot.get_updates(offset=first[1].update_id)) == ["two", "three"]
    assert read_texts(await bot.get_updates()) == ["two", "three"]
    assert await bot.get_updates(offset=first[2].update_id + 1) == ()
    assert api.waiting_updates == 0


async def test_at_most_so_many_updates_come_at_once(bot: Bot, ada: Person) -> None:
    for number in range(105):
        ada.type(str(number))
    assert read_texts(await bot.get_updates(limit=2)) == ["0", "1"]
    assert len(await bot.get_updates(limit=1000)) == 100


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(api: BotApi, bot: Bot, ada: Person) -> None:
    for text in ("one", "two", "three"):
        ada.type(text)
    assert read_texts(await bot.get_updates(offset=-1)) == ["three"]
    assert api.waiting_updates == 1


async def test_a_poll_waits_and_is_answered_as_soon_as_somebody_writes(api: BotApi, bot: Bot, ada: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await until(lambda: api.count_calls("getUpdates") == 1, "the poll has come")
    ada.type("hello")
    async with asyncio.timeout(2):
        assert read_texts(await poll) == ["hello"]


async def test_a_poll_ends_empty_when_nobody_writes(bot: Bot) -> None:
    assert await bot.get_updates(timeout=1) == ()


async def test_of_two_polls_at_once_the_earlier_ends_in_a_conflict(api: BotApi, bot: Bot, ada: Person) -> None:
    earlier = asyncio.create_task(bot.get_updates(timeout=20))
    await until(lambda: api.count_calls("getUpdates") == 1, "the first poll has come")
    async with make_bot(api) as second:
        later = asyncio.create_task(second.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await earlier
        ada.type("hello")
        assert read_texts(await later) == ["hello"]


async def test_only_the_kinds_of_updates_that_the_bot_wants_are_kept(bot: Bot, ada: Person) -> None:
    await bot.get_updates(allowed_updates=["message"])
    edited = ada.edit(ada.type("helo"), "hello")
    assert edited.update_id is None
    assert read_texts(await bot.get_updates()) == ["helo"]
    await bot.get_updates(allowed_updates=[])
    ada.edit(edited, "hello there")
    assert [update.edited_message is not None for update in await bot.get_updates()] == [False, True]


async def test_an_update_can_come_a_second_time_though_it_was_confirmed(api: BotApi, bot: Bot, ada: Person) -> None:
    first = ada.type("one").update_id
    assert first is not None
    second = ada.type("two").update_id
    assert second is not None
    await bot.get_updates(offset=second + 1)
    api.repeat_update(first)
    assert [update.update_id for update in await bot.get_updates(offset=second + 1)] == [first]
    assert await bot.get_updates(offset=second + 1) == ()


async def test_updates_can_be_held_back(api: BotApi, bot: Bot, ada: Person) -> None:
    api.hold_updates()
    ada.type("hello")
    assert await bot.get_updates() == ()
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await until(lambda: api.count_calls("getUpdates") == 2, "the poll has come")
    api.release_updates()
    assert read_texts(await poll) == ["hello"]


async def test_after_a_quiet_week_the_old_offset_is_too_high_and_counts_for_nothing(
    api: BotApi, bot: Bot, ada: Person
) -> None:
    old = ada.type("before").update_id
    assert old is not None
    await bot.get_updates(offset=old + 1)
    api.renumber()
    new = ada.type("after").update_id
    assert new is not None
    assert new < old
    # It confirms nothing either: only an offset taken from the update that came last does.
    for _ in range(2):
        assert read_texts(await bot.get_updates(offset=old + 1)) == ["after"]
    assert await bot.get_updates(offset=new + 1) == ()


async def test_telegram_keeps_a_press_for_minutes_and_a_message_for_a_day(api: BotApi, bot: Bot, ada: Person) -> None:
    await bot.send_message(ada.chat_id, "Why?", reply_markup=KEYBOARD)
    ada.press("Other")
    ada.type("hello")
    api.pass_time(151)
    assert read_texts(await bot.get_updates()) == ["hello"]
    api.pass_time(86_400)
    assert await bot.get_updates() == ()


# ---- how it is run --------------------------------------------------------------------------------------------------


async def test_it_can_be_served_in_a_tests_own_event_loop() -> None:
    api = BotApi()
    try:
        ada = api.person("Ada")
        async with serve(api.app) as url, make_bot(api, url=url) as bot:
            poll = asyncio.create_task(bot.get_updates(timeout=20))
            await until(lambda: api.count_calls("getUpdates") == 1, "the poll has come")
            ada.start()
            assert read_texts(await poll) == ["/start"]
    finally:
        api.close()


def test_it_serves_a_test_without_an_event_loop(api: BotApi, ada: Person) -> None:
    def fetch() -> list[dict[str, Any]]:
        url = f"{api.base_url}{api.token}/getUpdates"
        result: list[dict[str, Any]] = httpx.get(url, params={"timeout": 5}, trust_env=False).json()["result"]
        return result

    ada.type("hello")
    wait_until(lambda: fetch()[0]["message"]["text"] == "hello", "the update is there")
