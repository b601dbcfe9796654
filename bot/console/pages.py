"""Renders the console's templates. Everything a template prints is escaped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from bot.clock import Clock
from bot.console import outreach_words, words
from bot.console.colours import darken_until_readable, lighten_until_readable
from bot.retention.dates import find_zone
from bot.retention.money import write_amount
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind
from bot.settings import Settings
from bot.storage.views import ListedTouch, Shown, TouchShown

HERE = Path(__file__).parent
STATIC = HERE / "static"
HTMX = HERE / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"

USUAL_WAY = timedelta(minutes=1)
"""For so long a message is on its way to a chat without anybody being told so."""


class Pages:
    """The templates, and the words and functions they all use."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"utc": words.describe_time, "waiting": _describe_wait(clock)}
        self._templates.tests["late"] = lambda since: clock() - since > USUAL_WAY
        self._templates.globals |= {
            "company": settings.company_name,
            "live": HTMX.exists(),
            "asset": _asset_address,
            "words": words,
            "reasons": list(Reason),
            "shown": Shown,
            "outreach": outreach_words,
            "touches_shown": TouchShown,
            "touch_kinds": list(TouchKind),
            "write_amount": write_amount,
            "tell": _tell_touch(clock, settings.timezone),
            "there": _tell_time(clock, settings.timezone),
        }
        self.theme = _theme(settings.company_colour)

    def show(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """Return a page."""
        return HTMLResponse(self._templates.get_template(template).render(values), status)


def _describe_wait(clock: Clock) -> Callable[[datetime], str]:
    return lambda since: words.describe_wait(since, clock())


def _tell_touch(clock: Clock, company_zone: str | None) -> Callable[[ListedTouch], str]:
    return lambda touch: outreach_words.tell(touch, find_zone(touch.timezone, company_zone), clock())


def _tell_time(clock: Clock, company_zone: str | None) -> Callable[..., str]:
    """Return what tells a moment, or else what time it is now, by the clocks where a customer lives."""

    def tell(timezone: str | None, moment: datetime | None = None) -> str:
        return outreach_words.write_local(moment or clock(), find_zone(timezone, company_zone), clock())

    return tell


def _asset_address(name: str) -> str:
    # The address changes with the content, so no browser shows yesterday's style after an update.
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/console/static/{name}?{digest}"


def _theme(colour: str) -> str:
    """Return the style sheet with the company's colour; a sheet of its own, as inline styles are forbidden."""
    light, dark = darken_until_readable(colour), lighten_until_readable(colour)
    return f":root{{--accent:{light}}}@media(prefers-color-scheme:dark){{:root{{--accent:{dark}}}}}\n"
