"""People who press, send and edit anything, and groups, reach the bot as they do on Telegram."""

from __future__ import annotations

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden

from tests.telegram.bot_api import BotApi
from tests.telegram.people import Person

KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Too expensive", callback_data="b1")], [InlineKeyboardButton("Other", callback_data="b2")]]
)


# ---- buttons --------------------------------------------------------------------------------------------------------


async def test_a_press_comes_with_its_message_and_is_answered_once(bot: Bot, ada: Person) -> None:
    sent = await bot.send_message(ada.chat_id, "Why?", reply_markup=KEYBOARD)
    press_id = ada.press("Other")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert (query.id, query.data, query.from_user.id) == (press_id, "b2", ada.chat_id)
    assert isinstance(query.message, Message)
    assert (query.message.message_id, query.message.reply_markup) == (sent.message_id, KEYBOARD)
    await bot.answer_callback_query(query.id, text="Noted")
    assert [(answer.press_id, answer.text) for answer in ada.callback_answers] == [(press_id, "Noted")]
    for unknown in (query.id, "12345"):
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(unknown)


async def test_a_press_cannot_be_answered_for_ever(api: BotApi, bot: Bot, ada: Person) -> None:
    await bot.send_message(ada.chat_id, "Why?", reply_markup=KEYBOARD)
    press_id = ada.press("Other")
    api.pass_time(3600)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(press_id)


async def test_the_newest_button_of_that_title_is_pressed_and_removed_ones_cannot_be(bot: Bot, ada: Person) -> None:
    older = await bot.send_message(ada.chat_id, "Why?", reply_markup=KEYBOARD)
    newer = await bot.send_message(ada.chat_id, "And why else?", reply_markup=KEYBOARD)
    ada.press("Other")
    await bot.edit_message_reply_markup(ada.chat_id, newer.message_id)
    assert [message.buttons for message in ada.messages if message.from_bot] == [["Too expensive", "Other"], []]
    ada.press("Other")
    await bot.edit_message_reply_markup(ada.chat_id, older.message_id)
    with pytest.raises(AssertionError, match="no button “Other”"):
        ada.press("Other")
    queries = [update.callback_query for update in await bot.get_updates()]
    assert [query.message.message_id for query in queries if query and query.message] == [
        newer.message_id,
        older.message_id,
    ]


async def test_a_keyboard_can_only_be_changed_into_another(bot: Bot, ada: Person) -> None:
    sent = await bot.send_message(ada.chat_id, "Why?", reply_markup=KEYBOARD)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(ada.chat_id, sent.message_id, reply_markup=KEYBOARD)
    await bot.edit_message_reply_markup(ada.chat_id, sent.message_id)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(ada.chat_id, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_reply_markup(ada.chat_id, sent.message_id + 999)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_reply_markup(ada.chat_id, ada.type("mine").id, reply_markup=KEYBOARD)


async def test_a_forged_press_names_any_message_and_any_data(api: BotApi, bot: Bot, ada: Person) -> None:
    sent = await bot.send_message(ada.chat_id, "Why?", reply_markup=KEYBOARD)
    ada.press_data(sent.message_id, "b99")
    bo = api.person("Bo")
    bo.press_data(sent.message_id, "b1")
    own, strange = [update.callback_query for update in await bot.get_updates()]
    assert own is not None
    assert own.message is not None
    assert (own.data, own.message.is_accessible) == ("b99", True)
    assert strange is not None
    assert strange.message is not None
    assert (strange.message.chat.id, strange.message.is_accessible) == (bo.chat_id, False)


# ---- what else people send ------------------------------------------------------------------------------------------


async def test_a_command_is_marked_and_the_persons_language_is_known(bot: Bot, ada: Person) -> None:
    ada.start("t0k-en_")
    ada.type("no /command at the start")
    command, text = [update.message for update in await bot.get_updates()]
    assert command is not None
    assert (command.text, command.parse_entities(["bot_command"])) == (
        "/start t0k-en_",
        {command.entities[0]: "/start"},
    )
    assert command.from_user is not None
    assert (command.from_user.language_code, command.chat.type) == ("de", "private")
    assert text is not None
    assert text.entities == ()


async def test_photos_voice_stickers_documents_places_and_edits_arrive_as_such(bot: Bot, ada: Person) -> None:
    ada.send_photo(caption="broken")
    ada.send_voice()
    ada.send_sticker()
    ada.send_document()
    ada.send_location()
    ada.edit(ada.type("helo"), "hello")
    *messages, edited = await bot.get_updates()
    photo, voice, sticker, document, location, _ = [update.message for update in messages]
    assert photo is not None
    assert (len(photo.photo), photo.caption, photo.text) == (3, "broken", None)
    assert voice is not None
    assert voice.voice is not None
    assert sticker is not None
    assert sticker.sticker is not None
    assert document is not None
    assert document.document is not None
    assert location is not None
    assert location.location is not None
    assert edited.edited_message is not None
    assert edited.edited_message.text == ada.messages[-1].text == "hello"
    assert edited.edited_message.edit_date is not None


async def test_a_bot_in_a_group_hears_everything_until_it_leaves(api: BotApi, bot: Bot, ada: Person) -> None:
    group = api.group("Bramble fans")
    group.add_bot(ada)
    group.type(ada, "hello all")
    joined, service, said = await bot.get_updates()
    assert joined.my_chat_member is not None
    assert (joined.my_chat_member.new_chat_member.status, joined.my_chat_member.chat.id) == ("member", group.chat_id)
    assert group.chat_id < 0
    assert service.message is not None
    assert [member.id for member in service.message.new_chat_members] == [bot.id]
    assert said.message is not None
    assert (said.message.text, said.message.chat.type) == ("hello all", "group")
    await bot.send_message(group.chat_id, "I only talk in private.")
    await bot.leave_chat(group.chat_id)
    assert not group.has_bot
    group.type(ada, "bye")
    assert [update.my_chat_member is not None for update in await bot.get_updates(offset=said.update_id + 1)] == [True]
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.send_message(group.chat_id, "hello")
    with pytest.raises(BadRequest, match="private chats"):
        await bot.leave_chat(ada.chat_id)


async def test_a_bot_that_is_thrown_out_of_a_group_cannot_write_there(api: BotApi, bot: Bot) -> None:
    group = api.group("Bramble fans")
    group.add_bot()
    group.remove_bot()
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(group.chat_id, "hello")
