"""Puts the console together and mounts it under /console: an application of its own, with its own error pages."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bot.console.access import HOME, FormRefused, Knock, NotSignedIn, safe_target, sign_in_address, wanted_page
from bot.console.figures import FigureShelf
from bot.console.headers import Guard
from bot.console.pages import HTMX, STATIC, Pages
from bot.console.routes import (
    calls,
    conversations,
    customers,
    export,
    improvements,
    offers,
    outreach,
    results,
    sign_in,
    transcript,
)
from bot.console.services import ConsoleServices
from bot.console.sign_ins import SignIns
from bot.errors import FarewellError, NotFound

log = structlog.get_logger()
# What keeps its address when it changes is asked for again each time.
_CHECKED = {"Cache-Control": "no-cache"}


def install_console(app: FastAPI) -> None:
    """Mount the console on the application, whose `state.services` must be there."""
    if not HTMX.exists():
        log.warning("console.scripts_missing", consequence="pages do not refresh themselves", remedy="make setup")
    app.add_api_route("/console", _lead_home, include_in_schema=False)
    app.mount("/console", Guard(build_console(app.state.services)))


def build_console(services: ConsoleServices) -> FastAPI:
    """Build the console as an application of its own, whose addresses begin behind /console."""
    console = FastAPI(title="Farewell console", docs_url=None, redoc_url=None, openapi_url=None)
    console.state.services = services
    console.state.sign_ins = SignIns(services.database, services.clock)
    console.state.knock = Knock(services.settings)
    console.state.pages = Pages(services.settings, services.clock)
    console.state.figures = FigureShelf(services.results, services.clock)
    screens = (sign_in, conversations, transcript, offers, export, outreach, calls, improvements, results, customers)
    for screen in screens:
        console.include_router(screen.router)
    console.add_api_route("/theme.css", _theme)
    console.add_api_route("/htmx.min.js", _htmx)
    console.mount("/static", _Static(directory=STATIC))
    console.add_exception_handler(NotSignedIn, _ask_to_sign_in)
    for error in (FarewellError, HTTPException, RequestValidationError, Exception):
        console.add_exception_handler(error, _explain)
    return console


class _Static(StaticFiles):
    """Files whose address changes with their content, so they may be kept for long."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "max-age=31536000, immutable"
        return answer


def _lead_home() -> Response:
    return RedirectResponse(HOME, 308)


def _theme(request: Request) -> Response:
    pages: Pages = request.app.state.pages
    return Response(pages.theme, media_type="text/css", headers=_CHECKED)


def _htmx() -> Response:
    if not HTMX.exists():
        raise HTTPException(404)
    return FileResponse(HTMX, media_type="text/javascript", headers=_CHECKED)


def _ask_to_sign_in(request: Request, _error: Exception) -> Response:
    if request.headers.get("HX-Request"):
        # The page itself is loaded anew, which leads to the sign-in page and back.
        return Response(status_code=401, headers={"HX-Refresh": "true"})
    if request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        # Somebody followed a link in an e-mail. Browsers keep a strict cookie to themselves then, but send it
        # when our own page leads on.
        pages: Pages = request.app.state.pages
        return pages.show("onward.html", target=safe_target(wanted_page(request)), staff=None)
    return RedirectResponse(sign_in_address(wanted_page(request)), 303)


def _explain(request: Request, error: Exception) -> Response:
    pages: Pages = request.app.state.pages
    match error:
        case FormRefused():
            status, title = 403, str(error)
        case NotFound():
            status, title = 404, str(error)
        case FarewellError():
            status, title = 409, str(error)
        case HTTPException(status_code=404):
            status, title = 404, "There is no such page."
        case HTTPException(status_code=status):
            title = "This cannot be done that way."
        case RequestValidationError():
            status, title = 422, "This is not what a form of the console sends."
        case _:
            status, title = 500, "Something went wrong on our side. Try again; if it comes back, look into the log."
    return pages.show("problem.html", status, title=title, staff=None)
