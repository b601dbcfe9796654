"""Makes `.env` once, with random secrets. It never touches one that is there."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from bot.settings import WEBHOOK_SECRET_PREFIX

SECRETS = {
    "SECRET_KEY": 32,
    "RASA_GATEWAY_SECRET": 32,
    "STAFF_PASSWORD": 12,
    "CUSTOMER_TOKEN_SECRET": 32,
    "COMPANY_API_KEY": 32,
    "WEBHOOK_SECRET": 32,
}
"""Settings that are made up, with their strength in bytes."""


def write_env_file(example: Path, target: Path) -> bool:
    """Copy `example` to `target` (mode 0600) with every secret filled in.

    Returns whether it was made: an existing file is left as it is. A crash leaves no half-written file.
    """
    if target.exists():
        return False
    lines = [_fill(line) for line in example.read_text(encoding="utf-8").splitlines()]
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        # A link fails when somebody else was faster; a rename would overwrite their file.
        os.link(draft, target)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _fill(line: str) -> str:
    name, equals, value = line.partition("=")
    return f"{name}={_make_secret(name)}" if equals and not value and name in SECRETS else line


def _make_secret(name: str) -> str:
    if name == "WEBHOOK_SECRET":  # Receivers know it in this form.
        return WEBHOOK_SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRETS[name])).decode()
    return secrets.token_urlsafe(SECRETS[name])
