"""Lets e-mails be written into a folder, by a line in `.env`, where nobody has set up how they are sent."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from bot.settings import Settings

FOLDER = "var/mail"
_LINE = re.compile(r"^MAIL_FOLDER=.*$", re.MULTILINE)


def set_up_mail_folder(settings: Settings, env_file: Path) -> bool:
    """Write MAIL_FOLDER into `env_file`, and tell whether that was done; not where mails have a way already, nor where
    there is no such file, as the settings then come from elsewhere. A crash leaves no half-written file."""
    if settings.mail_folder is not None or settings.smtp_host or not env_file.exists():
        return False
    text, line = env_file.read_text(encoding="utf-8"), f"MAIL_FOLDER={FOLDER}"
    text = _LINE.sub(line, text, count=1) if _LINE.search(text) else f"{text.rstrip()}\n{line}\n"
    draft = env_file.with_name(f"{env_file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(env_file)
    finally:
        draft.unlink(missing_ok=True)
    return True
