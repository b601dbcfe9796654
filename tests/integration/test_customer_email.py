"""Customers are written to by e-mail: what arrives, and what is known where it does not."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.conversations import outbox
from bot.conversations.letter_book import Envelope
from bot.conversations.outbox import LetterRefused
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import LetterKind, LetterState
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.gateway import make_settings, until
from tests.mailed import ADDRESS, PUBLIC, WORDS, Mailing
from tests.postbox import CUT, Postbox, read_parts, serve_mail
from tests.stack import find_free_port


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with serve_mail(Postbox()) as box:
        yield box


@pytest.fixture
def mailing(database: Database, clock: FixedClock, postbox: Postbox) -> Mailing:
    return make_mailing(database, clock, postbox)


def make_mailing(database: Database, clock: FixedClock, postbox: Postbox, **values: Any) -> Mailing:
    given = {
        "email_from": "hello@shop.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": postbox.port,
        "smtp_starttls": False,
        "public_url": PUBLIC,
    }
    return Mailing(database, clock, make_settings(**given | values))


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "SWEEP_SECONDS", 0.01)
    monkeypatch.setattr(outbox, "BETWEEN_SECONDS", 0.01)
    monkeypatch.setattr(outbox, "LONGEST_PAUSE", 0.05)


@contextlib.asynccontextmanager
async def running(mailing: Mailing) -> AsyncIterator[None]:
    task = asyncio.create_task(mailing.channel.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def send(mailing: Mailing, touch_id: str, state: LetterState) -> None:
    """Send until the letter of a touch stands like this."""
    async with running(mailing):
        await until(lambda: mailing.find_letter(touch_id).state is state, f"the letter is {state.value}")


async def test_ada_gets_a_mail_with_our_words_a_button_and_a_way_out(mailing: Mailing, postbox: Postbox) -> None:
    touch = mailing.touch(mailing.add_customer(timezone="Europe/London"))
    await send(mailing, touch, LetterState.SENT)
    [mail] = postbox.mails
    assert postbox.recipients == [ADDRESS]
    assert mail["To"] == ADDRESS
    assert mail["From"] == "Bramble & Oak <hello@shop.example>"
    assert mail["Subject"] == "How are you getting on?"
    assert "Auto-Submitted" not in mail
    talk, unsubscribe = (PUBLIC + path for path in mailing.find_links(touch))
    assert mail["List-Unsubscribe"] == f"<{unsubscribe}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in read_parts(mail):
        assert "In March you told us that the app kept crashing." in part
        assert talk in part
        assert unsubscribe in part
        assert f"{PUBLIC}/privacy" in part
        assert "you agreed on Sunday 3 May" in part
        assert "help@bramble-and-oak.example" in part
    assert mailing.find(touch).state is TouchState.SENT
    assert mailing.find_letter(touch).text is None


async def test_the_way_out_stands_on_one_line_so_that_mail_programs_find_it(mailing: Mailing, postbox: Postbox) -> None:
    await send(mailing, mailing.touch(mailing.add_customer()), LetterState.SENT)
    assert re.search(rb"\r\nList-Unsubscribe: <https://[^\s=?]+/unsubscribe/[\w.-]+>\r\n", postbox.raw[0])


@pytest.mark.parametrize("kind", TouchKind)
async def test_the_subject_says_what_the_mail_is_about(mailing: Mailing, postbox: Postbox, kind: TouchKind) -> None:
    await send(mailing, mailing.touch(mailing.add_customer(), kind=kind), LetterState.SENT)
    expected = {
        TouchKind.CHECK_IN: "How are you getting on?",
        TouchKind.WELCOME_BACK: "A word from Bramble & Oak, since you left",
        TouchKind.REMINDER: "What Bramble & Oak offered you ends soon",
        TouchKind.ANNOUNCEMENT: "Something you told Bramble & Oak about has changed",
        TouchKind.THANKS: "Welcome back to Bramble & Oak",
    }
    assert postbox.mails[0]["Subject"] == expected[kind]


HOSTILE = [
    "Grüße, 日本語, \U0001f9e1 und ein langer Satz. " * 3,
    "<script>alert(1)</script> & <b>bold</b> {{ 7*7 }} {% raw %}",
    "a line\n.\nBcc: somebody@else.example\n\n.. two dots",
    "word" * 5000,
    "\r\nSubject: other\r\n\r\nbody",
]


@pytest.mark.parametrize("words", HOSTILE)
async def test_whatever_is_said_arrives_as_it_is_and_as_text(mailing: Mailing, postbox: Postbox, words: str) -> None:
    touch = mailing.touch(mailing.add_customer(), words)
    await send(mailing, touch, LetterState.SENT)
    [mail] = postbox.mails
    plain, html = read_parts(mail)
    assert " ".join(plain.split()).startswith(" ".join(words.split()))
    assert "<script" not in html
    assert "<b>" not in html
    assert postbox.recipients == [ADDRESS]
    assert mail["Subject"] == "How are you getting on?"
    assert max(len(line) for line in postbox.raw[0].split(b"\r\n")) <= 998
    assert postbox.raw[0].isascii()


@pytest.mark.parametrize(
    "name", ['"Bräm & Öak", Ltd. <evil@else.example>', "Acme\r\nBcc: evil@else.example", "Acme\n\n<b>x</b> {day}", "@"]
)
async def test_no_company_name_becomes_a_header_or_markup(
    database: Database, clock: FixedClock, postbox: Postbox, name: str
) -> None:
    mailing = make_mailing(database, clock, postbox, company_name=name)
    await send(mailing, mailing.touch(mailing.add_customer(), kind=TouchKind.REMINDER), LetterState.SENT)
    [mail] = postbox.mails
    assert postbox.recipients == [ADDRESS]
    assert "Bcc" not in mail
    [sender] = mail["From"].addresses
    assert (sender.addr_spec, sender.display_name) == ("hello@shop.example", " ".join(name.split()))
    assert "<b>" not in read_parts(mail)[1]


@pytest.mark.parametrize(
    "address", ["ada@x.example\r\nRCPT TO:<evil@y.example>", "a b@c.example", "<ada@x.example>", ""]
)
async def test_an_address_that_is_none_gets_nothing(mailing: Mailing, postbox: Postbox, address: str) -> None:
    touch = mailing.touch(mailing.add_customer(address=address))
    await send(mailing, touch, LetterState.FAILED)
    assert postbox.raw == []
    assert mailing.find(touch).state is TouchState.FAILED


@pytest.mark.parametrize(
    ("answer", "unreachable"),
    [
        ("550 no such user", True),
        ("550 5.1.1 no such user", True),
        ("551 moved", True),
        ("553 not a mailbox", True),
        ("550 5.2.1 mailbox closed", True),
        ("550 5.7.1 relaying denied", False),
        ("554 5.7.1 we do not like your network", False),
        ("552 5.2.2 mailbox full", False),
    ],
)
async def test_a_refused_recipient_is_not_written_to_again_unless_it_was_about_us(
    mailing: Mailing, postbox: Postbox, answer: str, unreachable: bool
) -> None:
    postbox.recipient = answer
    touch = mailing.touch(mailing.add_customer())
    await send(mailing, touch, LetterState.FAILED)
    assert mailing.find_point().reachable is not unreachable
    assert mailing.find(touch).state is TouchState.FAILED
    assert ADDRESS not in str(mailing.find_letter(touch).error)


async def test_a_mail_that_is_refused_for_what_it_says_leaves_the_address_alone(
    mailing: Mailing, postbox: Postbox
) -> None:
    postbox.data = "550 5.7.1 looks like spam"
    touch = mailing.touch(mailing.add_customer())
    await send(mailing, touch, LetterState.FAILED)
    assert mailing.find_point().reachable


@pytest.mark.parametrize(("step", "answer"), [("recipient", "450 grey"), ("data", "451 later"), ("recipient", CUT)])
async def test_what_is_refused_for_a_while_arrives_once_later(
    mailing: Mailing, postbox: Postbox, clock: FixedClock, step: str, answer: str
) -> None:
    setattr(postbox, step, answer)
    touch = mailing.touch(mailing.add_customer())
    async with running(mailing):
        await until(lambda: mailing.find_letter(touch).attempts == 1 and mailing.find_letter(touch).error)
        assert mailing.find_letter(touch).state is LetterState.WAITING
        setattr(postbox, step, "250 taken")
        clock.move(minutes=1)
        await until(lambda: mailing.find_letter(touch).state is LetterState.SENT)
    assert len(postbox.mails) == 1


@pytest.mark.parametrize("status", ["530 5.7.0 sign in first", "421 closing", "550 5.7.1 who are you"])
async def test_a_server_that_does_not_want_us_is_away_and_nobody_is_to_blame(
    mailing: Mailing, postbox: Postbox, clock: FixedClock, status: str
) -> None:
    postbox.sender = status
    touch = mailing.touch(mailing.add_customer())
    async with running(mailing):
        await until(lambda: mailing.channel.trouble)
        assert mailing.channel.trouble == f"nothing can be sent (status {status[:3]})"
        assert mailing.find_point().reachable
        postbox.sender = "250 fine"
        # Only once it is written down when to try again may the clock go on.
        await until(lambda: mailing.find_letter(touch).error)
        clock.move(minutes=1)
        await until(lambda: mailing.find_letter(touch).state is LetterState.SENT)
        assert mailing.channel.trouble is None


async def test_a_server_that_is_away_loses_nothing(database: Database, clock: FixedClock, postbox: Postbox) -> None:
    away = find_free_port()
    mailing = make_mailing(database, clock, postbox, smtp_port=away)
    touch = mailing.touch(mailing.add_customer())
    async with running(mailing):
        await until(lambda: mailing.channel.trouble)
    assert mailing.channel.trouble == "nothing can be sent (ConnectionRefusedError)"
    assert mailing.find_letter(touch).state is LetterState.WAITING
    assert mailing.find(touch).state is TouchState.CLAIMED


async def test_a_connection_cut_after_the_last_dot_is_unknown_and_never_tried_again(
    mailing: Mailing, postbox: Postbox, clock: FixedClock
) -> None:
    postbox.cuts_after_taking = True
    touch = mailing.touch(mailing.add_customer())
    async with running(mailing):
        await until(lambda: mailing.find_letter(touch).state is LetterState.UNKNOWN)
        postbox.cuts_after_taking = False
        clock.move(hours=1)
        other = mailing.touch(mailing.add_customer("C-2", "bo@okafor.example"))
        await until(lambda: mailing.find_letter(other).state is LetterState.SENT)
    assert [mail["To"] for mail in postbox.mails] == [ADDRESS, "bo@okafor.example"]
    assert mailing.find(touch).state is TouchState.UNKNOWN


async def test_a_server_that_is_rude_after_taking_the_mail_has_taken_it(mailing: Mailing, postbox: Postbox) -> None:
    postbox.farewell = "500 what"
    await send(mailing, mailing.touch(mailing.add_customer()), LetterState.SENT)


async def test_who_takes_the_yes_back_before_it_leaves_gets_nothing(mailing: Mailing, postbox: Postbox) -> None:
    touch = mailing.touch(mailing.add_customer())
    mailing.opt_outs.opt_out(mailing.find_conversation(touch))
    await send(mailing, touch, LetterState.FAILED)
    assert postbox.mails == []


async def test_a_letter_of_no_touch_has_no_way_out_so_it_does_not_leave(mailing: Mailing) -> None:
    with pytest.raises(LetterRefused, match="not agreed to"):
        await mailing.sender.send(Envelope(1, ADDRESS, WORDS, LetterKind.REPLY))


async def test_the_same_letter_is_the_same_mail(mailing: Mailing, postbox: Postbox) -> None:
    touch = mailing.touch(mailing.add_customer())
    envelope = mailing.letters.take_next(())
    assert envelope is not None
    kept = {await mailing.sender.send(envelope) for _ in range(2)}
    assert len({mail["Message-ID"] for mail in postbox.mails}) == 1
    assert kept == {f"{touch}.{envelope.id}"}
    assert len(kept.pop()) <= 64


@pytest.mark.parametrize(
    ("given", "on"),
    [
        ({}, False),
        ({"smtp_host": "mail.shop.example", "email_from": "a@shop.example"}, False),
        ({"smtp_host": "mail.shop.example", "email_from": "a@shop.example", "public_url": PUBLIC}, True),
        ({"smtp_host": "127.0.0.1", "email_from": "a@shop.example"}, True),
        ({"smtp_host": "mail.shop.example", "public_url": PUBLIC}, False),
    ],
)
def test_customers_are_written_to_where_a_mail_can_leave_and_its_links_lead_back(given: Any, on: bool) -> None:
    assert make_settings(**given).writes_by_email is on
