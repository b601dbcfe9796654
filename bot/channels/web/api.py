"""The web API: begin a conversation, send messages, listen to events. It carries; what is said is decided elsewhere."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, FastAPI, Header, Query, Request
from sse_starlette import EventSourceResponse
from starlette.types import ASGIApp

from bot.channels.web.errors import Explainer
from bot.channels.web.events import EventStreams
from bot.channels.web.limits import Gate, RateLimits, name_address
from bot.channels.web.origins import guard_origins
from bot.channels.web.schemas import (
    Accepted,
    BegunConversation,
    Invitation,
    NewConversation,
    NewMessage,
    WidgetSettings,
)
from bot.conversations.announcer import Announcer
from bot.conversations.chats import ChatService, NoDoor
from bot.conversations.identity import CustomerTokens
from bot.conversations.inbox import ConversationService, Receipt
from bot.conversations.refusals import TooFast, UnknownConversation
from bot.conversations.tokens import Tokens
from bot.settings import Settings
from bot.storage.tables import Channel
from bot.storage.unit_of_work import Database

PING_SECONDS = 15
_LAST_POSITION = 2**31 - 1


class WebApi:
    """The handlers of the API and what they need."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        conversations: ConversationService,
        chats: ChatService,
        tokens: Tokens,
        customer_tokens: CustomerTokens,
        announcer: Announcer,
        limits: RateLimits,
    ) -> None:
        self._settings = settings
        self._conversations = conversations
        self._chats = chats
        self._tokens = tokens
        self._customer_tokens = customer_tokens
        self._announcer = announcer
        self._limits = limits
        self._gate = Gate(limits)
        self._streams = EventStreams(database, announcer, tokens)

    def build(self, explainer: Explainer) -> ASGIApp:
        """Return the API as an application of its own, to be mounted under /api."""
        router = APIRouter()
        router.add_api_route("/widget", self.show_settings, methods=["GET"])
        router.add_api_route("/conversations", self.begin, methods=["POST"], status_code=201)
        router.add_api_route(
            "/conversations/{conversation_id}/messages", self.receive, methods=["POST"], status_code=202
        )
        router.add_api_route(
            "/conversations/{conversation_id}/events", self.listen, methods=["GET"], response_class=EventSourceResponse
        )
        router.add_api_route(
            "/conversations/{conversation_id}/telegram", self.invite_to_telegram, methods=["POST"], status_code=201
        )
        app = FastAPI(title="Farewell", docs_url=None, redoc_url=None, openapi_url=None)
        app.include_router(router)
        explainer.install(app)
        return guard_origins(app, self._settings, explainer)

    async def show_settings(self) -> WidgetSettings:
        """Return what the widget shows of the company."""
        return WidgetSettings(
            company=self._settings.company_name,
            privacy_url=self._settings.privacy_url,
            support_contact=self._settings.support_contact,
            cancel_url=self._settings.cancel_url,
            colour=self._settings.company_colour,
            logo_url=self._settings.company_logo_url,
            telegram=self._chats.has_door(Channel.TELEGRAM),
        )

    async def begin(self, request: Request, body: NewConversation) -> BegunConversation:
        """Begin a conversation; the bot opens it. A customer whom the company's site vouches for goes on in theirs."""
        self._gate.admit("conversations_per_address", _address(request))
        vouched = self._customer_tokens.read(body.customer_token) if body.customer_token is not None else None
        started = await asyncio.to_thread(
            self._conversations.start, Channel.WEB, trial=bool(body.trial), vouched=vouched
        )
        return BegunConversation(conversation=started.conversation_id, token=started.token)

    async def receive(
        self,
        request: Request,
        conversation_id: str,
        body: NewMessage,
        authorization: Annotated[str, Header()] = "",
    ) -> Accepted:
        """Take in a message; it is kept when this returns, and answered later."""
        self._gate.admit("messages_per_address", _address(request))
        await asyncio.to_thread(self._tokens.check, _read_token(authorization), conversation_id)
        self._gate.admit("messages_per_conversation", conversation_id)
        receipt = await asyncio.to_thread(self._take, conversation_id, body)
        return Accepted(position=receipt.position)

    def _take(self, conversation_id: str, body: NewMessage) -> Receipt:
        if body.button is not None:
            return self._conversations.receive_button(conversation_id, body.client_id, body.button)
        return self._conversations.receive_text(conversation_id, body.client_id, body.text or "")

    async def invite_to_telegram(
        self, request: Request, conversation_id: str, authorization: Annotated[str, Header()] = ""
    ) -> Invitation:
        """Make an address at which the conversation goes on on Telegram. It counts as beginning a conversation does.
        Who sees only a part of it has not proven who they are, and a chat would count as proof."""
        self._gate.admit("conversations_per_address", _address(request))
        if await asyncio.to_thread(self._tokens.check, _read_token(authorization), conversation_id) > 1:
            raise NoDoor
        return Invitation(url=await asyncio.to_thread(self._chats.invite, conversation_id, Channel.TELEGRAM))

    async def listen(
        self,
        request: Request,
        conversation_id: str,
        authorization: Annotated[str, Header()] = "",
        after: Annotated[int, Query(ge=0, le=_LAST_POSITION)] = 0,
    ) -> EventSourceResponse:
        """Open the stream of events behind a position."""
        self._gate.admit("streams_per_address", _address(request))
        token = _read_token(authorization)
        from_position = await asyncio.to_thread(self._tokens.check, token, conversation_id)
        if self._announcer.count_listeners(conversation_id) >= self._limits.streams_at_once:
            raise TooFast(retry_after=PING_SECONDS)
        after = max(after, from_position - 1)
        return EventSourceResponse(self._streams.open(conversation_id, token, after), ping=PING_SECONDS)


def _address(request: Request) -> str:
    return name_address(request.client.host if request.client else None)


def _read_token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnknownConversation
    return token
