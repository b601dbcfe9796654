"""Signs staff in and out and knows who is behind a cookie. It must not know about HTTP."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from bot.clock import Clock
from bot.console.attempts import Attempts
from bot.console.passwords import hash_password, needs_new_hash, password_fits
from bot.errors import FarewellError
from bot.storage.tables import StaffSignIn, StaffUser
from bot.storage.unit_of_work import Database

VALID_FOR = timedelta(hours=12)


class SignInRefused(FarewellError):
    """Name and password do not fit together."""


@dataclass(frozen=True)
class SignedInStaff:
    """Who is signed in. `form_token` guards the forms of this sign-in against forgery."""

    user: StaffUser
    form_token: str

    @property
    def name(self) -> str:
        """The name they signed in with."""
        return self.user.name


class SignIns:
    """Signed-in browsers: rows that hold the hash of a cookie, valid for twelve hours."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._attempts = Attempts()

    def sign_in(self, name: str, password: str, address: str) -> str:
        """Return the value for a new cookie.

        Raises:
            TooManyAttempts: from this address or for this name; nothing was checked.
            SignInRefused: without saying whether it was the name or the password.
        """
        name = name.strip()
        self._attempts.take(name, address)
        with self._database.read() as uow:
            user = uow.staff.find_by_name(name)
            # What was typed as a name is not recorded: now and then it is the password.
            known_name = user.name if user else None
            known_hash = user.password_hash if user and not user.disabled_at else None
        if not password_fits(known_hash, password) or known_name is None or known_hash is None:
            self._refuse(known_name, address)
        self._attempts.forgive(name, address)
        new_hash = hash_password(password) if needs_new_hash(known_hash) else known_hash
        return self._remember(known_name, known_hash, new_hash)

    def find(self, cookie: str) -> SignedInStaff | None:
        """Return who is signed in with this cookie, or None."""
        with self._database.read() as uow:
            sign_in = uow.staff.find_sign_in(_hash(cookie), self._clock())
        return SignedInStaff(sign_in.staff_user, sign_in.form_token) if sign_in else None

    def sign_out(self, cookie: str, staff: SignedInStaff) -> None:
        """End this sign-in."""
        with self._database.write() as uow:
            uow.staff.remove_sign_in(_hash(cookie))
            uow.audit.record(staff.name, "staff.signed_out", self._clock())
            uow.commit()

    def _remember(self, name: str, checked_hash: str, new_hash: str) -> str:
        cookie = secrets.token_urlsafe(32)
        now = self._clock()
        with self._database.write() as uow:
            user = uow.staff.find_by_name(name)
            # The password may have been changed while the old one was being checked.
            if user is None or user.password_hash != checked_hash:
                raise SignInRefused
            user.password_hash = new_hash
            uow.staff.remove_expired_sign_ins(now)
            uow.staff.add_sign_in(
                StaffSignIn(
                    token_hash=_hash(cookie),
                    staff_user_id=user.id,
                    form_token=secrets.token_urlsafe(32),
                    created_at=now,
                    expires_at=now + VALID_FOR,
                )
            )
            uow.audit.record(user.name, "staff.signed_in", now)
            uow.commit()
        return cookie

    def _refuse(self, name: str | None, address: str) -> NoReturn:
        with self._database.write() as uow:
            uow.audit.record("unknown", "staff.sign_in_failed", self._clock(), subject=name, address=address)
            uow.commit()
        raise SignInRefused


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
