"""E-mails are tried out without a mail server: they lie in a folder, and nothing is sent."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.application import _say_how_email_stands
from bot.channels.email.channel import EmailChannel
from bot.channels.email.customers import CustomerEmailSender
from bot.channels.email.folder import MailFolder
from bot.channels.email.mail import MailWriter
from bot.channels.web.health import HealthCheck
from bot.conversations import outbox
from bot.storage.tables import LetterState
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.gateway import make_settings, until
from tests.mailed import ADDRESS, WORDS, Mailing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var/mail"


@pytest.fixture
def mailing(database: Database, clock: FixedClock, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Mailing:
    monkeypatch.setattr(outbox, "SWEEP_SECONDS", 0.01)
    monkeypatch.setattr(outbox, "LONGEST_PAUSE", 0.05)
    mailing = Mailing(database, clock, make_settings(mail_folder=folder))
    writer = MailWriter(mailing.settings, mailing.copy, clock)
    mailing.channel = EmailChannel(
        mailing.letters, CustomerEmailSender(MailFolder(folder), writer, mailing.correspondence)
    )
    return mailing


def carry(mailing: Mailing, *steps: tuple[Callable[[], bool], Callable[[], object]]) -> None:
    """Let the channel carry; each time that something holds, do what follows."""

    async def run() -> None:
        task = asyncio.create_task(mailing.channel.run())
        try:
            for holds, then in steps:
                await until(holds)
                then()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


def nothing() -> None:
    pass


def list_files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def make_mail(recipient: str = ADDRESS) -> EmailMessage:
    mail = EmailMessage()
    mail["Message-ID"] = "<touch.7@farewell.example>"
    mail.set_content(f"To {recipient}")
    mail.add_alternative("<p>Hello", subtype="html")
    return mail


def test_adas_mail_lies_in_the_folder_for_her_mail_program_and_for_a_browser(mailing: Mailing, folder: Path) -> None:
    touch = mailing.touch(mailing.add_customer())
    carry(mailing, (lambda: mailing.find_letter(touch).state is LetterState.SENT, nothing))
    mail, page = list_files(folder)
    read = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    assert (mail.suffix, page.suffix) == (".eml", ".html")
    assert mail.name.startswith(f"{ADDRESS}.{touch}")
    assert read["To"] == ADDRESS
    talk, _ = mailing.find_links(touch)
    assert mailing.settings.local_address + talk in page.read_text()
    assert WORDS.splitlines()[0] in page.read_text()


def test_a_folder_that_cannot_be_written_to_loses_nothing_and_says_so(
    mailing: Mailing, clock: FixedClock, folder: Path
) -> None:
    def make_room() -> None:
        folder.unlink()
        clock.move(minutes=5)

    folder.parent.mkdir(parents=True)
    folder.write_text("a file is in the way")
    touch = mailing.touch(mailing.add_customer())
    carry(
        mailing,
        (lambda: "MAIL_FOLDER" in (mailing.channel.trouble or ""), nothing),
        # Only once it is written down when to try again may the clock go on.
        (lambda: mailing.find_letter(touch).error is not None, make_room),
        (lambda: mailing.find_letter(touch).state is LetterState.SENT, nothing),
    )
    assert len(list_files(folder)) == 2


def test_nobody_else_on_the_machine_reads_them(folder: Path) -> None:
    MailFolder(folder).hand_over(make_mail(), ADDRESS)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_the_same_mail_again_is_the_same_file(folder: Path) -> None:
    MailFolder(folder).hand_over(make_mail(), ADDRESS)
    MailFolder(folder).hand_over(make_mail(), ADDRESS)
    assert len(list_files(folder)) == 2


@pytest.mark.parametrize(
    "address", ["../../ada/x@lindholm.example", "/etc/x@lindholm.example", ".ada@x.example", "a\x00\n@x", "a" * 300]
)
def test_an_address_never_leads_out_of_the_folder(folder: Path, address: str) -> None:
    MailFolder(folder).hand_over(make_mail(), address)
    assert [file.suffix for file in list_files(folder)] == [".eml", ".html"]
    assert not any(file.name.startswith(".") for file in folder.iterdir())
    assert list_files(folder.parent) == [folder]


class ReadyRasa:
    async def is_ready(self) -> bool:
        return True


def test_health_and_the_log_do_not_let_it_be_taken_for_sending(mailing: Mailing) -> None:
    check = HealthCheck(mailing.database, ReadyRasa(), email=mailing.channel, into_folder=True)  # type: ignore[arg-type]
    health = bytes(asyncio.run(check.show()).body).decode()
    assert '"email":"folder"' in health
    assert '"status":"ok"' in health
    with capture_logs() as logs:
        _say_how_email_stands(mailing.settings)
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("email.not_sent", "warning")]
