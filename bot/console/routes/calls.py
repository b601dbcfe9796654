"""Whom staff are to phone, and what they say came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from bot.console import outreach_words
from bot.console.access import HOME, require_form, require_staff
from bot.console.list_address import read_page
from bot.console.pages import Pages
from bot.console.services import ConsoleServices
from bot.console.sign_ins import SignedInStaff
from bot.console.viewing import CALLS_VIEWED, record_viewing
from bot.errors import FarewellError
from bot.retention.winback.answers import PAUSES
from bot.retention.winback.touches import TouchAnswer
from bot.storage.views import find_touch, list_calls

CALL_LIST = f"{HOME}outreach/calls"
CALLS = "calls"
LONGEST_NOTE = 2_000

router = APIRouter(prefix="/outreach/calls")
Reader = Annotated[SignedInStaff, Depends(require_staff)]
Actor = Annotated[SignedInStaff, Depends(require_form)]


@router.get("")
def show_calls(request: Request, staff: Reader, page: str = "", done: str = "", touch: str = "") -> Response:
    """Show whom to phone now, with their numbers, and whom later; and after a call, what is to be said of it."""
    return _show(request, staff, page=page, done=outreach_words.CALL_DONE.get(done, ""), made=touch)


@router.post("/{touch_id}/reached")
def note_reached(
    request: Request,
    touch_id: str,
    staff: Actor,
    answer: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Note what somebody said; the code of an offer they took is shown, so that staff can tell them."""
    services: ConsoleServices = request.app.state.services
    said = _read_answer(answer)
    if said is None:
        return _show(request, staff, problem="Choose what they said. Nothing was noted.", draft=(touch_id, "", note))
    if len(note) > LONGEST_NOTE:
        problem = f"A note has room for {LONGEST_NOTE:,} characters. Nothing was noted."
        return _show(request, staff, problem=problem, draft=(touch_id, answer, note))
    try:
        services.calls.note_reached(touch_id, staff.user, said[0], note, ask_again_in=said[1])
    except FarewellError as error:
        return _show(request, staff, problem=str(error), draft=(touch_id, answer, note))
    return _done("reached", touch_id)


@router.post("/{touch_id}/missed")
def note_missed(request: Request, touch_id: str, staff: Actor) -> Response:
    """Note that nobody took the call."""
    services: ConsoleServices = request.app.state.services
    try:
        again = services.calls.note_missed(touch_id, staff.user)
    except FarewellError as error:
        return _show(request, staff, problem=str(error))
    return _done("missed" if again else "given-up", touch_id)


@router.post("/{touch_id}/stop")
def stop_calling(request: Request, touch_id: str, staff: Actor) -> Response:
    """Note that somebody does not want to be phoned again."""
    services: ConsoleServices = request.app.state.services
    try:
        services.calls.stop_calling(touch_id, staff.user)
    except FarewellError as error:
        return _show(request, staff, problem=str(error))
    return _done("stopped", touch_id)


def _done(what: str, touch_id: str) -> Response:
    return RedirectResponse(f"{CALL_LIST}?{urlencode({'done': what, 'touch': touch_id})}", 303)


def _read_answer(value: str) -> tuple[TouchAnswer, timedelta | None] | None:
    """Return the answer that a form names, and for how long they want to be left alone where they said so."""
    name, _, pause = value.partition(":")
    if name not in {known.value for known in TouchAnswer}:
        return None
    answer = TouchAnswer(name)
    if answer is not TouchAnswer.NOT_NOW:
        return answer, None
    return (answer, PAUSES[pause]) if pause in PAUSES else None


def _show(
    request: Request,
    staff: SignedInStaff,
    *,
    page: str = "",
    problem: str = "",
    done: str = "",
    made: str = "",
    draft: tuple[str, str, str] = ("", "", ""),
) -> Response:
    pages: Pages = request.app.state.pages
    services: ConsoleServices = request.app.state.services
    found = list_calls(services.database, read_page(page))
    record_viewing(services.database, CALLS, staff.name, services.clock(), CALLS_VIEWED)
    return pages.show(
        "calls.html",
        422 if problem else 200,
        staff=staff,
        page=found,
        verdicts=services.calls.judge([call.touch.id for call in found.calls]),
        made=find_touch(services.database, made) if done else None,
        problem=problem,
        done=done,
        draft=draft,
    )
