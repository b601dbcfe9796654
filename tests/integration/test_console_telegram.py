"""What staff see of Telegram: the way there, on which channel somebody is, and what did not arrive."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from bot.conversations.letter_book import Envelope, LetterBook
from bot.conversations.outgoing import post
from bot.storage.tables import AuditEntry, Author, Channel
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.console import NAME, Console, Record, read_field
from tests.integration.conftest import sign_in
from tests.integration.test_console_transcript import FACTS, MESSAGES, read

CHAT = "7400123"
TELEGRAM = Channel.TELEGRAM


@pytest.fixture
def console(database: Database, clock: FixedClock) -> Console:
    made = sign_in(database, clock)
    made.chats.open_door(TELEGRAM, lambda token: f"https://t.me/oak_bot?start={token}")
    return made


@pytest.fixture
def book(console: Console) -> LetterBook:
    return LetterBook(console.database, TELEGRAM, console.clock)


def read_link(page: Any) -> str:
    found = re.search(r'<input id="invitation" value="([^"]*)"', page.text)
    assert found
    return html.unescape(found[1])


@pytest.fixture
def talk(console: Console, record: Record) -> str:
    """A conversation that went on on Telegram."""
    conversation_id = record.add("Too dear")
    token = read_link(console.press(conversation_id, "telegram")).partition("start=")[2]
    assert console.chats.follow_link(TELEGRAM, CHAT, token, "telegram-1") == conversation_id
    return conversation_id


def say(console: Console, conversation_id: str, *texts: str) -> None:
    """Let the bot say all this in one breath."""
    with console.database.write() as uow:
        conversation = uow.conversations.get(conversation_id, lock=True)
        now = console.clock()
        added = [uow.conversations.add_message(conversation, Author.BOT, text, now) for text in texts]
        post(uow, conversation, added, now)
        uow.commit()


def take(book: LetterBook) -> Envelope:
    envelope = book.take_next(())
    assert envelope is not None
    return envelope


def test_staff_hand_out_a_link_to_telegram_and_that_is_audited_without_the_link(
    console: Console, record: Record
) -> None:
    talk = record.add("Too dear")
    assert "On the web" in read(console.get(f"conversations/{talk}"))

    page = console.press(talk, "telegram")

    assert page.status_code == 200
    assert read_link(page).startswith("https://t.me/oak_bot?start=")
    assert "It works once, within a day" in read(page)
    assert record.audited("conversation.invite") == [(NAME, talk)]
    token = read_link(page).partition("start=")[2]
    with record.database.read() as uow:
        entries = uow.session.scalars(sa.select(AuditEntry)).all()
        assert not any(token in str(vars(entry)) for entry in entries)
    assert token not in console.get(f"conversations/{talk}").text


def test_a_link_needs_a_form_of_ours_and_a_bot_on_telegram(
    console: Console, record: Record, database: Database, clock: FixedClock
) -> None:
    talk = record.add("Too dear")
    forged = console.browser.post(f"/console/conversations/{talk}/telegram", data={"form_token": "x"})
    assert forged.status_code == 403
    without = Console(database, clock)
    without.sign_in()
    assert "Telegram link" not in without.get(f"conversations/{talk}").text
    refused = without.press(talk, "telegram")
    assert refused.status_code == 404
    assert "This channel is not in use" in refused.text
    assert record.audited("conversation.invite") == []


def test_staff_see_on_which_channel_somebody_is_and_not_the_number_of_their_chat(
    console: Console, record: Record, talk: str
) -> None:
    record.add("Nothing to do with it")
    rows = read(console.get())
    assert "Bot · Telegram" in rows
    assert "Bot · Web" in rows
    page = console.get(f"conversations/{talk}")
    assert "On Telegram" in read(page)
    assert "Telegram link" not in page.text
    assert "Telegram This Telegram chat not asked reachable" in read(page, FACTS)
    assert CHAT not in page.text
    assert "Nothing matches" in read(console.get(q=CHAT))
    assert f"They read it on Telegram as “ {NAME}: … ”" in read(page)


def test_a_customer_who_has_blocked_the_bot_is_shown_as_one_who_gets_nothing(
    console: Console, talk: str, book: LetterBook
) -> None:
    say(console, talk, "First.", "Second.")
    console.chats.note_reachable(TELEGRAM, CHAT, False)
    page = console.get(f"conversations/{talk}")
    said = read(page, MESSAGES)
    assert said.count("Did not arrive: they have blocked the bot") == 2
    assert "This Telegram chat not asked blocked" in read(page, FACTS)
    assert "nothing arrives there until they let it in again" in read(page)


OUTCOMES: dict[str, tuple[Callable[[LetterBook, int], object], str]] = {
    "forbidden": (
        lambda book, letter: book.note_refused(letter, "Forbidden", CHAT),
        "Did not arrive: they have blocked the bot",
    ),
    "refused": (lambda book, letter: book.note_refused(letter, "BadRequest"), "Did not arrive"),
    "arrived": (lambda book, letter: book.note_sent(letter, "55"), ""),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_staff_see_what_became_of_their_words(console: Console, talk: str, book: LetterBook, outcome: str) -> None:
    note, mark = OUTCOMES[outcome]
    page = console.get(f"conversations/{talk}")
    console.press(talk, "reply", text="Hello from us", reply_id=read_field(page, "reply_id"))
    envelope = take(book)
    assert envelope.text == f"{NAME}: Hello from us"
    note(book, envelope.id)
    said = read(console.get(f"conversations/{talk}"), MESSAGES)
    assert " ".join(f"{NAME} 4 May 2026, 12:00 UTC {mark} Hello from us".split()) in said


def test_a_reply_of_which_nobody_knows_is_marked_once_it_was_sent_again(
    console: Console, talk: str, book: LetterBook
) -> None:
    say(console, talk, "Why are you leaving?")
    book.note_unknown(take(book).id, "ReadTimeout")
    again = take(book)
    assert "arrive" not in read(console.get(f"conversations/{talk}"), MESSAGES)
    book.note_unknown(again.id, "ReadTimeout")
    assert "May not have arrived Why are you leaving?" in read(console.get(f"conversations/{talk}"), MESSAGES)

    say(console, talk, "Still there?")
    book.note_unknown(take(book).id, "ReadTimeout")
    book.note_sent(take(book).id, "56")
    assert "May have arrived twice Still there?" in read(console.get(f"conversations/{talk}"), MESSAGES)


def test_what_is_on_its_way_for_more_than_a_minute_is_shown(console: Console, talk: str, clock: FixedClock) -> None:
    say(console, talk, "Why are you leaving?")
    clock.move(seconds=60)
    assert "On its way" not in read(console.get(f"conversations/{talk}"), MESSAGES)
    clock.move(seconds=1)
    assert "On its way Why are you leaving?" in read(console.get(f"conversations/{talk}"), MESSAGES)


def test_what_was_said_on_the_web_before_has_no_mark(console: Console, record: Record, clock: FixedClock) -> None:
    talk = record.add("Too dear")
    record.say(talk, Author.BOT, "Said on the web")
    token = read_link(console.press(talk, "telegram")).partition("start=")[2]
    clock.move(minutes=1)
    console.chats.follow_link(TELEGRAM, CHAT, token, "telegram-1")
    say(console, talk, "Said on Telegram")
    console.chats.note_reachable(TELEGRAM, CHAT, False)
    said = read(console.get(f"conversations/{talk}"), MESSAGES)
    assert said.count("Did not arrive") == 1
    assert "they have blocked the bot Said on Telegram" in said
