"""One conversation: its transcript, and what staff do in it."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from bot.console.access import HOME, require_form, require_staff
from bot.console.pages import Pages
from bot.console.services import ConsoleServices
from bot.console.sign_ins import SignedInStaff
from bot.console.viewing import record_viewing
from bot.conversations.corrections import ReasonsUnfit, correct_reasons
from bot.errors import FarewellError
from bot.retention.reasons import Reason
from bot.storage.tables import Channel
from bot.storage.views import read_transcript

LONGEST_ID = 64
DONE = {
    "replied": "Your reply is on its way. The bot is silent until you hand back.",
    "taken-over": "You have taken over. The bot is silent until you hand back.",
    "handed-back": "The bot answers again.",
    "corrected": "The reasons are noted. The classifier learns from them when it is trained with corrections.",
    "confirmed": "The offer is confirmed. The bot tells them and hands over the code.",
    "refused": "The offer is refused. The bot tells them and goes on.",
    "flagged": "The customer is flagged and gets no offers from now on.",
    "unflagged": "The flag is taken back.",
    "disputed": "It is noted that they complain. Nobody writes to them until it is settled.",
    "settled": "It is noted that their complaint is settled.",
}

router = APIRouter(prefix="/conversations/{conversation_id}")
Reader = Annotated[SignedInStaff, Depends(require_staff)]
Actor = Annotated[SignedInStaff, Depends(require_form)]


@router.get("")
def show_transcript(request: Request, conversation_id: str, staff: Reader, done: str = "") -> Response:
    """Show everything said and learnt in a conversation."""
    return _show(request, conversation_id, staff, done=DONE.get(done, ""))


@router.post("/reply")
def reply(
    request: Request,
    conversation_id: str,
    staff: Actor,
    text: Annotated[str, Form()] = "",
    reply_id: Annotated[str, Form()] = "",
) -> Response:
    """Say something to the customer, which silences the bot. The same form sent twice says it once."""
    services: ConsoleServices = request.app.state.services
    text = text.replace("\r\n", "\n")
    client_id = f"staff:{reply_id}"[:LONGEST_ID] if reply_id else None
    problem = "" if text.strip() else "Write something first."
    if not problem:
        try:
            services.handoff.reply(conversation_id, staff.user, text, client_id=client_id)
        except FarewellError as error:
            problem = f"{error} Nothing was sent."
    if problem:
        return _show(request, conversation_id, staff, problem=problem, draft=text, reply_id=reply_id, status=422)
    return _done(conversation_id, "replied")


@router.post("/take-over")
def take_over(request: Request, conversation_id: str, staff: Actor) -> Response:
    """Silence the bot without saying anything yet."""
    services: ConsoleServices = request.app.state.services
    services.handoff.request(conversation_id)
    with services.database.write() as uow:
        uow.audit.record(staff.name, "conversation.take_over", services.clock(), subject=conversation_id)
        uow.commit()
    return _done(conversation_id, "taken-over")


@router.post("/hand-back")
def hand_back(request: Request, conversation_id: str, staff: Actor) -> Response:
    """Let the bot answer again."""
    services: ConsoleServices = request.app.state.services
    services.handoff.hand_back(conversation_id, staff.user)
    return _done(conversation_id, "handed-back")


@router.post("/reason")
def correct(
    request: Request,
    conversation_id: str,
    staff: Actor,
    reason: Annotated[str, Form()] = "",
    also: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Correct the reasons, or confirm them: `reason` leads, the others are there as well."""
    services: ConsoleServices = request.app.state.services
    said = [reason, *(also or ())]
    if not {known.value for known in Reason}.issuperset(said):
        return _show(request, conversation_id, staff, problem="Choose one of the reasons.", status=422)
    try:
        correct_reasons(services.database, conversation_id, list(map(Reason, said)), staff.name, services.clock())
    except ReasonsUnfit as error:
        return _show(request, conversation_id, staff, problem=str(error), status=422)
    return _done(conversation_id, "corrected")


@router.post("/telegram")
def invite_to_telegram(request: Request, conversation_id: str, staff: Actor) -> Response:
    """Show an address at which the conversation goes on on Telegram. Whoever has it can go on, so it is shown once."""
    services: ConsoleServices = request.app.state.services
    invitation = services.chats.invite(conversation_id, Channel.TELEGRAM)
    with services.database.write() as uow:
        uow.audit.record(staff.name, "conversation.invite", services.clock(), subject=conversation_id)
        uow.commit()
    return _show(request, conversation_id, staff, invitation=invitation)


def _show(
    request: Request,
    conversation_id: str,
    staff: SignedInStaff,
    *,
    problem: str = "",
    done: str = "",
    draft: str = "",
    reply_id: str = "",
    invitation: str = "",
    status: int = 200,
) -> Response:
    pages: Pages = request.app.state.pages
    services: ConsoleServices = request.app.state.services
    transcript = read_transcript(services.database, conversation_id)
    record_viewing(services.database, conversation_id, staff.name, services.clock())
    return pages.show(
        "transcript.html",
        status,
        staff=staff,
        transcript=transcript,
        problem=problem,
        done=done,
        draft=draft,
        invitation=invitation,
        has_telegram=services.chats.has_door(Channel.TELEGRAM),
        reply_id=reply_id or secrets.token_urlsafe(16),
    )


def _done(conversation_id: str, what: str) -> Response:
    return RedirectResponse(f"{HOME}conversations/{conversation_id}?done={what}", 303)
