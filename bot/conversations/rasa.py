"""The client of Rasa's gateway channel; nothing else in the product talks to Rasa.

It carries turns there and replies back. It neither stores nor repeats anything: that is the turn worker's duty.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from pydantic import BaseModel, Field, SecretStr, ValidationError

from bot.errors import DialogueUnavailable, FarewellError
from bot.settings import Settings

READ_SECONDS = 45
"""A turn may run several actions, of which Rasa lets each take up to twenty seconds."""
CONNECT_SECONDS = 2
HEALTH_SECONDS = 2
_PATIENCE = aiohttp.ClientTimeout(total=None, sock_read=READ_SECONDS, sock_connect=CONNECT_SECONDS)


class RasaUnreachable(DialogueUnavailable):
    """Rasa is not there, or not ready yet; its health tells when it is back."""


class TurnFailed(FarewellError):
    """Rasa answered that it cannot make this turn. `hopeless`: nor will it when asked again."""

    def __init__(self, message: str, *, hopeless: bool = False) -> None:
        super().__init__(message)
        self.hopeless = hopeless


class RasaButton(BaseModel):
    """A button as Rasa gives it."""

    title: str
    payload: str = ""


class RasaReply(BaseModel):
    """One message of the bot. `utter` is the name of the response it came from."""

    utter: str | None = None
    text: str = ""
    buttons: list[RasaButton] = Field(default_factory=list)
    metadata: dict[str, Any] = Field(default_factory=dict)


class _Answer(BaseModel):
    messages: list[RasaReply]


@dataclass(frozen=True)
class Understood:
    """What Rasa takes a text for."""

    intent: str
    confidence: float


class Rasa:
    """Talks to one Rasa server."""

    def __init__(self, url: str, secret: SecretStr) -> None:
        self._url = f"{url}/webhooks/gateway"
        self._headers = {"X-Gateway-Secret": secret.get_secret_value()}
        self._timeout = _PATIENCE
        self._open: aiohttp.ClientSession | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Rasa:
        """Return the client of the Rasa that runs beside the application."""
        return cls(f"http://127.0.0.1:{settings.rasa_port}", settings.rasa_gateway_secret)

    async def turn(self, conversation_id: str, message_id: int, said: dict[str, Any]) -> list[RasaReply]:
        """Make a turn, or get the replies of one that has been made. `said` is `text`, `button` or `event`.

        Raises:
            RasaUnreachable, DialogueUnavailable: the turn was not made, and can be made later.
            TurnFailed: Rasa could not make it.
        """
        answer = await self._post("/turn", {"conversation": conversation_id, "message_id": str(message_id), **said})
        try:
            return _Answer.model_validate(answer).messages
        except ValidationError:
            # Its own words would quote the reply.
            raise TurnFailed("malformed answer") from None

    async def parse(self, texts: Sequence[str]) -> list[Understood]:
        """Return what Rasa takes each of the texts for, as if somebody had typed it.

        Raises:
            DialogueUnavailable, TurnFailed: as for a turn.
        """
        answer = await self._post("/parse", {"texts": list(texts)})
        return [Understood(result["intent"], result["confidence"]) for result in answer["results"]]

    async def forget(self, conversation_id: str) -> None:
        """Remove a conversation from Rasa's working memory; one that it does not know is forgotten already.

        Raises:
            DialogueUnavailable, TurnFailed: as for a turn.
        """
        await self._post("/forget", {"conversation": conversation_id})

    async def is_ready(self) -> bool:
        """Tell whether Rasa can make turns."""
        try:
            limit = aiohttp.ClientTimeout(total=HEALTH_SECONDS)
            async with self._http.get(f"{self._url}/health", headers=self._headers, timeout=limit) as response:
                return response.status == HTTPStatus.OK
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def close(self) -> None:
        """Close all connections."""
        if self._open is not None:
            await self._open.close()

    @property
    def _http(self) -> aiohttp.ClientSession:
        # It belongs to the loop that is running when it is made.
        if self._open is None or self._open.closed:
            self._open = aiohttp.ClientSession(
                # Rasa's gateway makes as many turns at once as it can; the turn worker knows how many that are.
                connector=aiohttp.TCPConnector(limit=0),
                # A proxy that the environment names must not see what customers write.
                trust_env=False,
            )
        return self._open

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            async with self._http.post(
                self._url + path, json=body, headers=self._headers, timeout=self._timeout
            ) as response:
                status, answer = response.status, await response.read()
                if status == HTTPStatus.OK:
                    return json.loads(answer)
        except aiohttp.ConnectionTimeoutError:
            raise RasaUnreachable("no connection in time") from None
        except TimeoutError:
            raise DialogueUnavailable("no answer in time") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise RasaUnreachable(type(error).__name__) from None
        raise _explain(status, answer)


def _explain(status: int, answer: bytes) -> FarewellError:
    try:
        error = str(json.loads(answer)["error"])[:60]
    except (ValueError, KeyError, TypeError):
        error = ""
    match status, error:
        case 422, _:
            return TurnFailed(f"status 422 {error}", hopeless=True)
        case 500, _:
            return TurnFailed(f"status 500 {error}")
        case 503, "not ready":
            return RasaUnreachable(error)
        case status, _:
            # A wrong secret or a stranger on Rasa's port is put right by the operator; until then the turn waits.
            return DialogueUnavailable(f"status {status} {error}".strip())
