"""Nothing is lost, doubled or out of order on Telegram, whatever happens on the way."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.channels.telegram.deeds import Deed, DeedKind
from bot.channels.telegram.handler import DeedHandler
from bot.channels.telegram.update_book import MISTAKES, UpdateBook
from bot.clock import utc_now
from bot.conversations.letter_book import LetterBook
from bot.storage.tables import Channel, ContactPoint, Letter, LetterKind, LetterState, StaffUser
from tests.fake_rasa import FakeRasa
from tests.gateway import Gateway, make_settings, until
from tests.serving import serve
from tests.stack import find_free_port
from tests.telegram.bot_api import BotApi
from tests.telegram.channel import Telegram
from tests.telegram.people import Person

HELLO = "re: EXTERNAL_exit_interview"
SECRET = "s" * 32


async def greet(telegram: Telegram, api: BotApi, name: str = "Ada") -> Person:
    person = api.person(name)
    person.start()
    await telegram.hears(person, HELLO)
    return person


def is_reachable(telegram: Telegram, person: Person) -> bool:
    with telegram.gateway.database.read() as work:
        points: list[ContactPoint] = work.chats.list_points(Channel.TELEGRAM, str(person.chat_id))
        return points[0].reachable


def add_touch(telegram: Telegram, person: Person, text: str) -> int:
    """Put a touch on its way, as a planned message to a customer is one."""
    with telegram.gateway.database.write() as work:
        conversation = telegram.conversation_of(person)
        last = work.conversations.list_messages(conversation)[-1]
        letter = Letter(
            conversation_id=conversation,
            message_id=last.id,
            channel=Channel.TELEGRAM,
            address=str(person.chat_id),
            kind=LetterKind.TOUCH,
            text=text,
            next_attempt_at=utc_now(),
        )
        work.letters.add(letter)
        work.commit()
        return letter.id


async def test_a_reply_whose_answer_was_cut_off_is_sent_once_more_and_marked(telegram: Telegram, api: BotApi) -> None:
    ada = await greet(telegram, api)
    api.faults.cut_after("sendMessage")
    ada.type("hello")
    await telegram.hears(ada, HELLO, "re: hello", "re: hello")
    await until(lambda: telegram.list_letters(ada)[-1].state is LetterState.SENT, "it is noted down")
    assert [letter.uncertain for letter in telegram.list_letters(ada)] == [False, True]


async def test_a_reply_that_was_cut_off_before_it_arrived_arrives(telegram: Telegram, api: BotApi) -> None:
    ada = await greet(telegram, api)
    api.faults.cut_before("sendMessage")
    ada.type("hello")
    await telegram.hears(ada, HELLO, "re: hello")


async def test_a_reply_is_sent_no_third_time(telegram: Telegram, api: BotApi) -> None:
    ada = await greet(telegram, api)
    api.faults.cut_after("sendMessage", times=2)
    ada.type("hello")
    await until(lambda: telegram.count(LetterState.UNKNOWN) == 1, "nobody can know")
    ada.type("still there?")
    await telegram.hears(ada, "re: hello", "re: hello", "re: still there?")


async def test_a_touch_is_never_sent_twice(telegram: Telegram, api: BotApi) -> None:
    ada = await greet(telegram, api)
    api.faults.cut_after("sendMessage")
    add_touch(telegram, ada, "How are you getting on?")
    await until(lambda: telegram.count(LetterState.UNKNOWN) == 1, "nobody can know")
    ada.type("hello")
    await telegram.hears(ada, HELLO, "How are you getting on?", "re: hello")


async def test_replies_go_before_touches(telegram: Telegram, api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [await greet(telegram, api, name) for name in ("Ada", "Ben", "Cleo", "Dan")]
    api.down()
    for person in people[:3]:
        add_touch(telegram, person, "How are you getting on?")
    with telegram.gateway.database.write() as work:
        conversation = work.conversations.get(telegram.conversation_of(people[3]), lock=True)
        work.session.expunge(conversation)
    user = StaffUser(name="Maya", password_hash="x", created_at=utc_now())
    with telegram.gateway.database.write() as work:
        work.staff.add(user)
        work.commit()
    telegram.gateway.handoff.reply(conversation.id, user, "Hello")
    book = LetterBook(telegram.gateway.database, Channel.TELEGRAM, utc_now)
    await asyncio.sleep(0.1)
    with telegram.gateway.database.write() as work:
        for letter in work.session.query(Letter).filter_by(state=LetterState.WAITING):
            letter.next_attempt_at = utc_now()
        work.commit()
    envelope = book.take_next(())
    assert envelope is not None
    assert envelope.kind is LetterKind.REPLY
    api.up()


async def test_who_sends_too_much_waits_and_nobody_else_does(telegram: Telegram, api: BotApi) -> None:
    ada, ben = await greet(telegram, api), await greet(telegram, api, "Ben")
    api.faults.flood("sendMessage", retry_after=2, chat_id=ada.chat_id)
    ada.type("hello")
    await until(lambda: api.faults.left == 0, "Telegram has asked to wait")
    ben.type("hi")
    await telegram.hears(ben, HELLO, "re: hi")
    assert ada.heard == [HELLO]
    await telegram.hears(ada, HELLO, "re: hello")


async def test_somebody_who_blocks_us_is_unreachable_until_they_let_us_in_again(
    telegram: Telegram, api: BotApi
) -> None:
    ada = await greet(telegram, api)
    ada.block()
    await until(lambda: not is_reachable(telegram, ada), "it is noted down")
    ada.unblock()
    await until(lambda: is_reachable(telegram, ada), "it is noted down")
    ada.type("back again")
    await telegram.hears(ada, HELLO, "re: back again")


async def test_what_waits_for_somebody_who_is_gone_ends_at_the_first_refusal(telegram: Telegram, api: BotApi) -> None:
    ada = await greet(telegram, api)
    ada.deactivate()
    add_touch(telegram, ada, "one")
    add_touch(telegram, ada, "two")
    await until(lambda: telegram.count(LetterState.FAILED) == 2, "both are given up")
    assert not is_reachable(telegram, ada)


async def test_while_telegram_is_away_everything_is_kept_and_then_arrives_in_order(
    telegram: Telegram, api: BotApi
) -> None:
    ada = await greet(telegram, api)
    api.hold_updates()
    for number in range(5):
        ada.type(f"message {number}")
    api.down()
    await until(lambda: telegram.channel.trouble is not None, "health says so")
    api.up()
    api.release_updates()
    await telegram.hears(ada, HELLO, *(f"re: message {number}" for number in range(5)))
    await until(lambda: telegram.channel.trouble is None, "health says that it is over")


async def test_errors_of_telegrams_servers_are_waited_out(telegram: Telegram, api: BotApi) -> None:
    ada = await greet(telegram, api)
    api.faults.status("sendMessage", 502, times=4)
    ada.type("hello")
    await telegram.hears(ada, HELLO, "re: hello")


async def test_what_was_kept_before_the_application_ended_is_answered_by_the_next_one(
    sqlite_database: object, rasa: FakeRasa, api: BotApi
) -> None:
    async with Gateway(sqlite_database, utc_now, rasa).running() as gateway:  # type: ignore[arg-type]
        telegram = Telegram(gateway, api)
        ada = api.person("Ada")
        ada.start()
        ada.type("hello")
        # The updates are kept, and then everything ends before anybody has looked at them.
        book = UpdateBook(gateway.database, utc_now)
        deeds = [Deed(DeedKind.START), Deed(DeedKind.TEXT, text="hello")]
        first = api.last_update_id - 1
        book.keep([(first + number, ada.chat_id, deed) for number, deed in enumerate(deeds)])
        async with telegram.running():
            await telegram.hears(ada, HELLO, "re: hello")
            assert [text for author, text in telegram.read_transcript(ada) if author == "customer"] == ["hello"]


async def test_a_letter_that_was_leaving_when_the_application_died_is_sent_once_more(
    sqlite_database: object, rasa: FakeRasa, api: BotApi
) -> None:
    async with Gateway(sqlite_database, utc_now, rasa).running() as gateway:  # type: ignore[arg-type]
        telegram = Telegram(gateway, api)
        async with telegram.running():
            ada = await greet(telegram, api)
        touch = add_touch(telegram, ada, "How are you?")
        book = LetterBook(gateway.database, Channel.TELEGRAM, utc_now)
        assert book.take_next(()) is not None
        async with telegram.running():
            await until(lambda: telegram.count(LetterState.UNKNOWN) == 1, "the touch is settled")
            assert ada.heard == [HELLO]
        with gateway.database.read() as work:
            found = work.letters.find(touch)
            assert found is not None
            assert found.text is None


async def test_an_update_that_cannot_be_dealt_with_is_put_aside_and_the_rest_goes_on(
    telegram: Telegram, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await greet(telegram, api)
    receive = telegram.gateway.conversations.receive_text

    def stumble(conversation: str, client_id: str, text: str, channel: Channel) -> object:
        if text == "poison":
            raise ValueError
        return receive(conversation, client_id, text, channel)

    monkeypatch.setattr(telegram.gateway.conversations, "receive_text", stumble)
    ada.type("poison")
    ada.type("and on")
    await telegram.hears(ada, HELLO, "re: and on")
    with telegram.gateway.database.read() as work:
        (failed,) = work.telegram_updates.list_failed()
    assert failed.attempts == MISTAKES
    assert failed.deed == {"kind": "text", "text": "poison"}

    # Once the fault is mended, an operator has it tried again.
    monkeypatch.setattr(telegram.gateway.conversations, "receive_text", receive)
    assert UpdateBook(telegram.gateway.database, utc_now).retry_failed() == 1
    await telegram.hears(ada, HELLO, "re: and on", "re: poison")


async def test_staff_who_take_over_silence_a_turn_that_is_under_way(telegram: Telegram, api: BotApi) -> None:
    ada = await greet(telegram, api)
    user = StaffUser(name="Maya", password_hash="x", created_at=utc_now())
    with telegram.gateway.database.write() as work:
        work.staff.add(user)
        work.commit()
    telegram.gateway.rasa.open.clear()
    ada.type("hello?")
    await until(lambda: telegram.gateway.rasa.at_once == 1, "the turn is under way")
    telegram.gateway.handoff.reply(telegram.conversation_of(ada), user, "I'm here.")
    telegram.gateway.rasa.open.set()
    await telegram.gateway.until_quiet()
    await telegram.hears(ada, HELLO, "Maya: I'm here.")


async def test_a_wrong_token_is_said_in_one_line_and_the_web_goes_on(telegram: Telegram, api: BotApi) -> None:
    telegram.settings = make_settings(telegram_bot_token=f"1:{'x' * 30}", telegram_api_base_url=api.url)
    async with telegram.running():
        await until(lambda: "TELEGRAM_BOT_TOKEN" in (telegram.channel.trouble or ""), "it is said")


async def test_telegram_may_call_us_but_only_with_the_secret(
    sqlite_database: object, rasa: FakeRasa, api: BotApi
) -> None:
    port = find_free_port()
    async with Gateway(sqlite_database, utc_now, rasa).running() as gateway:  # type: ignore[arg-type]
        telegram = Telegram(gateway, api)
        telegram.settings = make_settings(
            telegram_bot_token=api.token,
            telegram_api_base_url=api.url,
            telegram_webhook_secret=SECRET,
            public_url=f"https://127.0.0.1:{port}",
        )
        # What stands before the application takes https off; here nothing does.
        object.__setattr__(telegram.settings, "public_url", f"http://127.0.0.1:{port}")
        async with telegram.running():
            gateway.app.include_router(telegram.channel.build())
            async with serve(gateway.app, port) as url, httpx.AsyncClient(base_url=url, verify=False) as stranger:
                ada = await greet(telegram, api)
                ada.type("hello")
                await telegram.hears(ada, HELLO, "re: hello")
                forged = {"update_id": 1, "message": {"message_id": 1, "date": 0, "text": "x"}}
                assert (await stranger.post("/telegram/updates", json=forged)).status_code == 403
                known = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
                assert (await stranger.post("/telegram/updates", content="no", headers=known)).status_code == 400


@pytest.mark.parametrize("deed", [Deed(DeedKind.START), Deed(DeedKind.TEXT, text="hello")])
async def test_what_is_dealt_with_once_more_after_a_crash_takes_no_newer_buttons_away(
    telegram: Telegram, api: BotApi, deed: Deed
) -> None:
    telegram.gateway.rasa.reply = lambda said: [
        {"utter": "u", "text": "Why?", "buttons": [{"title": "Price", "payload": "/inform"}], "metadata": {}}
    ]
    ada = api.person("Ada")
    started = ada.start()
    await telegram.hears(ada, "Why?")
    update = started.update_id
    if deed.kind is DeedKind.TEXT:
        update = ada.type("hello").update_id
        await telegram.hears(ada, "Why?", "Why?")
    assert update is not None
    letters = LetterBook(telegram.gateway.database, Channel.TELEGRAM, utc_now)
    handler = DeedHandler(telegram.chats, telegram.gateway.conversations, letters, telegram.gateway.copy)
    await asyncio.to_thread(handler.handle, update, ada.chat_id, deed)
    ada.press("Price")
    await until(lambda: ("customer", "Price") in telegram.read_transcript(ada), "the press is taken")
