"""The list of conversations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from bot.console.access import require_staff
from bot.console.list_address import ListAddress
from bot.console.pages import Pages
from bot.console.services import ConsoleServices
from bot.console.sign_ins import SignedInStaff
from bot.storage.views import count_conversations, list_conversations

router = APIRouter()


@router.get("/")
def show_conversations(
    request: Request,
    staff: Annotated[SignedInStaff, Depends(require_staff)],
    show: str = "",
    reason: str = "",
    q: str = "",
    page: str = "",
) -> Response:
    """Show who waits, who was here and why they leave."""
    pages: Pages = request.app.state.pages
    services: ConsoleServices = request.app.state.services
    address = ListAddress.read(show, reason, q, page)
    return pages.show(
        "conversations.html",
        staff=staff,
        address=address,
        counts=count_conversations(services.database),
        page=list_conversations(services.database, address.filter, address.page),
    )
