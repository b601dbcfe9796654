"""Who a customer is, where the company's own back end vouches for it with a signed token.

It must not trust anything else: what a browser says by itself identifies nobody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
import structlog
from pydantic import ValidationError

from bot.clock import Clock
from bot.conversations.claims import Claims
from bot.conversations.refusals import Refusal
from bot.settings import Settings

log = structlog.get_logger()

ALGORITHM = "HS256"
LONGEST_TOKEN = 4096
LONGEST_LIFE = timedelta(hours=6)
"""How far ahead `exp` may be: a page that was open for longer has to ask its own server for another token."""
LEEWAY_SECONDS = 60
"""How far the clocks of two machines may be apart."""


class CustomerTokenRefused(Refusal):
    """The token proves nothing. The message is for the developer who signs it; it never quotes the token."""

    code = "customer_token_invalid"


class CustomerTokenExpired(CustomerTokenRefused):
    """The token is no longer valid; sign a new one whenever the page is drawn."""

    code = "customer_token_expired"


class CustomerTokenMalformed(CustomerTokenRefused):
    """The signature is right, but what the token says cannot be used."""

    code = "customer_token_malformed"


class CustomerTokensOff(CustomerTokenRefused):
    """CUSTOMER_TOKEN_SECRET is not set on the server, so it accepts no customer tokens."""

    code = "customer_token_not_set_up"


@dataclass(frozen=True)
class VouchedCustomer:
    """What the company's system says about the person in front of it. `monthly_value` is in minor units of `currency`;
    `timezone` is an IANA name. `trial`: a customer for trying things out, whose conversations count in no number."""

    external_id: str
    name: str | None = None
    email: str | None = None
    plan: str | None = None
    monthly_value: int | None = None
    currency: str | None = None
    place: str | None = None
    timezone: str | None = None
    joined_at: datetime | None = None
    trial: bool = False


class CustomerTokens:
    """Reads the tokens that the company's back end has signed (JWT, HS256)."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._secret = settings.customer_token_secret
        self._clock = clock
        if self._secret is None:
            log.info("customer_tokens.off", remedy="set CUSTOMER_TOKEN_SECRET to recognise signed-in customers")

    def read(self, token: object) -> VouchedCustomer:
        """Return whom a token vouches for. The same token may come as often as it likes while it is valid.

        Raises:
            CustomerTokenRefused: when it is not ours, no longer valid, or says what cannot be.
        """
        if self._secret is None:
            raise CustomerTokensOff
        if not isinstance(token, str):
            raise CustomerTokenMalformed("customer_token must be a string: the signed token (JWT).")
        if len(token) > LONGEST_TOKEN:
            raise CustomerTokenMalformed(f"customer_token is too long: {LONGEST_TOKEN} characters at most.")
        claims = _check_claims(_verify(token, self._secret.get_secret_value()))
        self._check_times(claims)
        return VouchedCustomer(
            external_id=claims.sub,
            name=claims.name,
            email=claims.email,
            plan=claims.plan,
            monthly_value=claims.minor_units,
            currency=claims.currency,
            place=claims.place,
            timezone=claims.timezone,
            joined_at=claims.joined_at,
            trial=claims.trial,
        )

    def _check_times(self, claims: Claims) -> None:
        now = self._clock().timestamp()
        if claims.exp + LEEWAY_SECONDS <= now:
            raise CustomerTokenExpired
        if claims.exp - now > LONGEST_LIFE.total_seconds() + LEEWAY_SECONDS:
            hours = LONGEST_LIFE // timedelta(hours=1)
            raise CustomerTokenMalformed(f"exp is too far ahead: {hours} hours at most, in seconds since 1970 (UTC).")
        if max(claims.iat or 0, claims.nbf or 0) - LEEWAY_SECONDS > now:
            raise CustomerTokenRefused("iat or nbf is in the future: compare the clocks of your server and ours.")


def sign_token(secret: str, claims: dict[str, object], now: datetime, life: timedelta = timedelta(hours=1)) -> str:
    """Return a token as a company's back end makes one. Our own demo page uses it."""
    issued = math.floor(now.timestamp())
    times = {"iat": issued, "exp": issued + math.floor(life.total_seconds())}
    return jwt.encode(claims | times, secret, algorithm=ALGORITHM)


def _verify(token: str, secret: str) -> dict[str, object]:
    """Return the claims if the signature is right. Times are checked by our own clock, and the rest by `Claims`."""
    unchecked = ("verify_exp", "verify_iat", "verify_nbf", "verify_aud", "verify_iss", "verify_sub", "verify_jti")
    options = dict.fromkeys(unchecked, False)
    try:
        # Naming the one algorithm refuses "none" and every other one that a token may claim for itself.
        return dict(jwt.decode(token, secret, algorithms=[ALGORITHM], options=options))  # type: ignore[arg-type]
    except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
        raise CustomerTokenRefused(
            "The token was not signed with this server's CUSTOMER_TOKEN_SECRET by HS256, or has been changed."
        ) from None


def _check_claims(claims: dict[str, object]) -> Claims:
    try:
        return Claims.model_validate(claims)
    except ValidationError as error:
        raise CustomerTokenMalformed(_explain(error)) from None


def _explain(error: ValidationError) -> str:
    sentences = []
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        claim = str(detail["loc"][0])[:40] if detail["loc"] else "The token"
        match detail["type"]:
            case "missing":
                sentences.append(f"{claim} is missing.")
            case "extra_forbidden":
                known = ", ".join(Claims.model_fields)
                sentences.append(f"{claim!a} is not a claim that Farewell knows; these are: {known}.")
            case _:
                sentences.append(f"{claim}: {detail['msg'].removeprefix('Value error, ')}.")
    return " ".join(sentences)
