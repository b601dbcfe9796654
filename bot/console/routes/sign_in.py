"""The way in and the way out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from bot.console.access import COOKIE, HOME, FormRefused, Knock, NotSignedIn, require_form, require_staff, safe_target
from bot.console.attempts import TooManyAttempts
from bot.console.pages import Pages
from bot.console.sign_ins import SignedInStaff, SignInRefused, SignIns

router = APIRouter()


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = HOME) -> Response:  # noqa: A002  It is the name in the address.
    """Ask who is there; who is signed in already goes on."""
    try:
        require_staff(request)
    except NotSignedIn:
        return _ask(request, safe_target(next))
    return RedirectResponse(safe_target(next), 303)


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    target: Annotated[str, Form()] = HOME,
    form_token: Annotated[str, Form()] = "",
) -> Response:
    """Let staff in."""
    knock: Knock = request.app.state.knock
    sign_ins: SignIns = request.app.state.sign_ins
    target = safe_target(target)
    try:
        knock.check(request, form_token)
        cookie = sign_ins.sign_in(name, password, request.client.host if request.client else "")
    except FormRefused:
        problem = "Please try again. If this comes back, allow cookies for this site: signing in needs one."
        return _ask(request, target, name, problem, 403)
    except SignInRefused:
        return _ask(request, target, name, "Name and password do not fit together. Try again.", 401)
    except TooManyAttempts as refusal:
        answer = _ask(request, target, name, str(refusal), 429)
        answer.headers["Retry-After"] = str(refusal.wait_seconds)
        return answer
    answer = RedirectResponse(target, 303)
    knock.open(answer, cookie)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, staff: Annotated[SignedInStaff, Depends(require_form)]) -> Response:
    """Let staff out."""
    sign_ins: SignIns = request.app.state.sign_ins
    knock: Knock = request.app.state.knock
    sign_ins.sign_out(request.cookies[COOKIE], staff)
    answer = RedirectResponse(f"{HOME}sign-in", 303)
    knock.close(answer)
    return answer


def _ask(request: Request, target: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    pages: Pages = request.app.state.pages
    knock: Knock = request.app.state.knock
    value, form_token = knock.prepare(request)
    answer = pages.show(
        "sign_in.html", status, target=target, name=name, problem=problem, form_token=form_token, staff=None
    )
    knock.remember(answer, value)
    return answer
