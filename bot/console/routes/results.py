"""What writing to people was worth."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from bot.console.access import require_staff
from bot.console.figures import FigureShelf
from bot.console.pages import Pages
from bot.console.sign_ins import SignedInStaff

router = APIRouter(prefix="/outreach/results")


@router.get("")
def show_results(
    request: Request, staff: Annotated[SignedInStaff, Depends(require_staff)], since: str = ""
) -> Response:
    """Show what came of it all since a day, or since the first touch was planned."""
    pages: Pages = request.app.state.pages
    shelf: FigureShelf = request.app.state.figures
    beginning = _read_day(since)
    problem = "Write the day like 2026-10-01." if since.strip() and beginning is None else ""
    return pages.show(
        "results.html",
        422 if problem else 200,
        staff=staff,
        figures=shelf.get(beginning),
        chosen=beginning,
        problem=problem,
    )


def _read_day(text: str) -> datetime | None:
    """Return the beginning of a day in UTC, or None where the text is none."""
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2100 else None
