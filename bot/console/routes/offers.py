"""What staff decide about offers: one that somebody has requested, who gets none at all, and who is left in peace."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console.access import HOME, require_form
from bot.console.flags import Mark, mark_customer, unmark_customer
from bot.console.services import ConsoleServices
from bot.console.sign_ins import SignedInStaff

router = APIRouter(prefix="/conversations/{conversation_id}")
Actor = Annotated[SignedInStaff, Depends(require_form)]


@router.post("/offer")
def decide(request: Request, conversation_id: str, staff: Actor, decision: Annotated[str, Form()] = "") -> Response:
    """Confirm or refuse an offer that was requested."""
    services: ConsoleServices = request.app.state.services
    match decision:
        case "confirm":
            services.offers.confirm(conversation_id, staff.user)
            return _lead_back(conversation_id, "confirmed")
        case "refuse":
            services.offers.refuse(conversation_id, staff.user)
            return _lead_back(conversation_id, "refused")
        case _:
            raise HTTPException(422)


@router.post("/flag")
def flag(request: Request, conversation_id: str, staff: Actor) -> Response:
    """Let this customer have no offers."""
    services: ConsoleServices = request.app.state.services
    mark_customer(services.database, conversation_id, Mark.FLAGGED, staff.name, services.clock())
    return _lead_back(conversation_id, "flagged")


@router.post("/unflag")
def unflag(request: Request, conversation_id: str, staff: Actor) -> Response:
    """Let this customer have offers again."""
    services: ConsoleServices = request.app.state.services
    unmark_customer(services.database, conversation_id, Mark.FLAGGED, staff.name, services.clock())
    return _lead_back(conversation_id, "unflagged")


@router.post("/dispute")
def dispute(request: Request, conversation_id: str, staff: Actor) -> Response:
    """Let nobody write to this customer, who complains about us or disputes a charge."""
    services: ConsoleServices = request.app.state.services
    mark_customer(services.database, conversation_id, Mark.DISPUTED, staff.name, services.clock())
    return _lead_back(conversation_id, "disputed")


@router.post("/settle")
def settle(request: Request, conversation_id: str, staff: Actor) -> Response:
    """Note that what this customer complained of is settled."""
    services: ConsoleServices = request.app.state.services
    unmark_customer(services.database, conversation_id, Mark.DISPUTED, staff.name, services.clock())
    return _lead_back(conversation_id, "settled")


def _lead_back(conversation_id: str, done: str) -> Response:
    return RedirectResponse(f"{HOME}conversations/{conversation_id}?done={done}", 303)
