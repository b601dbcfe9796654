"""E-mail to customers as one thing: what leaves, and how it stands. Nothing comes in this way: people answer on the
page."""

from __future__ import annotations

from bot.channels.email.customers import CustomerEmailSender
from bot.conversations.letter_book import LetterBook
from bot.conversations.outbox import Outbox


class EmailChannel:
    """Carries letters to customers' mailboxes as long as `run` runs."""

    def __init__(self, letters: LetterBook, sender: CustomerEmailSender) -> None:
        self._sender = sender
        self._outbox = Outbox(letters, sender)

    @property
    def trouble(self) -> str | None:
        """Why no mail leaves at the moment, in a few words; None when it does."""
        return self._outbox.trouble

    async def run(self) -> None:
        """Carry until cancelled."""
        try:
            await self._outbox.run()
        finally:
            self._sender.close()
