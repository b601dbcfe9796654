"""The pages behind the links of our e-mails. Opening one changes nothing, because programs open links to look at them;
a press does.

It decides nothing, and shows nothing of anybody: what was said is behind the press.
"""

from __future__ import annotations

import asyncio
import hashlib

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.channels.web.limits import Gate, RateLimits, name_address
from bot.channels.web.pages import draw_page
from bot.channels.web.schemas import BegunConversation
from bot.conversations.copy import GatewayCopy, Sentence
from bot.conversations.correspondence import Correspondence, TalkGone
from bot.conversations.refusals import TooFast
from bot.conversations.touch_links import DeadLink, LinkBroken, LinkExpired

_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
"""The address itself is what lets somebody in, so nobody keeps it or hands it on."""
_OPENS = ["GET", "HEAD"]
_DEAD: dict[type[DeadLink], tuple[int, str, Sentence]] = {
    LinkBroken: (404, "link_broken", Sentence.LINK_BROKEN),
    LinkExpired: (410, "link_expired", Sentence.LINK_TOO_OLD),
    TalkGone: (410, "talk_gone", Sentence.TALK_GONE),
}


class LinkPages:
    """The handlers of the pages and what they need."""

    def __init__(self, correspondence: Correspondence, copy: GatewayCopy, limits: RateLimits) -> None:
        self._correspondence = correspondence
        self._copy = copy
        self._gate = Gate(limits)

    def build(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/talk/{token}", self.show_talk, methods=_OPENS)
        router.add_api_route("/talk/{token}", self.open_talk, methods=["POST"])
        router.add_api_route("/unsubscribe/{token}", self.show_unsubscribe, methods=_OPENS)
        router.add_api_route("/unsubscribe/{token}", self.unsubscribe, methods=["POST"])
        return router

    async def show_talk(self, request: Request, token: str) -> Response:
        """Show the door of a conversation."""
        try:
            self._count(request)
            await asyncio.to_thread(self._correspondence.check_talk, token)
        except (TooFast, DeadLink) as error:
            return self._explain(request, error)
        page = draw_page(
            request,
            "talk.html",
            ready=self._copy.say(Sentence.TALK_READY),
            press=self._copy.say(Sentence.TALK_OPEN),
            key=hashlib.sha256(token.encode()).hexdigest()[:16],
        )
        return _keep_private(page)

    async def open_talk(self, request: Request, token: str) -> Response:
        """Let the browser in, because somebody has pressed. It is for the page's own script."""
        try:
            self._count(request)
            started = await asyncio.to_thread(self._correspondence.open_talk, token)
        except (TooFast, DeadLink) as error:
            return self._tell(error)
        opened = BegunConversation(conversation=started.conversation_id, token=started.token)
        return _keep_private(JSONResponse(opened.model_dump(), 201))

    async def show_unsubscribe(self, request: Request, token: str) -> Response:
        """Ask for the press that ends all messages."""
        try:
            self._count(request)
            self._correspondence.check_unsubscribe(token)
        except (TooFast, DeadLink) as error:
            return self._explain(request, error)
        words, press = self._copy.say(Sentence.UNSUBSCRIBE_ASK), self._copy.say(Sentence.UNSUBSCRIBE_PRESS)
        return _keep_private(draw_page(request, "unsubscribe.html", done=False, words=words, press=press))

    async def unsubscribe(self, request: Request, token: str) -> Response:
        """End all messages: by the button of the page, or by a mail program in one click (RFC 8058). The token is the
        proof, so nothing else is asked for."""
        try:
            self._count(request)
            await asyncio.to_thread(self._correspondence.unsubscribe, token)
        except (TooFast, DeadLink) as error:
            return self._explain(request, error)
        words = self._copy.say(Sentence.UNSUBSCRIBE_DONE)
        return _keep_private(draw_page(request, "unsubscribe.html", done=True, words=words))

    def _count(self, request: Request) -> None:
        self._gate.admit("links_per_address", name_address(request.client.host if request.client else None))

    def _explain(self, request: Request, error: TooFast | DeadLink) -> Response:
        if isinstance(error, TooFast):
            return self._tell(error)
        status, _, sentence = _DEAD[type(error)]
        what_now = self._copy.say(Sentence.LINK_WHAT_NOW)
        words = self._copy.say(sentence)
        return _keep_private(draw_page(request, "dead_link.html", status=status, words=words, what_now=what_now))

    def _tell(self, error: TooFast | DeadLink) -> Response:
        if isinstance(error, TooFast):
            said = {"error": error.code, "message": self._copy.say(Sentence.TOO_FAST)}
            return JSONResponse(said, 429, {"Retry-After": str(error.retry_after)})
        status, code, sentence = _DEAD[type(error)]
        return _keep_private(JSONResponse({"error": code, "message": self._copy.say(sentence)}, status))


def _keep_private(response: Response) -> Response:
    response.headers.update(_PRIVATE)
    return response
