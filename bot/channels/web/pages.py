"""The pages a visitor sees: landing, demo shop, full-page chat, privacy notice, and the widget's files.

It shows settings and starts the widget; it stores nothing and reads no conversation.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from bot.channels.colours import readable_on
from bot.channels.web.demo import ADA, ROSA, sign_demo_customer
from bot.channels.web.security import SecurityHeaders, content_policy

if TYPE_CHECKING:
    import os

    from starlette.types import Scope

    from bot.settings import Settings

HERE = Path(__file__).parent
templates = Jinja2Templates(directory=HERE / "templates")
router = APIRouter(include_in_schema=False)


class SharedFiles(StaticFiles):
    """Static files that browsers keep but ask about each time, so that an update reaches every host page at once.

    The widget's own files may be fetched by any site, which a module script on another origin needs.
    """

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Answer with the file, or with 304 if the browser has it already."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, no-cache"
        path = Path(full_path)
        if path.parent.name == "widget" or path.name == "widget.js":
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


files = SharedFiles(directory=HERE / "static")


def install_pages(app: FastAPI) -> None:
    """Give the application its pages, static files, security headers and a kind answer for wrong addresses.

    The settings are read from `app.state.services.settings` with each request.
    """
    app.include_router(router)
    app.mount("/static", files, name="static")
    app.add_middleware(SecurityHeaders)
    app.add_exception_handler(404, answer_not_found)


@router.get("/")
async def show_landing(request: Request) -> Response:
    """Say what this is and where to go."""
    return draw_page(request, "landing.html")


@router.get("/demo/shop")
async def show_demo_shop(request: Request, customer: str = "") -> Response:
    """An invented customer's account page, with the widget on it as on a company's own site: one whom the chat does not
    know, or one for whom this server signs a token as a company's back end does."""
    now = datetime.now(UTC)
    deliveries = [now.date() + timedelta(days=4 - 14 * ago) for ago in range(4)]
    token = sign_demo_customer(_settings(request), customer, now)
    page = draw_page(
        request,
        "shop.html",
        shopper=ADA if token else ROSA,
        customer_token=token,
        next_delivery=deliveries[0],
        deliveries=deliveries[1:],
    )
    if token:
        page.headers["Cache-Control"] = "no-store"
    return page


@router.get("/demo/shop/ada")
async def show_demo_as_ada() -> Response:
    """Lead to the demo shop as a signed-in customer, a new one for whoever comes, so that demos do not mix."""
    return RedirectResponse(f"/demo/shop?customer=ada-{secrets.token_hex(4)}", 303, {"Cache-Control": "no-store"})


@router.get("/chat")
async def show_chat(request: Request) -> Response:
    """The chat on a page of its own, for a link in a cancellation e-mail."""
    return draw_page(request, "chat.html")


@router.get("/privacy")
async def show_privacy(request: Request) -> Response:
    """What is kept, who reads it, and how to have it deleted."""
    return draw_page(request, "privacy.html")


@router.get("/theme.css")
async def style_theme(request: Request) -> Response:
    """The company's colour, apart from the pages because they allow no style inside them."""
    colour = _settings(request).company_colour
    css = f":root {{ --brand: {colour}; --on-brand: {readable_on(colour)}; }}\n"
    return Response(css, media_type="text/css", headers={"Cache-Control": "no-cache"})


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def send_widget(request: Request) -> Response:
    """The script that a company puts on its own site."""
    return await files.get_response("widget.js", request.scope)


async def answer_not_found(request: Request, error: Exception) -> Response:
    """A friendly page for a person with a wrong address; JSON for a program."""
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    if wants_page and request.method in {"GET", "HEAD"}:
        return draw_page(request, "not_found.html", status=404)
    detail = getattr(error, "detail", None)
    if isinstance(detail, dict):
        return JSONResponse(detail, status_code=404)
    return JSONResponse({"error": "not_found", "message": "There is nothing at this address."}, status_code=404)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.services.settings
    return settings


def draw_page(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """Return a page with what settings say of the company."""
    settings = _settings(request)
    headers = {
        # What a page says comes from settings and may change with the next start.
        "Cache-Control": "no-cache",
        "Content-Security-Policy": content_policy([settings.company_logo_url]),
    }
    return templates.TemplateResponse(request, template, {"settings": settings, **context}, status, headers)
