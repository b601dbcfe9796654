"""All interviews as a table, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from bot.console.access import require_staff
from bot.console.services import ConsoleServices
from bot.console.sign_ins import SignedInStaff
from bot.conversations.interview_table import write_table
from bot.storage.views.interviews import read_interviews

MARK = "\ufeff"
"""Without it spreadsheet programs do not take the file for UTF-8."""

router = APIRouter()


@router.get("/interviews.csv")
def export_interviews(request: Request, staff: Annotated[SignedInStaff, Depends(require_staff)]) -> Response:
    """Send every interview but trials, one a row; audited."""
    services: ConsoleServices = request.app.state.services
    now = services.clock()
    with services.database.write() as uow:
        uow.audit.record(staff.name, "interviews.exported", now, subject="interviews")
        uow.commit()
    name = f"interviews-{now:%Y-%m-%d}.csv"
    return StreamingResponse(
        _write(services),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _write(services: ConsoleServices) -> Iterator[str]:
    yield MARK
    yield from write_table(read_interviews(services.database))
