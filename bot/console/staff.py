"""Adds members of staff and changes their passwords. It must not decide who is signed in: see sign_ins."""

from __future__ import annotations

from bot.clock import Clock
from bot.console.passwords import hash_password, password_fits
from bot.errors import FarewellError, NotFound
from bot.settings import Settings
from bot.storage.tables import StaffUser
from bot.storage.unit_of_work import Database

FIRST_NAME = "admin"
LONGEST_NAME = 80
OPERATOR = "operator"


class NameTaken(FarewellError):
    """Somebody with this name is already there."""


class NameUnfit(FarewellError):
    """A name needs 1 to 80 characters on one line."""


class StaffNotFound(NotFound):
    """There is no member of staff with this name."""


def ensure_first_staff(database: Database, settings: Settings, clock: Clock) -> bool:
    """Add "admin" with the password from the settings if nobody works here yet; tell whether it was needed.

    The setting counts only then: later changes go through `farewell staff password`.
    """
    with database.read() as uow:
        if not uow.staff.is_empty():
            return False
    add_staff(database, clock, FIRST_NAME, settings.staff_password.get_secret_value(), actor="setup")
    return True


def uses_first_password(database: Database, settings: Settings) -> bool:
    """Tell whether "admin" still signs in with the password from the settings."""
    with database.read() as uow:
        user = uow.staff.find_by_name(FIRST_NAME)
        password_hash = user.password_hash if user else None
    return password_fits(password_hash, settings.staff_password.get_secret_value())


def add_staff(database: Database, clock: Clock, name: str, password: str, *, actor: str = OPERATOR) -> None:
    """Add a member of staff.

    Raises:
        NameUnfit, NameTaken, PasswordUnfit: with a sentence for the person who typed it.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NameUnfit
    password_hash = hash_password(password)
    with database.write() as uow:
        if uow.staff.find_by_name(name):
            raise NameTaken(f"Somebody named {name} is already there. To change the password: farewell staff password")
        now = clock()
        uow.staff.add(StaffUser(name=name, password_hash=password_hash, created_at=now))
        uow.audit.record(actor, "staff.added", now, subject=name)
        uow.commit()


def change_password(database: Database, clock: Clock, name: str, password: str, *, actor: str = OPERATOR) -> None:
    """Change a password and sign that person out everywhere.

    Raises:
        StaffNotFound, PasswordUnfit: with a sentence for the person who typed it.
    """
    check_staff(database, name)
    password_hash = hash_password(password)
    with database.write() as uow:
        user = uow.staff.find_by_name(name.strip())
        if user is None:
            raise StaffNotFound
        user.password_hash = password_hash
        uow.staff.remove_sign_ins_of(user)
        uow.audit.record(actor, "staff.password_changed", clock(), subject=user.name)
        uow.commit()


def check_staff(database: Database, name: str) -> None:
    """Make sure that there is such a member of staff.

    Raises:
        StaffNotFound: naming the command that adds one.
    """
    with database.read() as uow:
        if uow.staff.find_by_name(name.strip()) is None:
            raise StaffNotFound(f"Nobody here is named {name}. To add them: farewell staff add")
