"""The company's mail server: hands one mail to it, and says exactly what can be known of how that went.

It must not know what a mail says, nor whether it is tried again.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from typing import Protocol

from bot.errors import FarewellError
from bot.settings import IMPLICIT_TLS, Settings


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header that programs read. The library would break a long address in it and encode the pieces, after which no
    program finds it."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _make_headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-ID"):
        registry.map_to_type(name, _OneLine)
    return registry


MAIL = SMTP.clone(cte_type="7bit", header_factory=_make_headers())
"""How a mail is put together: whatever its words are, it passes every mail server on its way."""
CONNECT_SECONDS = 15
TAKE_SECONDS = 60
"""How long the server may think about a mail that it has been given whole."""
GO_AHEAD, TAKEN = 354, 250
CLOSING = 421
SIGN_IN_FIRST = (530, 534, 535, 538)
_ENHANCED = re.compile(rb"\s*(\d\.\d{1,3}\.\d{1,3})\b")


class ServerAway(FarewellError):
    """The server cannot be reached or used, so no mail leaves. Certainly this one has not."""


class MailRefused(FarewellError):
    """The server does not take this mail. `status` is its three digits, `enhanced` the finer ones (RFC 3463) where it
    gives them; `recipient`: it was the address that it did not like."""

    def __init__(self, status: int, said: bytes, *, recipient: bool) -> None:
        super().__init__(f"status {status}")
        self.status = status
        found = _ENHANCED.match(said)
        self.enhanced = found[1].decode() if found else ""
        self.recipient = recipient

    @property
    def for_good(self) -> bool:
        """Tell whether it will not be taken later either."""
        return self.status >= 500


class OutcomeLost(FarewellError):
    """The mail was given whole, and the connection ended before the server said that it has it."""


class MailTaker(Protocol):
    """Whatever takes mails from us."""

    def hand_over(self, mail: EmailMessage, recipient: str) -> None:
        """Take a mail for one recipient.

        Raises:
            ServerAway, MailRefused: when it has certainly not left.
            OutcomeLost: when that cannot be known.
        """


class MailServer:
    """Takes mails, one connection each."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def hand_over(self, mail: EmailMessage, recipient: str) -> None:
        """Give a mail to the server, for one recipient. It may take a minute.

        Raises:
            ServerAway, MailRefused: when it has certainly not left.
            OutcomeLost: when that cannot be known.
        """
        with self._open() as server:
            _address(server, self._settings.email_from, recipient)
            _give(server, mail)

    @contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(_describe(error)) from None
        try:
            try:
                self._greet(server)
            except (OSError, smtplib.SMTPException) as error:
                raise ServerAway(_describe(error)) from None
            yield server
            # What it says to a farewell changes nothing any more.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        host, port = self._settings.smtp_host, self._settings.smtp_port
        if port == IMPLICIT_TLS:
            return smtplib.SMTP_SSL(host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=CONNECT_SECONDS)

    def _greet(self, server: smtplib.SMTP) -> None:
        if self._settings.smtp_starttls and self._settings.smtp_port != IMPLICIT_TLS:
            server.starttls(context=ssl.create_default_context())
        if self._settings.smtp_password is not None:
            server.login(self._settings.smtp_user, self._settings.smtp_password.get_secret_value())
        server.ehlo_or_helo_if_needed()


def _address(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    """Say from whom and to whom."""
    try:
        status, said = server.mail(sender)
        if status != TAKEN:  # It is us whom it does not want, whoever the mail is for.
            raise ServerAway(f"status {status}")
        status, said = server.rcpt(recipient)
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(_describe(error)) from None
    if status == CLOSING or status in SIGN_IN_FIRST:
        raise ServerAway(f"status {status}")
    if status // 100 != 2:
        raise MailRefused(status, said, recipient=True)


def _give(server: smtplib.SMTP, mail: EmailMessage) -> None:
    """Give the mail itself. From its last byte on, only the server's answer tells whether it has it."""
    body = _write(mail)
    try:
        status, said = server.docmd("DATA")
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(_describe(error)) from None
    if status != GO_AHEAD:
        raise MailRefused(status, said, recipient=False)
    try:
        if server.sock is not None:
            server.sock.settimeout(TAKE_SECONDS)
        server.send(body)
        status, said = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeLost(_describe(error)) from None
    if status != TAKEN:
        raise MailRefused(status, said, recipient=False)


def _write(mail: EmailMessage) -> bytes:
    """Return the mail as it goes over the line: a dot alone ends it, so a line that begins with one gets another."""
    body = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())
    return (body if body.endswith(b"\r\n") else body + b"\r\n") + b".\r\n"


def _describe(error: Exception) -> str:
    """Say what went wrong in a word. Its own words are not kept: they may quote an address."""
    return f"status {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__
