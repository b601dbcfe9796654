"""What a bot sends through our Bot API server arrives, or is refused as Telegram refuses it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, RetryAfter

from tests.telegram.bot_api import BotApi
from tests.telegram.people import Person

KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Too expensive", callback_data="b1")], [InlineKeyboardButton("Other", callback_data="b2")]]
)


# ---- sending --------------------------------------------------------------------------------------------------------


async def test_what_the_bot_sends_is_seen_and_written_down(api: BotApi, bot: Bot, ada: Person) -> None:
    sent = await bot.send_message(ada.chat_id, "<b>Why</b> do you leave?", reply_markup=KEYBOARD)
    assert (ada.messages[-1].id, ada.messages[-1].text) == (sent.message_id, "<b>Why</b> do you leave?")
    assert ada.messages[-1].from_bot
    assert ada.messages[-1].buttons == ["Too expensive", "Other"]
    assert [(each.chat_id, each.text, each.message_id) for each in api.deliveries] == [
        (ada.chat_id, sent.text, sent.message_id)
    ]
    assert api.deliveries[0].parse_mode is None
    await bot.send_message(ada.chat_id, "bold", parse_mode="HTML")
    assert api.deliveries[1].parse_mode == "HTML"


@pytest.mark.parametrize(
    ("text", "complaint"), [(" \n", "Message text is empty"), ("👍" * 2049, "Message is too long")]
)
async def test_texts_are_measured_in_utf_16(bot: Bot, ada: Person, text: str, complaint: str) -> None:
    with pytest.raises(BadRequest, match=complaint):
        await bot.send_message(ada.chat_id, text)
    await bot.send_message(ada.chat_id, "👍" * 2048)
    assert [len(heard) for heard in ada.heard] == [2048]


@pytest.mark.parametrize("data", ["ü" * 33, "x" * 65])
async def test_a_button_carries_at_most_64_bytes(bot: Bot, ada: Person, data: str) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Other", callback_data=data)]])
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(ada.chat_id, "Why?", reply_markup=keyboard)
    assert ada.heard == []


async def test_a_chat_that_is_not_there_is_not_found(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(12, "hello")


async def test_nobody_is_written_to_before_they_press_start(api: BotApi, bot: Bot) -> None:
    stranger = api.person("Bo")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(stranger.chat_id, "hello")
    stranger.start("abc")
    await bot.send_message(stranger.chat_id, "hello")
    assert [message.text for message in stranger.messages] == ["/start abc", "hello"]


async def test_whoever_blocks_the_bot_gets_nothing_until_they_let_it_back(bot: Bot, ada: Person) -> None:
    ada.block()
    for send in (bot.send_message(ada.chat_id, "hello"), bot.send_chat_action(ada.chat_id, "typing")):
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await send
    with pytest.raises(AssertionError, match="unblock"):
        ada.start()
    ada.unblock()
    ada.start()
    await bot.send_message(ada.chat_id, "hello again")
    assert ada.heard == ["hello again"]
    updates = await bot.get_updates()
    statuses = [
        (update.my_chat_member.old_chat_member.status, update.my_chat_member.new_chat_member.status)
        for update in updates
        if update.my_chat_member
    ]
    assert statuses == [("member", "kicked"), ("kicked", "member")]


async def test_a_deleted_account_gets_nothing(bot: Bot, ada: Person) -> None:
    ada.deactivate()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ada.chat_id, "hello")


async def test_people_see_the_bot_typing(bot: Bot, ada: Person) -> None:
    await bot.send_chat_action(ada.chat_id, "typing")
    assert ada.chat_actions == ["typing"]
    with pytest.raises(BadRequest, match="Wrong parameter action"):
        await bot.send_chat_action(ada.chat_id, "thinking")


async def test_commands_are_set_for_each_language(api: BotApi, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("stop", "Stop writing to me")])
    await bot.set_my_commands([BotCommand("stop", "Nicht mehr schreiben")], language_code="de")
    assert [commands[0]["description"] for commands in api.commands.values()] == [
        "Stop writing to me",
        "Nicht mehr schreiben",
    ]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Stop now", "Stop writing to me")])


# ---- limits ---------------------------------------------------------------------------------------------------------


async def test_who_writes_too_fast_to_one_chat_has_to_wait_and_other_chats_do_not(
    api: BotApi, bot: Bot, ada: Person
) -> None:
    api.enforce_limits = True
    bo = api.person("Bo")
    bo.start()
    for text in ("one", "two", "three"):
        await bot.send_message(ada.chat_id, text)
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(ada.chat_id, "four")
    assert refused.value.retry_after == timedelta(seconds=1)
    await bot.send_message(bo.chat_id, "one")
    assert ada.heard == ["one", "two", "three"]
    assert [violation.chat_id for violation in api.violations] == [ada.chat_id]
    await asyncio.sleep(1)
    await bot.send_message(ada.chat_id, "four")


async def test_more_than_thirty_messages_a_second_are_too_many(api: BotApi, bot: Bot) -> None:
    api.enforce_limits = True
    people = [api.person(f"Person {number}") for number in range(40)]
    for person in people:
        person.start()
    sends = [bot.send_message(person.chat_id, "hello") for person in people]
    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, RetryAfter)]
    assert len(refused) == len(api.violations)
    for delivery in api.deliveries:
        assert sum(1 for other in api.deliveries if delivery.at - 1 < other.at <= delivery.at) <= 30
    assert len(api.deliveries) + len(refused) == 40


async def test_limits_that_are_not_enforced_are_still_watched(api: BotApi, bot: Bot, ada: Person) -> None:
    for text in ("one", "two", "three", "four"):
        await bot.send_message(ada.chat_id, text)
    assert len(ada.heard) == 4
    assert [violation.rule for violation in api.violations] == ["more than a message a second to one chat"]
