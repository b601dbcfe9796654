"""A folder in place of a mail server: mails are written down there for trying things out, and none is ever sent.

It must not know what a mail says.
"""

from __future__ import annotations

import os
import re
import secrets
from email.message import EmailMessage
from pathlib import Path

from bot.channels.email.server import ServerAway

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.@+_-]+")
LONGEST_NAME = 120


class MailFolder:
    """Keeps each mail as a file that mail programs open, and its HTML part as a page that browsers do."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def hand_over(self, mail: EmailMessage, recipient: str) -> None:
        """Write a mail down; the same one again is the same file.

        Raises:
            ServerAway: when it could not be written.
        """
        page = mail.get_body(("html",))
        name = _name(mail, recipient)
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if page is not None:
                self._write(f"{name}.html", page.get_content().encode())
            self._write(f"{name}.eml", mail.as_bytes())
        except OSError as error:
            raise ServerAway(f"MAIL_FOLDER: {type(error).__name__}") from None

    def _write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all, for nobody else to read: there are addresses in it, and links that let in
        whoever has them."""
        draft = self._path / f".{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            draft.replace(self._path / name)
        finally:
            draft.unlink(missing_ok=True)


def _name(mail: EmailMessage, recipient: str) -> str:
    """Return what the files of a mail are called: whom it is for, and which letter it is."""
    letter = str(mail["Message-ID"]).strip("<>").partition("@")[0]
    return _NOT_IN_A_NAME.sub("_", f"{recipient[:LONGEST_NAME]}.{letter}").lstrip(".")
