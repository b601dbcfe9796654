"""Sends staff an e-mail when somebody wants a person. No message text and no contact detail is ever in it."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from email.utils import format_datetime

from bot.channels.email.server import MAIL, MailRefused, MailServer, OutcomeLost, ServerAway
from bot.clock import Clock
from bot.conversations.deliveries import NotDelivered, Parcel
from bot.settings import Settings


class StaffEmailSender:
    """Writes to one address through the company's mail server."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._server = MailServer(settings)
        self._clock = clock

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> StaffEmailSender | None:
        """Return the sender, or None where nobody wants to be told."""
        return cls(settings, clock) if settings.staff_email else None

    async def send(self, parcel: Parcel) -> None:
        """Hand the mail to the mail server.

        Raises:
            NotDelivered: when the server cannot be reached or does not take it.
        """
        try:
            await asyncio.to_thread(self._server.hand_over, self.write(parcel), self._settings.staff_email)
        except MailRefused as refusal:
            raise NotDelivered(str(refusal), final=refusal.recipient and refusal.for_good) from None
        except (ServerAway, OutcomeLost) as error:
            raise NotDelivered(str(error)) from None

    def write(self, parcel: Parcel) -> EmailMessage:
        """Return the mail. The same news is always the same mail, by its Message-ID."""
        wish = parcel.payload
        who = f"Customer {wish['customer']}" if wish["customer"] else "A visitor"
        mail = EmailMessage(policy=MAIL)
        mail["From"] = self._settings.email_from
        mail["To"] = self._settings.staff_email
        trial = "Trial: " if wish["trial"] else ""
        mail["Subject"] = f"{trial}Somebody at {self._settings.company_name} asks for a person"
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = f"<{parcel.id}@{self._settings.email_from.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(
            f"{who} asks for a person in the chat.\n\n"
            f"Read what was said, and answer: {self._settings.address}/console/conversations/{wish['conversation']}\n\n"
            f"They were told when somebody is here: {self._settings.office_hours}.\n"
            "The bot is silent in that chat until you hand it back.\n"
        )
        return mail
