"""One customer: what we wrote to them, what is planned and why, and where they talked to us."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from bot.console.access import require_staff
from bot.console.pages import Pages
from bot.console.services import ConsoleServices
from bot.console.sign_ins import SignedInStaff
from bot.console.viewing import CUSTOMER_VIEWED, record_viewing
from bot.errors import NotFound
from bot.storage.views import read_customer

_LARGEST = 2**31 - 1

router = APIRouter(prefix="/customers/{customer_id}")


@router.get("")
def show_customer(
    request: Request, customer_id: int, staff: Annotated[SignedInStaff, Depends(require_staff)]
) -> Response:
    """Show a customer; audited."""
    if not 0 < customer_id <= _LARGEST:
        raise NotFound("There is no such customer.")
    pages: Pages = request.app.state.pages
    services: ConsoleServices = request.app.state.services
    customer = read_customer(services.database, customer_id)
    record_viewing(services.database, f"#{customer_id}", staff.name, services.clock(), CUSTOMER_VIEWED)
    return pages.show("customer.html", staff=staff, customer=customer, why=services.why.explain(f"#{customer_id}"))
