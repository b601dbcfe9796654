"""Turns away requests whose body is larger than anything the application takes, before it is read whole."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web.errors import Explainer
from bot.conversations.refusals import TooLong

LARGEST_BODY = 256 * 1024
"""Bytes; 10,000 characters take 120,000 at most, each written as two escaped halves."""
_UNLIMITED = ("/internal/", "/api/company/")
"""Rasa sends what it remembers of a conversation; its route is open to this machine only. The company's own system
hands in many records; its API has a limit of its own, behind its key."""


class BodyLimit:
    """Wraps an application. A body of unknown length is read up to the limit before it is handed on."""

    def __init__(self, app: ASGIApp, explainer: Explainer) -> None:
        self._app = app
        self._explainer = explainer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_UNLIMITED):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        length = headers.get("content-length")
        if length is not None:
            body_is_small = length.isdecimal() and int(length) <= LARGEST_BODY
        elif "transfer-encoding" in headers:
            first = await _read(receive)
            body_is_small = first is not None
            receive = _replay(first, receive) if first else receive
        else:
            body_is_small = True
        if body_is_small:
            await self._app(scope, receive, send)
        else:
            await self._explainer.explain(TooLong())(scope, receive, send)


async def _read(receive: Receive) -> Message | None:
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return message
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return {"type": "http.request", "body": body, "more_body": False}


def _replay(first: Message, receive: Receive) -> Receive:
    waiting = [first]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
