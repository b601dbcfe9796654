"""Says whether the application can do its work, for whoever starts or watches it."""

from __future__ import annotations

import asyncio
import time

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from bot.conversations.rasa import Rasa
from bot.storage.unit_of_work import Database

KEPT_SECONDS = 0.5
"""How long an answer is given again, so that asking often costs nothing."""


class Health(BaseModel):
    """`degraded`: messages are taken in, but not answered until Rasa is back."""

    status: str
    rasa: bool
    database: bool
    waiting_turns: int


class HealthCheck:
    """Looks at Rasa and at the database."""

    def __init__(self, database: Database, rasa: Rasa) -> None:
        self._database = database
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
        rasa, waiting = await asyncio.gather(self._rasa.is_ready(), asyncio.to_thread(self._count_waiting))
        is_well = rasa and waiting is not None
        return Health(
            status="ok" if is_well else "degraded", rasa=rasa, database=waiting is not None, waiting_turns=waiting or 0
        )

    def _count_waiting(self) -> int | None:
        if not self._database.answers():
            return None
        with self._database.read() as work:
            return work.turns.count_waiting()
