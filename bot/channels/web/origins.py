"""Which sites may use the API from a browser: our own pages, and those that settings name.

There are no cookies on the API, so this guards visitors of other sites from being drawn in, not any session.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.web.errors import Explainer
from bot.conversations.refusals import ForeignOrigin
from bot.settings import Settings

_PREFLIGHT_SECONDS = 600


def guard_origins(app: ASGIApp, settings: Settings, explainer: Explainer) -> ASGIApp:
    """Return the application behind a check of the Origin header and with the CORS headers browsers ask for."""
    allowed = [*settings.widget_origins, settings.address]
    with_headers = CORSMiddleware(
        app,
        allow_origins=allowed,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Retry-After"],
        max_age=_PREFLIGHT_SECONDS,
    )
    return _OriginCheck(with_headers, frozenset(allowed), explainer)


class _OriginCheck:
    def __init__(self, app: ASGIApp, allowed: frozenset[str], explainer: Explainer) -> None:
        self._app = app
        self._allowed = allowed
        self._explainer = explainer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] != "OPTIONS" and not self._is_allowed(Headers(scope=scope)):
            await self._explainer.explain(ForeignOrigin())(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_allowed(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        # A page of ours may be reached by other names than the one in settings, such as localhost.
        return origin is None or origin in self._allowed or urlsplit(origin).netloc == headers.get("host")
