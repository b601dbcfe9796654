"""What staff decide about offers: one that somebody has requested, and who gets none at all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console.access import HOME, require_form
from bot.console.flags import flag_customer, unflag_customer
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
    flag_customer(services.database, conversation_id, staff.name, services.clock())
    return _lead_back(conversation_id, "flagged")


@router.post("/unflag")
def unflag(request: Request, conversation_id: str, staff: Actor) -> Response:
    """Let this customer have offers again."""
    services: ConsoleServices = request.app.state.services
    unflag_customer(services.database, conversation_id, staff.name, services.clock())
    return _lead_back(conversation_id, "unflagged")


def _lead_back(conversation_id: str, done: str) -> Response:
    return RedirectResponse(f"{HOME}conversations/{conversation_id}?done={done}", 303)
