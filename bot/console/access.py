"""Lets staff in and keeps others out: the cookie of a sign-in, and the token that every form must carry."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Form, Request
from starlette.responses import Response

from bot.console.sign_ins import VALID_FOR, SignedInStaff, SignIns
from bot.errors import FarewellError
from bot.settings import Settings

HOME = "/console/"
COOKIE = "farewell_staff"
_KNOCK = "farewell_sign_in"


class NotSignedIn(FarewellError):
    """Sign in first."""


class FormRefused(FarewellError):
    """This page was open for too long, or you have signed in again since. Go back, reload it and try once more."""


def require_staff(request: Request) -> SignedInStaff:
    """Return who is signed in.

    Raises:
        NotSignedIn: which is answered with the way to the sign-in page.
    """
    sign_ins: SignIns = request.app.state.sign_ins
    cookie = request.cookies.get(COOKIE)
    staff = sign_ins.find(cookie) if cookie else None
    if staff is None:
        raise NotSignedIn
    return staff


def require_form(
    staff: Annotated[SignedInStaff, Depends(require_staff)], form_token: Annotated[str, Form()] = ""
) -> SignedInStaff:
    """Return who is signed in, after making sure that the form is one of ours.

    Raises:
        NotSignedIn, FormRefused: and nothing is done.
    """
    if not _same(form_token, staff.form_token):
        raise FormRefused
    return staff


class Knock:
    """The sign-in form's own guard: before anybody is signed in, its token is bound to a cookie of its own."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.secret_key.get_secret_value().encode()
        self._secure = settings.address.startswith("https://")

    def prepare(self, request: Request) -> tuple[str, str]:
        """Return the cookie's value (kept when there is one, so that two tabs do not disturb each other) and
        the token for the form."""
        value = request.cookies.get(_KNOCK) or secrets.token_urlsafe(32)
        return value, self._token(value)

    def check(self, request: Request, form_token: str) -> None:
        """Make sure that the form is one of ours.

        Raises:
            FormRefused: and nothing is done.
        """
        value = request.cookies.get(_KNOCK)
        if not value or not _same(form_token, self._token(value)):
            raise FormRefused

    def remember(self, response: Response, value: str) -> None:
        """Set the form's cookie."""
        response.set_cookie(_KNOCK, value, path=HOME, httponly=True, samesite="strict", secure=self._secure)

    def open(self, response: Response, cookie: str) -> None:
        """Let a browser in."""
        seconds = int(VALID_FOR.total_seconds())
        response.set_cookie(
            COOKIE, cookie, max_age=seconds, path=HOME, httponly=True, samesite="strict", secure=self._secure
        )
        response.delete_cookie(_KNOCK, path=HOME)

    def close(self, response: Response) -> None:
        """Let a browser out."""
        response.delete_cookie(COOKIE, path=HOME)

    def _token(self, value: str) -> str:
        return hmac.new(self._key, b"sign-in form:" + value.encode(), hashlib.sha256).hexdigest()


def safe_target(wanted: str) -> str:
    """Return where to go after signing in: the wanted page if it is one of the console, else its first page."""
    # A path that begins with ours names no other host, whatever follows; browsers read a backslash as a slash.
    safe = wanted.startswith(HOME) and wanted.isprintable() and "\\" not in wanted
    return wanted if safe else HOME


def wanted_page(request: Request) -> str:
    """Return the page somebody wanted, for after the sign-in. A form cannot be sent again, so its page is taken."""
    path = request.url.path
    if request.method != "GET":
        return path.rsplit("/", 1)[0] if path.startswith(f"{HOME}conversations/") else HOME
    return f"{path}?{request.url.query}" if request.url.query else path


def sign_in_address(target: str) -> str:
    """Return the address of the sign-in page that leads on to `target`."""
    return f"{HOME}sign-in" + (f"?next={quote(target, safe='')}" if target != HOME else "")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
