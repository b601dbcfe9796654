from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.runtime.action_server import ActionServer
from tests.runtime.gateway import Gateway

GOOD = {"conversation": "c", "message_id": "m", "text": "hello"}


@pytest.mark.parametrize("path", ["/turn", "/parse", "/forget"])
@pytest.mark.parametrize("secret", [None, "", "wrong", "a-secret-for-tests-onlz", "é"])
def test_whoever_does_not_know_the_secret_is_turned_away(rasa: Gateway, path: str, secret: str | None) -> None:
    headers = {} if secret is None else {"X-Gateway-Secret": secret.encode()}
    answer = requests.post(f"{rasa.base}{path}", json=GOOD, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()) == (403, {"error": "forbidden"})
    assert rasa.recall("c") == []


def test_health_needs_no_secret(rasa: Gateway) -> None:
    answer = requests.get(f"{rasa.base}/health", timeout=10)
    assert (answer.status_code, answer.json()) == (200, {"ready": True})


@pytest.mark.parametrize(
    "path", ["/", "/version", "/conversations/c/tracker", "/model/parse", "/webhooks/rest/webhook"]
)
def test_there_is_nothing_else_to_ask(rasa: Gateway, path: str) -> None:
    root = rasa.base.removesuffix("/webhooks/gateway")
    assert requests.get(f"{root}{path}", timeout=10).status_code == 404
    assert requests.post(f"{root}{path}", json={}, timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ([], "JSON object"),
        ({}, "conversation"),
        ({**GOOD, "conversation": 7}, "conversation"),
        ({**GOOD, "conversation": "a b"}, "conversation"),
        ({**GOOD, "conversation": "x" * 256}, "conversation"),
        ({**GOOD, "message_id": ""}, "message_id"),
        ({"conversation": "c", "message_id": "m"}, "exactly one"),
        ({**GOOD, "event": {"intent": "EXTERNAL_check_in"}}, "exactly one"),
        ({**GOOD, "text": "  \n "}, "empty"),
        ({**GOOD, "text": ["a"]}, "text must be a string"),
        ({**GOOD, "text": None, "button": "x"}, "button must be an object"),
        ({**GOOD, "text": None, "button": {"title": "x", "intent": "no_such_intent"}}, "button's intent"),
        ({**GOOD, "text": None, "button": {"title": "x", "intent": ["answer"]}}, "button's intent"),
        ({**GOOD, "text": None, "button": {"title": "", "intent": "answer"}}, "empty"),
        ({**GOOD, "text": None, "button": {"title": "x", "intent": "answer", "entities": [1]}}, "entities"),
        ({**GOOD, "text": None, "event": {"intent": "greet"}}, "event's intent"),
        ({**GOOD, "text": None, "event": {"intent": "EXTERNAL_unknown"}}, "event's intent"),
    ],
)
def test_a_malformed_turn_is_refused_with_the_reason(rasa: Gateway, body: Any, reason: str) -> None:
    answer = rasa.post("/turn", body)
    assert answer.status_code == 422
    assert reason in answer.json()["error"]
    assert rasa.recall("c") == []


@pytest.mark.parametrize("path", ["/turn", "/parse", "/forget"])
def test_what_is_not_json_is_refused(rasa: Gateway, path: str) -> None:
    answer = rasa.session.post(f"{rasa.base}{path}", data=b"{", timeout=10)
    assert (answer.status_code, answer.json()) == (422, {"error": "the body is not JSON"})


@pytest.mark.parametrize("body", [{}, [], {"texts": "hello"}, {"texts": [1]}])
def test_parsing_needs_a_list_of_texts(rasa: Gateway, body: Any) -> None:
    assert rasa.post("/parse", body).status_code == 422


@pytest.mark.parametrize("body", [{}, [], {"conversation": None}])
def test_forgetting_needs_a_conversation(rasa: Gateway, body: Any) -> None:
    assert rasa.post("/forget", body).status_code == 422


def test_nothing_a_person_writes_is_in_the_log(rasa: Gateway, action_server: ActionServer) -> None:
    rasa.begin("quiet")
    rasa.turn("quiet", text="/marmalade")
    rasa.say("quiet", "marmalade is too dear")
    rasa.begin("quiet")
    action_server.ailment = (500, '{"error": "marmalade"}')
    assert rasa.turn("quiet", text="and more marmalade").status_code == 500
    action_server.ailment = (200, '{"events": [{"event": "marmalade"}], "responses": []}')
    assert rasa.turn("quiet", text="and more marmalade").status_code == 500
    log = rasa.log.read_text()
    assert "The turn was not made" in log
    assert "marmalade" not in log
