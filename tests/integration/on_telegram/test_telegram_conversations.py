"""What a person meets on Telegram."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram.deeds import Deed, DeedKind
from bot.channels.telegram.update_book import UpdateBook
from bot.clock import utc_now
from bot.conversations.copy import Sentence
from bot.conversations.identity import sign_token
from bot.storage.tables import Channel, LetterState, StaffUser, UpdateState
from tests.gateway import TOKEN_SECRET, until
from tests.telegram.bot_api import BotApi
from tests.telegram.channel import Telegram

HELLO = "re: EXTERNAL_exit_interview"


def offer_answers(said: dict[str, Any]) -> list[dict[str, Any]]:
    buttons = [{"title": title, "payload": f'/inform{{"reason":"{title}"}}'} for title in ("Price", "Quality")]
    return [{"utter": "utter_ask", "text": "Why?", "buttons": buttons, "metadata": {}}]


async def test_a_customer_who_presses_start_is_greeted_once_and_answered_in_order(
    telegram: Telegram, api: BotApi
) -> None:
    ada = api.person("Ada")
    ada.start()
    await telegram.hears(ada, HELLO)
    for text in ("one", "two", "three"):
        ada.type(text)
    await telegram.hears(ada, HELLO, "re: one", "re: two", "re: three")
    assert [text for author, text in telegram.read_transcript(ada) if author == "customer"] == ["one", "two", "three"]


async def test_what_a_customer_types_is_never_markup_nor_a_command_of_the_dialogue(
    telegram: Telegram, api: BotApi
) -> None:
    ada = api.person("Ada")
    ada.start()
    await telegram.hears(ada, HELLO)
    for text in ("<b>bold</b> & *stars* _under_ [a](http://x)", "/restart", '/inform{"reason":"price"}'):
        ada.type(text)
        await telegram.hears(ada, f"re: {text}")
    assert all(message.parse_mode is None for message in ada.messages)


async def test_a_card_number_is_masked_before_anything_is_kept(telegram: Telegram, api: BotApi) -> None:
    ada = api.person("Ada")
    ada.start()
    ada.type("my card is 4111 1111 1111 1111")
    await until(lambda: len(ada.heard) == 2, "they are answered")
    assert "4111 1111" not in str(telegram.read_transcript(ada))


async def test_an_update_that_comes_twice_is_answered_once(telegram: Telegram, api: BotApi) -> None:
    ada = api.person("Ada")
    ada.start()
    await telegram.hears(ada, HELLO)
    first = ada.type("once")
    await telegram.hears(ada, "re: once")
    assert first.update_id is not None
    api.repeat_update(first.update_id)
    ada.type("again")
    await telegram.hears(ada, "re: once", "re: again")


async def test_a_pressed_button_is_answered_and_its_keyboard_goes(telegram: Telegram, api: BotApi) -> None:
    telegram.gateway.rasa.reply = offer_answers
    ada = api.person("Ada")
    ada.start()
    await telegram.hears(ada, "Why?")
    ada.press("Price")
    await telegram.hears(ada, "Why?", "Why?")
    await until(lambda: len(ada.callback_answers) == 1, "the press is answered")
    await until(lambda: sum(bool(message.keyboard) for message in ada.messages) == 1, "the old keyboard is gone")
    assert ("customer", "Price") in telegram.read_transcript(ada)


async def test_the_newest_question_keeps_its_buttons_when_what_it_answers_is_dealt_with_again(
    telegram: Telegram, api: BotApi
) -> None:
    telegram.gateway.rasa.reply = offer_answers
    ada = api.person("Ada")
    start = ada.start()
    await telegram.hears(ada, "Why?")
    await until(lambda: telegram.list_letters(ada)[-1].state is LetterState.SENT, "it is noted down")

    # As after a death in the middle of it: the answer was quicker than the note that the update was dealt with.
    with telegram.gateway.database.write() as work:
        update = work.telegram_updates.find(start.update_id or 0)
        assert update is not None
        update.state, update.deed = UpdateState.WAITING, Deed(DeedKind.START).write()
        work.commit()
    await until(lambda: not UpdateBook(telegram.gateway.database, utc_now).list_chats(), "it is dealt with again")

    ada.press("Price")
    await until(lambda: ("customer", "Price") in telegram.read_transcript(ada), "the press has arrived")


async def test_a_button_of_an_earlier_question_is_explained_and_goes(telegram: Telegram, api: BotApi) -> None:
    telegram.gateway.rasa.reply = offer_answers
    ada = api.person("Ada")
    ada.start()
    await telegram.hears(ada, "Why?")
    question = next(message for message in ada.messages if message.keyboard)
    data = question.keyboard[0]["callback_data"]
    ada.press("Price")
    await telegram.hears(ada, "Why?", "Why?")
    ada.press_data(question.id, data)
    await until(lambda: len(ada.callback_answers) == 2, "the press is answered")
    assert ada.callback_answers[-1].text == telegram.gateway.copy.say(Sentence.STALE_BUTTON)
    assert telegram.read_transcript(ada).count(("customer", "Price")) == 1


async def test_a_button_of_somebody_elses_chat_does_nothing(telegram: Telegram, api: BotApi) -> None:
    telegram.gateway.rasa.reply = offer_answers
    ada, eve = api.person("Ada"), api.person("Eve")
    ada.start()
    eve.start()
    await telegram.hears(ada, "Why?")
    await telegram.hears(eve, "Why?")
    question = next(message for message in ada.messages if message.keyboard)
    eve.press_data(question.id, question.keyboard[0]["callback_data"])
    await until(lambda: len(eve.callback_answers) == 1, "the press is answered")
    assert all(author != "customer" for author, _ in telegram.read_transcript(ada) + telegram.read_transcript(eve))


async def test_a_long_answer_comes_in_parts_that_end_with_sentences(telegram: Telegram, api: BotApi) -> None:
    words = " ".join(f"This is sentence number {number}." for number in range(400))
    telegram.gateway.rasa.reply = lambda said: [{"utter": "utter_long", "text": words, "buttons": [], "metadata": {}}]
    ada = api.person("Ada")
    ada.start()
    await until(lambda: " ".join(ada.heard) == words, "all of it arrives")
    assert len(ada.heard) > 1
    assert all(part.endswith(".") and len(part) <= 4096 for part in ada.heard)


@pytest.mark.parametrize(
    ("send", "sentence"),
    [
        ("send_photo", Sentence.CANNOT_SEE),
        ("send_voice", Sentence.CANNOT_HEAR),
        ("send_sticker", Sentence.STICKER),
        ("send_document", Sentence.CANNOT_SEE),
        ("send_location", Sentence.CANNOT_SEE),
    ],
)
async def test_what_is_no_text_is_met_kindly_and_staff_see_that_it_came(
    telegram: Telegram, api: BotApi, send: str, sentence: Sentence
) -> None:
    ada = api.person("Ada")
    ada.start()
    await telegram.hears(ada, HELLO)
    getattr(ada, send)()
    await telegram.hears(ada, telegram.gateway.copy.say(sentence))
    assert next(text for author, text in telegram.read_transcript(ada) if author == "customer").startswith("[")


async def test_the_words_below_a_picture_are_heard(telegram: Telegram, api: BotApi) -> None:
    ada = api.person("Ada")
    ada.start()
    ada.send_photo("this is my bill")
    await until(lambda: "re: this is my bill" in "\n".join(ada.heard), "the words are answered")


async def test_a_changed_message_is_explained_and_the_first_words_stay(telegram: Telegram, api: BotApi) -> None:
    ada = api.person("Ada")
    ada.start()
    said = ada.type("the price")
    await telegram.hears(ada, "re: the price")
    ada.edit(said, "the quality")
    await telegram.hears(ada, telegram.gateway.copy.say(Sentence.EDITED))
    assert ("customer", "the price") in telegram.read_transcript(ada)


async def test_a_group_is_left_with_a_word(telegram: Telegram, api: BotApi) -> None:
    group = api.group("Neighbours")
    group.add_bot()
    await until(lambda: not group.has_bot, "the bot leaves")
    assert telegram.gateway.copy.say(Sentence.ONLY_PRIVATE) in [message.text for message in group.messages]
    assert telegram.chats.find(Channel.TELEGRAM, str(group.chat_id)) is None


@pytest.mark.parametrize("word", ["/help", "/privacy"])
async def test_help_and_privacy_are_told_at_any_time(telegram: Telegram, api: BotApi, word: str) -> None:
    ada = api.person("Ada")
    ada.start()
    await telegram.hears(ada, HELLO)
    ada.type(word)
    sentence = Sentence.HELP if word == "/help" else Sentence.PRIVACY
    await telegram.hears(ada, telegram.gateway.copy.say(sentence))


@pytest.mark.parametrize(
    ("word", "intent"),
    [("/stop", "stop_contact"), ("/human", "ask_human"), ("/export", "data_export"), ("/forget", "data_erase")],
)
async def test_a_command_does_what_it_says_even_for_somebody_who_never_pressed_start(
    telegram: Telegram, api: BotApi, word: str, intent: str
) -> None:
    ada = api.person("Ada")
    ada.type(word)
    await telegram.hears(ada, f"re: {intent}")
    assert telegram.read_transcript(ada)[0] == ("customer", word)


async def test_a_customer_who_moves_from_the_web_goes_on_in_one_transcript(telegram: Telegram, api: BotApi) -> None:
    browser = await telegram.gateway.begin()
    await browser.send("it is the price")
    await telegram.gateway.until_quiet()
    url = telegram.chats.invite(browser.conversation, Channel.TELEGRAM)
    ada = api.person("Ada")
    ada.start(url.partition("?start=")[2])
    await telegram.hears(ada, "re: EXTERNAL_go_on")
    ada.type("and the service")
    await telegram.hears(ada, "re: and the service")
    assert telegram.conversation_of(ada) == browser.conversation
    said = [text for author, text in telegram.read_transcript(ada) if author == "customer"]
    assert said == ["it is the price", "and the service"]
    async with browser.listening() as _:
        await until(lambda: "re: and the service" in browser.heard(), "the web shows the same")


async def test_a_link_that_was_used_lets_nobody_else_in(telegram: Telegram, api: BotApi) -> None:
    browser = await telegram.gateway.begin()
    token = telegram.chats.invite(browser.conversation, Channel.TELEGRAM).partition("?start=")[2]
    ada, eve = api.person("Ada"), api.person("Eve")
    ada.start(token)
    await telegram.hears(ada, "re: EXTERNAL_go_on")
    eve.start(token)
    expired = telegram.gateway.copy.say(Sentence.LINK_EXPIRED)
    await until(lambda: expired in "\n".join(eve.heard), "they are told kindly")
    assert telegram.conversation_of(eve) != browser.conversation


async def test_staff_are_named_on_telegram(telegram: Telegram, api: BotApi) -> None:

    user = StaffUser(name="Maya", password_hash="x", created_at=utc_now())
    with telegram.gateway.database.write() as work:
        work.staff.add(user)
        work.commit()
    ada = api.person("Ada")
    ada.start()
    await telegram.hears(ada, HELLO)
    telegram.gateway.handoff.reply(telegram.conversation_of(ada), user, "I'm here now.")
    await telegram.hears(ada, "Maya: I'm here now.")
    ada.type("thank you")
    await until(lambda: telegram.read_transcript(ada)[-1] == ("customer", "thank you"), "staff can read it")
    await telegram.gateway.until_quiet()
    assert ada.heard[-1] == "Maya: I'm here now."


async def test_a_customer_who_moves_while_staff_have_the_conversation_hears_that_a_person_is_there(
    telegram: Telegram, api: BotApi
) -> None:
    browser = await telegram.gateway.begin()
    await telegram.gateway.until_quiet()
    telegram.gateway.handoff.request(browser.conversation)
    ada = api.person("Ada")
    ada.start(telegram.chats.invite(browser.conversation, Channel.TELEGRAM).partition("?start=")[2])
    await telegram.hears(ada, telegram.gateway.copy.say(Sentence.STAFF_HERE))
    await telegram.gateway.until_quiet()
    assert len(ada.heard) == 1


async def test_a_question_can_still_be_answered_by_button_after_a_call_for_help(
    telegram: Telegram, api: BotApi
) -> None:
    telegram.gateway.rasa.reply = offer_answers
    ada = api.person("Ada")
    ada.start()
    await telegram.hears(ada, "Why?")
    ada.type("/help")
    await telegram.hears(ada, telegram.gateway.copy.say(Sentence.HELP))
    ada.send_sticker()
    await telegram.hears(ada, telegram.gateway.copy.say(Sentence.STICKER))
    ada.press("Price")
    await telegram.hears(ada, "Why?")
    assert ("customer", "Price") in telegram.read_transcript(ada)


async def test_somebody_who_only_asked_for_help_so_far_is_interviewed_when_they_write(
    telegram: Telegram, api: BotApi
) -> None:
    ada = api.person("Ada")
    ada.type("/help")
    await telegram.hears(ada, telegram.gateway.copy.say(Sentence.HELP))
    ada.type("it is the price")
    await until(lambda: "re: it is the price" in "\n".join(ada.heard), "they are answered")
    assert telegram.gateway.rasa.said_in(telegram.conversation_of(ada)) == [
        "EXTERNAL_exit_interview",
        "it is the price",
    ]


async def test_a_visitor_who_turns_out_to_be_a_known_customer_is_one_record(telegram: Telegram, api: BotApi) -> None:
    ada = api.person("Ada")
    ada.start()
    await telegram.hears(ada, HELLO)
    visit = telegram.conversation_of(ada)
    browser = await telegram.gateway.begin(customer_token=sign_token(TOKEN_SECRET, {"sub": "ada-1"}, utc_now()))
    await telegram.gateway.until_quiet()
    ada.start(telegram.chats.invite(browser.conversation, Channel.TELEGRAM).partition("?start=")[2])
    await telegram.hears(ada, "re: EXTERNAL_go_on")
    with telegram.gateway.database.read() as work:
        known = work.customers.find_by_external_id("ada-1")
        assert known is not None
        assert {one.address for one in known.contact_points} == {str(ada.chat_id)}
        assert set(work.personal_data.list_conversation_ids(known.id)) == {visit, browser.conversation}
