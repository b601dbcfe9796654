from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import jsonschema
import pytest
import rasa.core.actions.action as rasa_actions
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from rasa_runtime import action_calls
from rasa_runtime.aborts import ActionFailed, ActionsUnavailable, TurnAborted
from rasa_runtime.replies import Unheard
from tests.runtime.action_server import ActionServer

GOOD: dict[str, Any] = {
    "events": [{"event": "slot", "timestamp": None, "name": "reason", "value": "price"}],
    "responses": [{"text": "Thank you.", "buttons": []}],
}
ODD: list[Any] = [
    GOOD,
    {},
    {"events": []},
    {"responses": []},
    {"something": "else"},
    None,
    [],
    "text",
    7,
    {"events": None},
    {"events": {}},
    {"events": [7]},
    {"events": [{}]},
    {"events": [{"event": "unheard of"}]},
    {"events": [{"event": "slot"}]},
    {"events": [{"event": "slot", "name": 3, "value": 1}]},
    {"events": [{"event": "bot", "text": "x", "data": {}}]},
    {"events": [{"event": "user", "text": "x"}]},
    {"events": [{"event": "active_loop", "name": None}]},
    {"responses": ["text"]},
    {"responses": {}},
]


def stock_verdict(result: Any) -> str:
    try:
        jsonschema.validate(result, RemoteAction.action_response_format_spec())
    except jsonschema.ValidationError:
        return "refused"
    return "accepted"


def our_verdict(result: Any) -> str:
    try:
        RemoteAction("action_finish", None)._validate_action_result(result)
    except jsonschema.ValidationError:
        return "refused"
    return "accepted"


@pytest.fixture(autouse=True)
def _installed() -> None:
    action_calls.install()


@pytest.mark.parametrize("result", ODD, ids=str)
def test_an_answer_is_accepted_exactly_where_rasa_accepts_it(result: Any) -> None:
    assert our_verdict(result) == stock_verdict(result)


def test_random_answers_are_judged_as_rasa_judges_them() -> None:
    chance = random.Random(7)
    verdicts = []
    for _ in range(60):
        result = {"events": [garble(chance) for _ in range(chance.randint(0, 3))], "responses": garble(chance)}
        verdicts.append(our_verdict(result))
        assert verdicts[-1] == stock_verdict(result), result
    assert set(verdicts) == {"accepted", "refused"}


def garble(chance: random.Random) -> Any:
    values: list[Any] = [None, 1, "x", [], {}, [{}], True, "slot", "bot", "active_loop", "followup"]
    keys = ["event", "name", "value", "text", "data", "timestamp", "policy"]
    if chance.random() < 0.3:
        return [{"text": "x"}] if chance.random() < 0.5 else chance.choice(values)
    return {"event": chance.choice(["slot", "bot", "active_loop", "restart", 3])} | {
        key: chance.choice(values) for key in chance.sample(keys, chance.randint(0, 4))
    }


def test_the_schema_itself_is_checked_once_and_never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    validator = jsonschema.validators.validator_for(RemoteAction.action_response_format_spec())
    checked: list[Any] = []
    monkeypatch.setattr(validator, "check_schema", classmethod(lambda cls, schema: checked.append(schema)))
    action_calls.install()
    for _ in range(5):
        assert RemoteAction("action_finish", None)._validate_action_result(GOOD)
    assert len(checked) == 1


def test_another_rasa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action_calls, "rasa_version", "3.7.0")
    with pytest.raises(RuntimeError, match=r"written for Rasa 3\.6\.21, and this is 3\.7\.0"):
        action_calls.install()


def test_event_classes_are_found_as_before() -> None:
    for name in ("slot", "user", "bot", "action", "active_loop", "session_started", "restart"):
        assert Event.resolve_by_type(name) is action_calls._stock_resolve_by_type(name)
    with pytest.raises(ValueError, match="unheard of"):
        Event.resolve_by_type("unheard of")


async def call(agent: Agent, name: str) -> list[Event]:
    tracker = DialogueStateTracker.from_events("c", [UserUttered("secret words")], agent.domain.slots)
    return await RemoteAction(name, agent.action_endpoint).run(Unheard(), agent.nlg, tracker, agent.domain)


async def test_an_action_that_answers_is_as_it_was(agent: Agent, action_server: ActionServer) -> None:
    events = await call(agent, "action_opt_out")
    assert SlotSet("opted_out", True) in events


async def test_calls_share_one_connection_until_it_is_closed(agent: Agent, action_server: ActionServer) -> None:
    endpoint = agent.action_endpoint
    async with endpoint.session() as first:
        pass
    await call(agent, "action_opt_out")
    async with endpoint.session() as second:
        assert second is first
        assert not second.closed
    await action_calls.close_session(endpoint)
    assert first.closed
    await call(agent, "action_opt_out")  # A new one is opened.


async def test_a_call_survives_an_action_server_that_was_replaced(agent: Agent, action_server: ActionServer) -> None:
    await call(agent, "action_opt_out")
    await asyncio.to_thread(action_server.stop)
    await asyncio.to_thread(action_server.start)
    assert await call(agent, "action_opt_out")


async def test_a_call_tells_of_the_last_turns_alone(agent: Agent, action_server: ActionServer) -> None:
    said = [UserUttered(f"message {number}") for number in range(5)]
    events = [event for message in said for event in (message, SlotSet("reason", message.text))]
    tracker = DialogueStateTracker.from_events("c", events, agent.domain.slots)
    await RemoteAction("action_opt_out", agent.action_endpoint).run(Unheard(), agent.nlg, tracker, agent.domain)
    told = action_server.calls[-1]["tracker"]
    assert [event["text"] for event in told["events"] if event["event"] == "user"] == [
        "message 2",
        "message 3",
        "message 4",
    ]
    stock = tracker.current_state(EventVerbosity.ALL)
    assert {**told, "events": None} == {**json.loads(json.dumps(stock)), "events": None}
    assert told["events"] == json.loads(json.dumps(stock["events"][-6:]))


async def test_an_action_that_rejects_its_execution_is_as_it_was(agent: Agent, action_server: ActionServer) -> None:
    action_server.ailment = (400, '{"action_name": "action_opt_out", "error": "not now"}')
    with pytest.raises(ActionExecutionRejection):
        await call(agent, "action_opt_out")


async def test_an_action_server_that_hangs_aborts_the_turn(
    agent: Agent, action_server: ActionServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rasa_actions.DEFAULT_REQUEST_TIMEOUT == action_calls.ACTION_TIMEOUT == 20
    monkeypatch.setattr(rasa_actions, "DEFAULT_REQUEST_TIMEOUT", 0.2)
    action_server.ailment = 1.0
    with pytest.raises(ActionsUnavailable, match="action_opt_out: the action server did not answer"):
        await call(agent, "action_opt_out")


async def test_a_broken_action_aborts_the_turn_without_quoting_anybody(
    agent: Agent, action_server: ActionServer
) -> None:
    action_server.ailment = (500, "secret words")
    with pytest.raises(ActionFailed) as caught:
        await call(agent, "action_opt_out")
    assert str(caught.value) == "action_opt_out: the action server answered with status 500"


async def test_a_refused_answer_aborts_the_turn_without_quoting_anybody(
    agent: Agent, action_server: ActionServer
) -> None:
    action_server.ailment = (200, '{"events": ["secret words"], "responses": []}')
    with pytest.raises(ActionFailed) as caught:
        await call(agent, "action_opt_out")
    assert str(caught.value) == "action_opt_out: the action server's answer cannot be used (ValidationError)"


def test_an_abort_gets_past_everything_that_catches_exceptions() -> None:
    assert not issubclass(TurnAborted, Exception)
