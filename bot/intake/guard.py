"""Lets nobody to the company's API but who has its key, before a byte of what they send is read.

It must not know what the API does. Nothing here sets or reads a cookie.
"""

from __future__ import annotations

import hmac
import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes: a thousand records with all their fields, and notes of some length."""
REQUESTS = RateLimitItemPerMinute(300)
REFUSALS = RateLimitItemPerMinute(30)
"""So often an address may show a wrong key; whoever has the right one is let in all the same."""
OPEN = ("/docs", "/openapi.json")
"""What anybody may read: it says how the API is used, and nothing of anybody."""


class Guard:
    """Wraps the API."""

    def __init__(self, app: ASGIApp, key: SecretStr | None) -> None:
        self._app = app
        self._key = key.get_secret_value().encode() if key is not None else None
        self._counter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say why not."""
        if scope["type"] != "http" or self._is_open(scope):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refuse(headers, scope["client"][0] if scope.get("client") else "unknown")
        if refusal is None:
            body = await _read(headers, receive)
            if body is not None:
                await self._app(scope, _replay(body), send)
                return
            refusal = _say(413, "too_large", f"A body has {LARGEST_BODY // 1024**2} MB at most; send fewer records.")
        await refusal(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return scope["method"] in ("GET", "HEAD") and path in OPEN

    def _refuse(self, headers: Headers, address: str) -> JSONResponse | None:
        if self._key is None:
            return _say(404, "company_api_off", "COMPANY_API_KEY is not set on this server, so this API is off.")
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), self._key):
            wait = self._count(REFUSALS, address)
            if wait is None:
                return _say(401, "wrong_key", "Send `Authorization: Bearer` and COMPANY_API_KEY of this server.")
        else:
            wait = self._count(REQUESTS, "everybody")
        if wait is None:
            return None
        return _say(429, "too_fast", f"That is too much at once; come back in {wait} s.", {"Retry-After": str(wait)})

    def _count(self, limit: RateLimitItem, who: str) -> int | None:
        """Count one more, and return how many seconds to wait where that is too much."""
        if self._counter.hit(limit, who):
            return None
        return max(1, math.ceil(self._counter.get_window_stats(limit, who).reset_time - time.time()))


def _say(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    more = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse({"error": code, "message": message}, status, more | (headers or {}))


async def _read(headers: Headers, receive: Receive) -> bytes | None:
    """Return the body; None where it is too large."""
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _replay(body: bytes) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    return replay
