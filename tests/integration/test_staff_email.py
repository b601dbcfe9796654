"""Staff learn by e-mail that somebody wants a person, and nothing else."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from bot.channels.email.staff import StaffEmailSender
from bot.conversations import deliveries as module
from bot.conversations.announcer import Announcer
from bot.conversations.deliveries import DeliveryBook, DeliveryWorker, NotDelivered, Parcel
from bot.conversations.handoff import HandoffService
from bot.settings import Settings
from bot.storage.tables import Customer, DeliveryKind, StaffUser
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.gateway import make_settings, until
from tests.interviews import add_conversation, say
from tests.stack import find_free_port

WORDS = "my number is 020 7946 0000, call me"


class Mailbox:
    """A mail server's own part: it takes mail, or refuses it with `status`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.status = "250 taken"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.status.startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return self.status


class QuietController(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.example", decode_data=False)


@pytest.fixture
def mailbox() -> Any:
    box = Mailbox()
    controller = QuietController(box, hostname="127.0.0.1", port=find_free_port())
    controller.start()
    box.port = controller.port  # type: ignore[attr-defined]
    yield box
    controller.stop()


@pytest.fixture
def settings(mailbox: Any) -> Settings:
    return make_settings(
        staff_email="support@shop.example",
        email_from="farewell@shop.example",
        smtp_host="127.0.0.1",
        smtp_port=mailbox.port,
        smtp_starttls=False,
        public_url="https://goodbye.shop.example",
    )


@pytest.fixture
def handoff(database: Database, clock: FixedClock) -> HandoffService:
    return HandoffService(database, Announcer(), clock)


@pytest.fixture
async def worker(
    database: Database, settings: Settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    monkeypatch.setattr(module, "SWEEP_SECONDS", 0.01)
    sender = StaffEmailSender(settings, clock)
    book = DeliveryBook(database, clock)
    task = asyncio.create_task(DeliveryWorker(book, {DeliveryKind.STAFF_EMAIL: sender}).run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def ask(database: Database, handoff: HandoffService, clock: FixedClock, conversation_id: str = "c1") -> None:
    handoff.request(conversation_id, say(database, clock(), WORDS, conversation_id=conversation_id))


def count(database: Database) -> int:
    with database.read() as work:
        return sum(work.deliveries.count().values())


async def test_staff_read_who_asks_and_where_and_not_a_word_of_what_was_said(
    database: Database, handoff: HandoffService, clock: FixedClock, mailbox: Any, worker: None
) -> None:
    add_conversation(database, clock())
    ask(database, handoff, clock)
    await until(lambda: mailbox.mails)
    [mail] = mailbox.mails
    assert (mail["To"], mail["From"]) == ("support@shop.example", "farewell@shop.example")
    assert mail["Subject"] == "Somebody at Bramble & Oak asks for a person"
    text = mail.get_content()
    assert "A visitor asks for a person" in text
    assert "https://goodbye.shop.example/console/conversations/c1" in text
    assert "Monday to Friday, 9:00 to 17:00" in text
    assert "7946" not in mail.as_string()
    await until(lambda: count(database) == 0)


async def test_a_known_customer_is_named_by_the_companys_own_id_alone(
    database: Database, handoff: HandoffService, clock: FixedClock, mailbox: Any, worker: None
) -> None:
    add_conversation(database, clock(), trial=True)
    with database.write() as work:
        customer = Customer(external_id="C-7", name="Ada Lindholm", created_at=clock())
        work.customers.add(customer)
        work.conversations.get("c1", lock=True).customer_id = customer.id
        work.commit()
    ask(database, handoff, clock)
    await until(lambda: mailbox.mails)
    assert "Customer C-7 asks for a person" in mailbox.mails[0].get_content()
    assert "Lindholm" not in mailbox.mails[0].as_string()
    assert mailbox.mails[0]["Subject"].startswith("Trial: ")


async def test_somebody_who_asks_again_and_again_is_one_mail_an_hour(
    database: Database, handoff: HandoffService, clock: FixedClock
) -> None:
    staff = _add_staff(database, clock)
    for conversation_id in ("c1", "c2"):
        add_conversation(database, clock(), conversation_id)
    for _ in range(3):
        ask(database, handoff, clock)
    ask(database, handoff, clock, "c2")
    assert count(database) == 2
    handoff.hand_back("c1", staff)
    clock.move(minutes=59)
    ask(database, handoff, clock)
    assert count(database) == 2
    handoff.hand_back("c1", staff)
    clock.move(minutes=1)
    ask(database, handoff, clock)
    assert count(database) == 3


async def test_staff_who_take_a_conversation_over_are_not_told_that_they_did(
    database: Database, handoff: HandoffService, clock: FixedClock
) -> None:
    add_conversation(database, clock())
    handoff.request("c1")
    assert count(database) == 0


async def test_a_mail_that_is_refused_for_a_while_arrives_later(
    database: Database, handoff: HandoffService, clock: FixedClock, mailbox: Any, worker: None
) -> None:
    mailbox.status = "451 later"
    add_conversation(database, clock())
    ask(database, handoff, clock)
    await until(lambda: _error(database) == "status 451")
    mailbox.status = "250 taken"
    clock.move(minutes=1)
    await until(lambda: mailbox.mails)


async def test_a_mail_server_that_is_not_there_is_told_in_one_word(settings: Settings, clock: FixedClock) -> None:
    gone = settings.model_copy(update={"smtp_port": find_free_port()})
    with pytest.raises(NotDelivered, match="ConnectionRefusedError"):
        await StaffEmailSender(gone, clock).send(_parcel())


async def test_a_mail_server_without_encryption_gets_nothing_where_encryption_is_wanted(
    settings: Settings, clock: FixedClock, mailbox: Any
) -> None:
    strict = settings.model_copy(update={"smtp_starttls": True})
    with pytest.raises(NotDelivered, match="SMTPNotSupportedError"):
        await StaffEmailSender(strict, clock).send(_parcel())
    assert mailbox.mails == []


async def test_the_same_news_is_the_same_mail(settings: Settings, clock: FixedClock, mailbox: Any) -> None:
    sender = StaffEmailSender(settings, clock)
    for _ in range(2):
        await sender.send(_parcel())
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1


def _parcel() -> Parcel:
    return Parcel("d1", DeliveryKind.STAFF_EMAIL, {"conversation": "c1", "customer": None, "trial": False})


def _error(database: Database) -> str | None:
    with database.read() as work:
        newest = work.deliveries.find_newest("c1", DeliveryKind.STAFF_EMAIL)
        return newest.error if newest else None


def _add_staff(database: Database, clock: FixedClock) -> Any:
    with database.write() as work:
        staff = StaffUser(name="maya", password_hash="x", created_at=clock())
        work.session.add(staff)
        work.commit()
        return staff
