"""A mail server for tests: it takes mail over SMTP, refuses it, or breaks the connection, as it is told."""

from __future__ import annotations

import contextlib
import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.stack import find_free_port

TAKEN = "250 taken"
CUT = "cut"
"""In place of an answer: the connection breaks."""


@dataclass
class Postbox:
    """The answers are what the server says at each step; `cuts_after_taking`: it takes the mail and then breaks off."""

    sender: str = TAKEN
    recipient: str = TAKEN
    data: str = TAKEN
    farewell: str = "221 bye"
    cuts_after_taking: bool = False
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.recipient == CUT:
            server.transport.abort()
        if self.recipient == TAKEN:
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data.startswith("250"):
            self.raw.append(envelope.original_content)
            self.recipients += envelope.rcpt_tos
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        if self.cuts_after_taking:
            server.transport.abort()
        return self.data

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
        return self.farewell


class _QuietController(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.example", decode_data=False)


@contextlib.contextmanager
def serve_mail(box: Postbox) -> Iterator[Postbox]:
    """Serve on a free port of this machine."""
    controller = _QuietController(box, hostname="127.0.0.1", port=find_free_port())
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def read_parts(mail: EmailMessage) -> tuple[str, str]:
    """Return the plain part of a mail and the one in HTML."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()
