"""Passwords are long enough, never stored, and checked in the same time for names that do not exist."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from bot.console import passwords
from bot.console.passwords import PasswordUnfit, hash_password, make_password, needs_new_hash, password_fits


def test_a_password_fits_its_hash_and_no_other() -> None:
    stored = hash_password("correct horse battery")
    assert "correct" not in stored
    assert password_fits(stored, "correct horse battery")
    assert not password_fits(stored, "Correct horse battery")


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 201])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(PasswordUnfit, match="12 to 200 characters"):
        hash_password(password)


def test_without_a_hash_the_work_is_done_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, *arguments: str | bytes) -> bool:
            checked.append(str(arguments[0]))
            return bool(super().verify(*arguments))

    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert not password_fits(None, "whatever it may be")
    assert checked[0].startswith("$argon2id$")


def test_a_broken_hash_opens_nothing() -> None:
    assert not password_fits("not a hash", "whatever it may be")


def test_a_hash_made_with_weaker_parameters_is_to_be_renewed() -> None:
    assert needs_new_hash(PasswordHasher(time_cost=1, memory_cost=64).hash("x"))
    assert not needs_new_hash(hash_password("x" * 12))


def test_made_passwords_are_long_and_differ() -> None:
    made = {make_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 23 for password in made)
