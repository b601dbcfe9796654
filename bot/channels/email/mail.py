"""Writes the e-mail of a touch, plain and in HTML. What anybody wrote is text in it, never markup and never a header.

It must not send it, nor decide what it says.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.channels.colours import readable_on
from bot.channels.email.server import MAIL
from bot.clock import Clock
from bot.conversations.copy import GatewayCopy, Sentence, describe_company
from bot.conversations.correspondence import Occasion
from bot.conversations.letter_book import Envelope
from bot.settings import Settings

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_BELOW = {
    "answer": Sentence.MAIL_ANSWER,
    "unsubscribe": Sentence.MAIL_UNSUBSCRIBE,
    "privacy": Sentence.MAIL_PRIVACY,
    "support": Sentence.MAIL_SUPPORT,
}


class MailWriter:
    """Writes mails in the company's name."""

    def __init__(self, settings: Settings, copy: GatewayCopy, clock: Clock) -> None:
        logo = settings.company_logo_url
        self._company = {
            "company_name": settings.company_name,
            "privacy_url": describe_company(settings)["privacy_url"],
            "logo_url": settings.address + logo if logo.startswith("/") else logo,
            "colour": settings.company_colour,
            "on_colour": readable_on(settings.company_colour),
            "copy": {name: copy.say(sentence) for name, sentence in _BELOW.items()},
        }
        self._sender = Address(display_name=" ".join(settings.company_name.split()), addr_spec=settings.email_sender)
        self._copy = copy
        self._clock = clock

    def write(self, envelope: Envelope, occasion: Occasion) -> EmailMessage:
        """Return the mail. The same letter is always the same mail, by its Message-ID.

        Raises:
            ValueError, IndexError, email.errors.MessageError: when something cannot stand in a header, such as a broken
                address.
        """
        subject = self._copy.say(Sentence.for_subject(occasion.kind))
        values = self._company | {
            "subject": subject,
            "text": envelope.text,
            "paragraphs": [paragraph.split("\n") for paragraph in envelope.text.split("\n\n")],
            "because": self._copy.say(Sentence.MAIL_BECAUSE, day=occasion.agreed_on),
            "occasion": occasion,
        }
        mail = EmailMessage(policy=MAIL)
        mail["From"] = self._sender
        mail["To"] = Address(addr_spec=envelope.address)
        mail["Subject"] = " ".join(subject.split())
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = f"<{name_letter(envelope)}@{self._sender.domain}>"
        mail["List-Id"] = f"<farewell.{self._sender.domain}>"
        # RFC 8058: the mail program itself can post to this address, without opening a page.
        mail["List-Unsubscribe"] = f"<{occasion.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        # Keeps absence notes from coming back. It is written to a person, so it is not marked as automatic otherwise.
        mail["Precedence"] = "bulk"
        mail.set_content(_templates.get_template("touch.txt").render(values))
        mail.add_alternative(_templates.get_template("touch.html").render(values), subtype="html")
        return mail


def name_letter(envelope: Envelope) -> str:
    """Return the part of the Message-ID that is the letter's own."""
    return f"{envelope.touch_id}.{envelope.id}"
