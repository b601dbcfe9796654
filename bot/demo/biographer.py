"""Gives an invented customer a past: what they bought, why they left, what they have had from us, their return.

Whatever has a way in or a service of its own goes that way, so that it is as real as anybody's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.demo.cast import Invented
from bot.demo.interviewer import Interviewer
from bot.demo.touched import Correspondent
from bot.errors import FarewellError
from bot.intake.desk import Desk, Kind
from bot.intake.outcomes import Result
from bot.storage.unit_of_work import Database

WRITTEN = "Invented for trying Farewell out."
"""Noted of a customer once their past is whole."""
JOINED = timedelta(days=500)
"""So long before they left they had become customers."""
AGREED = "checkout"


class NotTaken(FarewellError):
    """An invented customer was not taken in."""


class Biographer:
    """Writes the past of one invented customer after the other."""

    def __init__(self, database: Database, desk: Desk, interviewer: Interviewer, correspondent: Correspondent) -> None:
        self._database = database
        self._desk = desk
        self._interviewer = interviewer
        self._correspondent = correspondent

    def write(self, who: Invented, now: datetime) -> None:
        """Write it down. Until its very end nothing in it lets anybody be written to who would not be with all of it.

        Raises:
            NotTaken: when the way in refuses a record.
        """
        self._take(Kind.CUSTOMERS, self._describe(who, now))
        for number, (days, amount) in enumerate(who.persona.bought, 1):
            self._buy(who, f"{who.external_id}-{number}", now - timedelta(days=days), amount)
        customer_id = self._find(who)
        if who.persona.is_interviewed and who.ended_at is not None:
            self._interviewer.interview(who, customer_id, who.ended_at)
        code = None
        if who.left_at is not None:
            code = self._correspondent.write(who, customer_id, who.left_at)
        if who.persona.back is not None:
            back = {"at": now - timedelta(days=who.persona.back.days), "amount": str(who.persona.back.amount)}
            self._take(Kind.RETURNS, {"external_id": who.external_id} | back | ({"offer_code": code} if code else {}))
        if who.persona.flagged:
            self._flag(customer_id, now)
        self._take(Kind.CUSTOMERS, self._agree(who, now))

    def _describe(self, who: Invented, now: datetime) -> dict[str, Any]:
        persona, began = who.persona, (who.ended_at or now) - JOINED
        known = {
            "external_id": who.external_id,
            "name": who.name,
            "email": who.email,
            "timezone": who.zone,
            "joined_at": began,
            "place": persona.place,
            "plan": persona.plan if persona.subscribes else None,
            "monthly_value": str(persona.monthly) if persona.subscribes else None,
            "cancelled_at": who.left_at,
            "disputed": persona.disputed or None,
        }
        return {name: value for name, value in known.items() if value is not None}

    def _agree(self, who: Invented, now: datetime) -> dict[str, Any]:
        """Say where those agreed to hear from us whom nobody has asked in an interview."""
        agreed: dict[str, Any] = {"consent_source": AGREED, "consent_at": (who.ended_at or now) - JOINED}
        if who.persona.consent == "phone":
            agreed |= {"phone": who.phone, "consent_phone": True}
        elif who.persona.consent == "email" and not who.persona.is_interviewed:
            agreed |= {"consent_email": True}
        return {"external_id": who.external_id, "notes": WRITTEN} | agreed

    def _buy(self, who: Invented, order: str, at: datetime, amount: Decimal) -> None:
        self._take(Kind.PURCHASES, {"external_id": who.external_id, "order_id": order, "at": at, "amount": str(amount)})

    def _take(self, kind: Kind, record: dict[str, Any]) -> None:
        written = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in record.items()}
        [outcome] = self._desk.take(kind, [written])
        if outcome.result is Result.REJECTED:
            raise NotTaken(f"{record['external_id']}: {outcome.said}")

    def _find(self, who: Invented) -> int:
        with self._database.read() as work:
            customer = work.customers.find_by_external_id(who.external_id)
            if customer is None:
                raise NotTaken(f"{who.external_id} is not there.")
            return customer.id

    def _flag(self, customer_id: int, now: datetime) -> None:
        with self._database.write() as work:
            customer = work.customers.find(customer_id, lock=True)
            if customer is not None:
                customer.flagged_at = now
            work.commit()
