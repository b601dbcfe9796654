"""The signed links in an e-mail: one leads into the conversation, the other ends all messages.

Each proves only that it came from a mail of ours. What it may open or change is decided where it is followed.
"""

from __future__ import annotations

import hmac
import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import jwt

from bot.clock import Clock
from bot.errors import FarewellError
from bot.settings import Settings

ALGORITHM = "HS256"
TALK_LIFE = timedelta(days=60)
_PURPOSE_OF_KEY = b"farewell: links in e-mails"
_LONGEST = 1000


class Purpose(StrEnum):
    """What a link is for; it is good for nothing else. It is also the first part of its address."""

    TALK = "talk"
    UNSUBSCRIBE = "unsubscribe"


class DeadLink(FarewellError):
    """The link leads nowhere."""


class LinkBroken(DeadLink):
    """The link is not one of ours, or a part of it got lost on the way."""


class LinkExpired(DeadLink):
    """The link is too old."""


@dataclass(frozen=True)
class TouchLink:
    """What a link is about. `contact_hash` is the keyed hash of the address it went to, which outlasts the touch."""

    touch_id: str
    contact_hash: str


class TouchLinks:
    """Signs links and reads them."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._address = settings.address
        # Its own key: what is signed here can never pass for anything else that SECRET_KEY stands for.
        self._key = hmac.digest(settings.secret_key.get_secret_value().encode(), _PURPOSE_OF_KEY, "sha256")
        self._clock = clock

    def write(self, purpose: Purpose, link: TouchLink) -> str:
        """Return the address of a link. One that leads into a conversation is good for 60 days, the other for ever."""
        claims: dict[str, object] = {"aud": purpose.value, "sub": link.touch_id, "to": link.contact_hash}
        if purpose is Purpose.TALK:
            claims["exp"] = math.floor((self._clock() + TALK_LIFE).timestamp())
        return f"{self._address}/{purpose.value}/{jwt.encode(claims, self._key, algorithm=ALGORITHM)}"

    def read(self, purpose: Purpose, token: str) -> TouchLink:
        """Return what a link is about.

        Raises:
            LinkBroken: when it is not ours, or was made for something else.
            LinkExpired: when its time is over.
        """
        claims = self._verify(purpose, token)
        touch_id, contact_hash, expires = claims.get("sub"), claims.get("to"), claims.get("exp")
        if not isinstance(touch_id, str) or not isinstance(contact_hash, str):
            raise LinkBroken
        if purpose is Purpose.TALK and not (isinstance(expires, int) and expires > self._clock().timestamp()):
            raise LinkExpired
        return TouchLink(touch_id, contact_hash)

    def _verify(self, purpose: Purpose, token: str) -> dict[str, object]:
        if len(token) > _LONGEST:
            raise LinkBroken
        # The time is checked by our own clock.
        options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            return dict(
                jwt.decode(token, self._key, algorithms=[ALGORITHM], audience=purpose.value, options=options)  # type: ignore[arg-type]
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
            raise LinkBroken from None
