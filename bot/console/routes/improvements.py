"""What was put right: how many were told of it, and recording something new after seeing exactly who is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from bot.console import outreach_words
from bot.console.access import HOME, require_form, require_staff
from bot.console.pages import Pages
from bot.console.services import ConsoleServices, Preview
from bot.console.sign_ins import SignedInStaff
from bot.errors import FarewellError
from bot.retention.reasons import Reason
from bot.storage.tables import RecordedImprovement
from bot.storage.views.improvements import list_improvements

DONE = "It is recorded. Whoever is to be told hears of it at the time that was shown."

router = APIRouter(prefix="/outreach/improvements")
Reader = Annotated[SignedInStaff, Depends(require_staff)]
Actor = Annotated[SignedInStaff, Depends(require_form)]


@dataclass(frozen=True)
class Telling:
    """What staff have typed into the form."""

    what: str = ""
    reasons: list[str] = field(default_factory=list)
    place: str = ""
    product: str = ""
    feature: str = ""

    def draft(self, services: ConsoleServices, staff: str) -> RecordedImprovement:
        """Return it as an improvement that is not recorded yet.

        Raises:
            FarewellError: when it cannot be recorded; the message says why and what to do.
        """
        known = {reason.value for reason in Reason}
        draft = services.improvements.draft(
            self.what,
            [Reason(value) for value in self.reasons if value in known],
            self.place.strip() or None,
            self.product.strip() or None,
            self.feature.strip() or None,
        )
        draft.recorded_by = staff
        return draft


def read_form(
    what: Annotated[str, Form()] = "",
    reason: Annotated[list[str] | None, Form()] = None,
    place: Annotated[str, Form()] = "",
    product: Annotated[str, Form()] = "",
    feature: Annotated[str, Form()] = "",
) -> Telling:
    """Return what staff have typed."""
    return Telling(what, reason or [], place, product, feature)


Told = Annotated[Telling, Depends(read_form)]


@router.get("")
def show_improvements(request: Request, staff: Reader, done: str = "") -> Response:
    """Show what was put right, and the form to record more."""
    return _show(request, staff, done=DONE if done else "")


@router.post("/preview")
def preview(request: Request, staff: Actor, telling: Told) -> Response:
    """Show exactly who would be told, when and with which words, and who would not and why. Nothing is stored."""
    services: ConsoleServices = request.app.state.services
    try:
        draft = telling.draft(services, staff.name)
    except FarewellError as error:
        return _show(request, staff, telling=telling, problem=outreach_words.name_fields(str(error)))
    return _show(request, staff, telling=telling, draft=draft, preview=services.improvements.preview(draft))


@router.post("")
def record(request: Request, staff: Actor, telling: Told) -> Response:
    """Record it, and have those told who left over it; audited."""
    services: ConsoleServices = request.app.state.services
    try:
        draft = telling.draft(services, staff.name)
    except FarewellError as error:
        return _show(request, staff, telling=telling, problem=outreach_words.name_fields(str(error)))
    services.improvements.record(draft, services.improvements.preview(draft))
    return RedirectResponse(f"{HOME}outreach/improvements?done=recorded", 303)


def _show(
    request: Request,
    staff: SignedInStaff,
    *,
    telling: Telling | None = None,
    draft: RecordedImprovement | None = None,
    preview: Preview | None = None,
    problem: str = "",
    done: str = "",
) -> Response:
    pages: Pages = request.app.state.pages
    services: ConsoleServices = request.app.state.services
    return pages.show(
        "improvements.html",
        422 if problem else 200,
        staff=staff,
        improvements=list_improvements(services.database),
        telling=telling or Telling(),
        draft=draft,
        preview=preview,
        problem=problem,
        done=done,
    )
