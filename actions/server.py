"""The action server: one route of the application, through which Rasa runs our actions.

It is for the Rasa on this machine only, and never repeats what it was sent: that is what customers write.
"""

from __future__ import annotations

import hmac
import ipaddress
from pathlib import Path
from typing import Any

import structlog
import yaml
from fastapi import APIRouter, Request
from pydantic import SecretStr
from pydantic_core import from_json
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from starlette.responses import JSONResponse, Response

log = structlog.get_logger()

DOMAIN = Path(__file__).resolve().parents[1] / "domain.yml"


class ActionServer:
    """Runs the actions of a package for whoever knows the secret on this machine."""

    def __init__(self, secret: SecretStr, domain: dict[str, Any], executor: ActionExecutor) -> None:
        self._secret = secret.get_secret_value().encode()
        self._domain = domain
        self._executor = executor

    def build(self) -> APIRouter:
        """Return the route."""
        router = APIRouter(include_in_schema=False)
        # A plain route: Rasa calls it two or three times a turn, and nothing of it needs FastAPI's reading of requests.
        router.add_route("/internal/actions", self.run, methods=["POST"])
        return router

    async def run(self, request: Request) -> Response:
        """Run one action: 400 if it rejects its execution, 404 if there is none of that name, 500 if it fails."""
        if not self._is_rasa(request):
            return JSONResponse({"error": "forbidden"}, 403)
        try:
            call = from_json(await request.body())
            name = str(call["next_action"])
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": "this is no action call"}, 422)
        if call.get("domain") is None:
            # Rasa is told not to send it with every call; it is the same one we have.
            call["domain"] = self._domain
        try:
            result = await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": "rejected", "action_name": rejection.action_name}, 400)
        except ActionNotFoundException:
            log.error("action.not_found", action=name)
            return JSONResponse({"error": "not found", "action_name": name}, 404)
        except Exception:
            log.exception("action.failed", action=name)
            return JSONResponse({"error": "failed", "action_name": name}, 500)
        return JSONResponse(result.model_dump() if result else None)

    def _is_rasa(self, request: Request) -> bool:
        given = request.headers.get("x-gateway-secret", "").encode()
        return _is_loopback(request) and hmac.compare_digest(given, self._secret)


def load_actions(secret: SecretStr) -> ActionServer:
    """Return the action server with every action of the package `actions` and the domain of `domain.yml`."""
    executor = ActionExecutor()
    executor.register_package("actions")
    return ActionServer(secret, yaml.safe_load(DOMAIN.read_text(encoding="utf-8")), executor)


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
