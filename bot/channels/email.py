"""Sends staff an e-mail by SMTP when somebody wants a person. No message text and no contact detail is ever in it."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

from bot.clock import Clock
from bot.conversations.deliveries import NotDelivered, Parcel
from bot.settings import IMPLICIT_TLS, Settings

SMTP_SECONDS = 15
REFUSED_FOR_GOOD = 500
"""From this status on the mail server will not take the same mail later either."""


class StaffEmailSender:
    """Writes to one address through one mail server."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
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
        await asyncio.to_thread(self._hand_over, self.write(parcel))

    def write(self, parcel: Parcel) -> EmailMessage:
        """Return the mail. The same news is always the same mail, by its Message-ID."""
        wish = parcel.payload
        who = f"Customer {wish['customer']}" if wish["customer"] else "A visitor"
        mail = EmailMessage()
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

    def _hand_over(self, mail: EmailMessage) -> None:
        try:
            with self._connect() as server:
                if self._settings.smtp_starttls and self._settings.smtp_port != IMPLICIT_TLS:
                    server.starttls(context=ssl.create_default_context())
                if self._settings.smtp_password is not None:
                    server.login(self._settings.smtp_user, self._settings.smtp_password.get_secret_value())
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            statuses = [status for status, _ in error.recipients.values()]
            raise NotDelivered(f"status {statuses}", final=min(statuses) >= REFUSED_FOR_GOOD) from None
        except smtplib.SMTPResponseException as error:
            raise NotDelivered(f"status {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(type(error).__name__) from None

    def _connect(self) -> smtplib.SMTP:
        host, port = self._settings.smtp_host, self._settings.smtp_port
        if port == IMPLICIT_TLS:
            return smtplib.SMTP_SSL(host, port, timeout=SMTP_SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=SMTP_SECONDS)
