"""Says what went wrong, in JSON: a code for programs and a sentence for a person, who is the developer
where a customer token is refused. It never quotes what was sent."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from bot.conversations.chats import NoDoor
from bot.conversations.copy import GatewayCopy, Sentence
from bot.conversations.identity import CustomerTokenMalformed, CustomerTokenRefused
from bot.conversations.refusals import Refusal, TooFast, UnknownConversation
from bot.errors import ConversationNotFound

_STATUS = {
    "unknown_conversation": 401,
    "foreign_origin": 403,
    "not_found": 404,
    "stale_button": 409,
    "too_long": 413,
    "empty": 422,
    "malformed": 422,
    "too_fast": 429,
    "trouble": 500,
}


class Explainer:
    """Turns errors into answers."""

    def __init__(self, copy: GatewayCopy) -> None:
        self._copy = copy

    def install(self, app: FastAPI) -> None:
        """Let every error of the application be answered here."""
        for kind in (Refusal, ConversationNotFound, NoDoor, RequestValidationError, HTTPException, Exception):
            app.add_exception_handler(kind, self._handle)

    def explain(self, error: Exception) -> Response:
        """Return the answer to an error."""
        match error:
            case TooFast():
                return self._say(error.code, headers={"Retry-After": str(error.retry_after)})
            case CustomerTokenMalformed():
                return self._tell_developer(error, 422)
            case CustomerTokenRefused():
                return self._tell_developer(error, 401)
            case Refusal():
                return self._say(error.code)
            case ConversationNotFound():
                return self._say(UnknownConversation.code)
            case RequestValidationError():
                return self._say("malformed")
            case NoDoor() | HTTPException(status_code=404):
                return self._say("not_found")
            case HTTPException(status_code=status):
                return self._say("malformed", status=status, headers=error.headers)
            case _:
                return self._say("trouble")

    async def _handle(self, _request: Request, error: Exception) -> Response:
        return self.explain(error)

    def _tell_developer(self, error: CustomerTokenRefused, status: int) -> Response:
        # No customer reads this: the widget shows it on the browser's console, and talks to them as to a visitor.
        return JSONResponse({"error": error.code, "message": str(error)}, status)

    def _say(self, code: str, *, status: int | None = None, headers: Mapping[str, str] | None = None) -> Response:
        body = {"error": code, "message": self._copy.say(Sentence.for_error(code))}
        return JSONResponse(body, status or _STATUS[code], headers)
