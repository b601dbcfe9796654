"""Says whether the application can do its work, for whoever starts or watches it."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from bot.conversations.rasa import Rasa
from bot.storage.tables import DeliveryState, LetterState, UpdateState
from bot.storage.unit_of_work import Database

KEPT_SECONDS = 0.5
"""How long an answer is given again, so that asking often costs nothing."""


class Health(BaseModel):
    """`degraded`: messages are taken in, but not answered until Rasa is back, or a channel does not work. `telegram`
    and `email` (to customers) are "off", "ok", or what is wrong; e-mail that is only written into a folder is "folder".
    `telegram_address` is where people find the bot, once
    that is known. Updates come from Telegram, and letters go there and into mailboxes: `failed_updates` could not be
    dealt with, `unknown_letters` may have come there or not, `failed_letters` never did. Deliveries are news to other
    systems; failed ones wait for an operator (`farewell deliveries`)."""

    status: str
    rasa: bool
    database: bool
    waiting_turns: int
    waiting_deliveries: int = 0
    failed_deliveries: int = 0
    telegram: str = "off"
    telegram_address: str | None = None
    email: str = "off"
    outreach: str = "off"
    waiting_updates: int = 0
    failed_updates: int = 0
    waiting_letters: int = 0
    unknown_letters: int = 0
    failed_letters: int = 0


class Watched(Protocol):
    """A channel that can say what is wrong with it."""

    @property
    def trouble(self) -> str | None:
        """What is wrong, in a few words; None when nothing is."""


class Found(Watched, Protocol):
    """A channel to which people come."""

    @property
    def address(self) -> str | None:
        """Where people find it; None until that is known."""


class HealthCheck:
    """Looks at Rasa and at the database."""

    def __init__(
        self,
        database: Database,
        rasa: Rasa,
        telegram: Found | None = None,
        email: Watched | None = None,
        outreach: Watched | None = None,
        *,
        into_folder: bool = False,
    ) -> None:
        self._database = database
        self._telegram = telegram
        self._email = email
        self._into_folder = into_folder
        self._outreach = outreach
        self._rasa = rasa
        self._known: tuple[float, Health] | None = None

    def build(self) -> APIRouter:
        """Return the route."""
        router = APIRouter()
        router.add_api_route("/health", self.show, methods=["GET"])
        return router

    async def show(self) -> Response:
        """Return the health; status 503 when not even messages can be taken in."""
        if self._known is None or time.monotonic() - self._known[0] > KEPT_SECONDS:
            self._known = (time.monotonic(), await self._look())
        health = self._known[1]
        return JSONResponse(health.model_dump(), 200 if health.database else 503, {"Cache-Control": "no-store"})

    async def _look(self) -> Health:
        rasa, counts = await asyncio.gather(self._rasa.is_ready(), asyncio.to_thread(self._count))
        telegram, email, outreach = map(_describe, (self._telegram, self._email, self._outreach))
        if self._into_folder and email == "ok":
            email = "folder"
        works = rasa and counts is not None and {telegram, email, outreach} <= {"ok", "off", "folder"}
        return Health(
            status="ok" if works else "degraded",
            rasa=rasa,
            database=counts is not None,
            telegram=telegram,
            telegram_address=self._telegram.address if self._telegram else None,
            email=email,
            outreach=outreach,
            **counts or {"waiting_turns": 0},
        )

    def _count(self) -> dict[str, int] | None:
        if not self._database.answers():
            return None
        with self._database.read() as work:
            deliveries = work.deliveries.count()
            updates, letters = work.telegram_updates.count(), work.letters.count()
            return {
                "waiting_turns": work.turns.count_waiting(),
                "waiting_deliveries": deliveries.get(DeliveryState.WAITING, 0),
                "failed_deliveries": deliveries.get(DeliveryState.FAILED, 0),
                "waiting_updates": updates.get(UpdateState.WAITING, 0),
                "failed_updates": updates.get(UpdateState.FAILED, 0),
                "waiting_letters": letters.get(LetterState.WAITING, 0) + letters.get(LetterState.SENDING, 0),
                "unknown_letters": letters.get(LetterState.UNKNOWN, 0),
                "failed_letters": letters.get(LetterState.FAILED, 0),
            }


def _describe(channel: Watched | None) -> str:
    return "off" if channel is None else channel.trouble or "ok"
