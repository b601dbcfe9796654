"""Says whether the application can do its work, for whoever starts or watches it."""

from __future__ import annotations

import asyncio
import time

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from bot.conversations.rasa import Rasa
from bot.storage.tables import DeliveryState
from bot.storage.unit_of_work import Database

KEPT_SECONDS = 0.5
"""How long an answer is given again, so that asking often costs nothing."""


class Health(BaseModel):
    """`degraded`: messages are taken in, but not answered until Rasa is back. Deliveries are news to other systems;
    failed ones wait for an operator (`farewell deliveries`)."""

    status: str
    rasa: bool
    database: bool
    waiting_turns: int
    waiting_deliveries: int = 0
    failed_deliveries: int = 0


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
        rasa, counts = await asyncio.gather(self._rasa.is_ready(), asyncio.to_thread(self._count))
        status = "ok" if rasa and counts is not None else "degraded"
        return Health(status=status, rasa=rasa, database=counts is not None, **counts or {"waiting_turns": 0})

    def _count(self) -> dict[str, int] | None:
        if not self._database.answers():
            return None
        with self._database.read() as work:
            deliveries = work.deliveries.count()
            return {
                "waiting_turns": work.turns.count_waiting(),
                "waiting_deliveries": deliveries.get(DeliveryState.WAITING, 0),
                "failed_deliveries": deliveries.get(DeliveryState.FAILED, 0),
            }
