"""Sends the letters of touches by e-mail, and says what can be known of how that went."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from email.errors import MessageError

from bot.channels.email.mail import MailWriter, name_letter
from bot.channels.email.server import CLOSING, MailRefused, MailTaker, OutcomeLost, ServerAway
from bot.conversations.correspondence import Correspondence, Occasion
from bot.conversations.letter_book import Envelope
from bot.conversations.outbox import LetterRefused, NotSent, OutcomeUnknown

AT_ONCE = 8
"""So many connections to the mail server there are at most; what waits for one holds up nothing else."""
_NO_MAILBOX = (550, 551, 553)
_BAD_ADDRESS = ("5.1.", "5.2.1")
"""Finer statuses (RFC 3463) which say that nothing ever arrives at this address. Others, like 5.7.1, are about us."""


class CustomerEmailSender:
    """Writes to customers through the company's mail server."""

    def __init__(self, server: MailTaker, writer: MailWriter, correspondence: Correspondence) -> None:
        self._server = server
        self._writer = writer
        self._correspondence = correspondence
        # Its own threads: a slow mail server must not keep those waiting who talk to us now.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail")

    async def send(self, envelope: Envelope) -> str:
        """Send a letter, and return its own part of the mail's Message-ID.

        Raises:
            NotSent, OutcomeUnknown, LetterRefused: when it has not arrived, or when that cannot be known.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._send, envelope)

    def close(self) -> None:
        """Take no more letters; what is on its way arrives."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _send(self, envelope: Envelope) -> str:
        occasion = self._find_occasion(envelope)
        if occasion is None:
            raise LetterRefused("not agreed to")
        try:
            mail = self._writer.write(envelope, occasion)
        except (ValueError, IndexError, MessageError) as error:
            raise LetterRefused(type(error).__name__) from None
        try:
            self._server.hand_over(mail, envelope.address)
        except ServerAway as error:
            raise NotSent(str(error), channel_is_away=True) from None
        except OutcomeLost as error:
            raise OutcomeUnknown(str(error)) from None
        except MailRefused as refusal:
            raise explain(refusal) from None
        return name_letter(envelope)

    def _find_occasion(self, envelope: Envelope) -> Occasion | None:
        if envelope.touch_id is None:  # Without a touch there is no way to answer, nor to unsubscribe.
            return None
        try:
            return self._correspondence.find_occasion(envelope.touch_id, envelope.address)
        except Exception as error:  # The database may be away for a moment; then the letter has certainly not left.
            raise NotSent(type(error).__name__) from None


def explain(refusal: MailRefused) -> NotSent | LetterRefused:
    """Return what a refusal means for the letter, and for any other one to this address."""
    said = f"{refusal} {refusal.enhanced}".strip()
    if not refusal.for_good:
        return NotSent(said, channel_is_away=refusal.status == CLOSING)
    if not refusal.recipient:
        return LetterRefused(said)
    is_unreachable = refusal.enhanced.startswith(_BAD_ADDRESS) if refusal.enhanced else refusal.status in _NO_MAILBOX
    return LetterRefused(said, unreachable=is_unreachable)
