"""Sends news to the company's own system by HTTP, signed after Standard Webhooks. What it carries it does not know."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
from pydantic import SecretStr
from standardwebhooks import Webhook

from bot.conversations.deliveries import NotDelivered, Parcel
from bot.settings import Settings

CONNECT_SECONDS, READ_SECONDS = 5, 15


class WebhookSender:
    """Posts to one address. Whatever answers with a status of 2xx has it; what else it says is not read."""

    def __init__(self, url: str, secret: SecretStr) -> None:
        self._url = url
        self._webhook = Webhook(secret.get_secret_value())
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            # A redirect could lead what people said to somebody else, or out of encryption.
            follow_redirects=False,
            headers={"User-Agent": "Farewell"},
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> WebhookSender | None:
        """Return the sender, or None where nobody wants to be told."""
        if not settings.webhook_url or settings.webhook_secret is None:
            return None
        return cls(settings.webhook_url, settings.webhook_secret)

    async def send(self, parcel: Parcel) -> None:
        """Post it, signed anew with the time of this attempt.

        Raises:
            NotDelivered: when the receiver cannot be reached or does not answer with 2xx; finally, if it answers 410.
        """
        body = json.dumps(parcel.payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        now = datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": parcel.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(parcel.id, now, body),
        }
        try:
            async with self._http.stream("POST", self._url, content=body.encode(), headers=headers) as response:
                status = response.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotDelivered(type(error).__name__) from None
        if not 200 <= status < 300:
            raise NotDelivered(f"status {status}", final=status == httpx.codes.GONE)

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()
