"""Rasa on this machine runs our actions; nobody else does, and nothing of what was sent comes back in an error."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.server import ActionServer

SECRET = "s" * 40
DOMAIN = {"responses": {"utter_hello": [{"text": "Hello"}]}}


async def greet(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
    dispatcher.utter_message(response=next(iter(domain["responses"])))
    return [{"event": "slot", "name": "greeted", "value": tracker.sender_id}]


def reject(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
    raise ActionExecutionRejection("reject")


def fail(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
    raise ValueError(tracker.latest_message["text"])


@pytest.fixture
def app() -> FastAPI:
    executor = ActionExecutor()
    for function in (greet, reject, fail):
        executor.register_function(function.__name__, function)
    app = FastAPI()
    app.include_router(ActionServer(SecretStr(SECRET), DOMAIN, executor).build())
    return app


@pytest.fixture
async def rasa(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 5005))
    headers = {"X-Gateway-Secret": SECRET}
    async with httpx.AsyncClient(transport=transport, base_url="http://farewell", headers=headers) as client:
        yield client


def call(action: str) -> dict[str, Any]:
    tracker = {
        "sender_id": "c-1",
        "slots": {},
        "latest_message": {"text": "my secret sorrow"},
        "events": [],
        "paused": False,
        "active_loop": {},
        "latest_action_name": None,
    }
    return {"next_action": action, "sender_id": "c-1", "tracker": tracker, "version": "3.6.21"}


async def test_an_action_runs_with_our_own_domain(rasa: httpx.AsyncClient) -> None:
    response = await rasa.post("/internal/actions", json=call("greet"))

    assert response.status_code == 200
    assert response.json()["events"] == [{"event": "slot", "name": "greeted", "value": "c-1"}]
    assert response.json()["responses"][0]["response"] == "utter_hello"


@pytest.mark.parametrize(("action", "status"), [("reject", 400), ("unheard_of", 404), ("fail", 500)])
async def test_what_an_action_cannot_do_is_told_without_repeating_the_customer(
    rasa: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, action: str, status: int
) -> None:
    caplog.set_level(logging.INFO)
    response = await rasa.post("/internal/actions", json=call(action))

    assert response.status_code == status
    assert response.json()["action_name"] == action
    assert "sorrow" not in response.text


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff"])
async def test_what_is_no_action_call_is_refused(rasa: httpx.AsyncClient, body: bytes) -> None:
    assert (await rasa.post("/internal/actions", content=body)).status_code == 422


@pytest.mark.parametrize(
    ("host", "secret"),
    [
        ("127.0.0.1", "wrong"),
        ("127.0.0.1", ""),
        ("192.0.2.7", SECRET),
        ("somewhere", SECRET),
        ("::ffff:10.0.0.1", SECRET),
    ],
)
async def test_nobody_but_our_own_rasa_runs_actions(app: FastAPI, host: str, secret: str) -> None:
    transport = httpx.ASGITransport(app, client=(host, 5005))
    async with httpx.AsyncClient(transport=transport, base_url="http://farewell") as stranger:
        headers = {"X-Gateway-Secret": secret}
        assert (await stranger.post("/internal/actions", json=call("greet"), headers=headers)).status_code == 403
