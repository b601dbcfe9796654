"""The list of touches: to whom the bot wrote first or will, why, and what came of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console.access import require_form, require_staff
from bot.console.arrivals import settle_doubt
from bot.console.outreach_address import OutreachAddress
from bot.console.pages import Pages
from bot.console.services import ConsoleServices
from bot.console.sign_ins import SignedInStaff
from bot.storage.views import count_touches, list_touches

DONE = {
    "arrived": "It is noted that it arrived.",
    "not-arrived": "It is noted that it did not arrive. It is not sent again by itself.",
}

router = APIRouter(prefix="/outreach")


@router.get("")
def show_touches(
    request: Request,
    staff: Annotated[SignedInStaff, Depends(require_staff)],
    show: str = "",
    kind: str = "",
    page: str = "",
    done: str = "",
) -> Response:
    """Show who was or will be written to, and how that stands."""
    pages: Pages = request.app.state.pages
    services: ConsoleServices = request.app.state.services
    address = OutreachAddress.read(show, kind, page)
    return pages.show(
        "outreach.html",
        staff=staff,
        address=address,
        counts=count_touches(services.database),
        page=list_touches(services.database, address.filter, address.page),
        done=DONE.get(done, ""),
    )


@router.post("/touches/{touch_id}/arrival")
def note_arrival(
    request: Request,
    touch_id: str,
    staff: Annotated[SignedInStaff, Depends(require_form)],
    arrived: Annotated[str, Form()] = "",
    show: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
    page: Annotated[str, Form()] = "",
) -> Response:
    """Note whether something has arrived of which nobody could tell, and lead back to the list."""
    services: ConsoleServices = request.app.state.services
    if arrived not in ("yes", "no"):
        raise HTTPException(422)
    settle_doubt(services.database, touch_id, staff.name, services.clock(), arrived=arrived == "yes")
    address = OutreachAddress.read(show, kind, page)
    return RedirectResponse(address.at(page=address.page, done="arrived" if arrived == "yes" else "not-arrived"), 303)
