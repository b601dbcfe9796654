"""Makes, checks and hashes passwords of staff. It knows no database and keeps nothing."""

from __future__ import annotations

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.errors import FarewellError

MINIMUM_LENGTH = 12
# A longer one is never needed, and hashing a megabyte would be work an outsider can order.
MAXIMUM_LENGTH = 200

_hasher = PasswordHasher()
# A hash takes 64 MiB of memory, so a crowd at the door must not be checked all at once.
_at_once = BoundedSemaphore(2)


class PasswordUnfit(FarewellError):
    """A password needs 12 to 200 characters."""


def hash_password(password: str) -> str:
    """Return the Argon2id hash to be stored.

    Raises:
        PasswordUnfit: when it is too short or too long.
    """
    if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
        raise PasswordUnfit
    with _at_once:
        return _hasher.hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Tell whether the password belongs to the hash. Without a hash it takes as long and says no, so that
    the time an answer takes does not tell which names exist."""
    if len(password) > MAXIMUM_LENGTH:
        return False
    with _at_once:
        try:
            _hasher.verify(password_hash or _NOBODY, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return password_hash is not None


def needs_new_hash(password_hash: str) -> bool:
    """Tell whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def make_password() -> str:
    """Return a new random password that can be typed from a sheet of paper."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


# The hash of a password that nobody was ever told, with the parameters of today.
_NOBODY = _hasher.hash(secrets.token_urlsafe())
